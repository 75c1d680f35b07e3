import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { createApi } from "../../src/api/index.ts";
import { silentLogger } from "../../src/kernel/index.ts";
import { functionArn, startApi, withApi } from "./api-harness.ts";

const application = { AwsRegion: "us-east-1", Name: "demo", Endpoints: [{ LambdaArn: functionArn }] };

interface Answer {
  readonly status: number;
  readonly error: string | null;
  readonly body: { readonly Code?: string; readonly Message?: string; readonly [name: string]: unknown };
}

/** Sends a request as it is and checks what every answer must have. */
async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/, "request id");
  const text = await response.text();
  if (text !== "") assert.equal(response.headers.get("content-type"), "application/json");
  const body = text === "" ? {} : (JSON.parse(text) as Answer["body"]);
  return { status: response.status, error: response.headers.get("x-amzn-errortype"), body };
}

function post(url: string, body: string | Uint8Array<ArrayBuffer>, contentType = "application/json"): Promise<Answer> {
  return send(url, { method: "POST", body, headers: { "content-type": contentType } });
}

describe("malformed requests", () => {
  // Contract: api-bodies
  it(
    "refuses bodies that are not JSON objects in UTF-8",
    withApi(async ({ api }) => {
      const url = `${api.url}/sip-media-applications`;
      const bodies: [string | Uint8Array<ArrayBuffer>, RegExp][] = [
        ["{", /^The body is not JSON in UTF-8: /],
        [new Uint8Array([0x22, 0xff, 0x22]), /^The body is not JSON in UTF-8: /],
        ["[]", /^The body is a list; it must be a JSON object\.$/],
        ["null", /^The body is null; it must be a JSON object\.$/],
        ['"x"', /^The body is "x"/],
        ["", /^AwsRegion is missing/],
        ["{}", /^AwsRegion is missing/],
      ];
      for (const [body, message] of bodies) {
        const answer = await post(url, body);
        assert.deepEqual([answer.status, answer.error, answer.body.Code], [400, "BadRequestException", "BadRequest"]);
        assert.match(answer.body.Message ?? "", message);
      }
    }),
  );

  // Contract: api-absent-members
  it(
    "refuses members of a wrong type, takes null for absent and ignores unknown members",
    withApi(async ({ api }) => {
      const url = `${api.url}/sip-media-applications`;
      const wrong: [object, RegExp][] = [
        [{ Name: 5 }, /^Name is the number 5; /],
        [{ Name: null }, /^Name is missing; /],
        [{ Endpoints: { LambdaArn: "x" } }, /^Endpoints is an object; it must be a list of exactly one endpoint\.$/],
        [{ Endpoints: [null] }, /^Endpoints\[0\] is null; /],
        [{ Endpoints: ["x"] }, /^Endpoints\[0\] is "x"; /],
        [{ Tags: "x" }, /^Tags is "x"; /],
      ];
      for (const [changes, message] of wrong) {
        const answer = await post(url, JSON.stringify({ ...application, ...changes }));
        assert.equal(answer.status, 400);
        assert.match(answer.body.Message ?? "", message);
      }

      const lenient = await post(url, JSON.stringify({ ...application, Tags: null, Unknown: { deep: 1 } }));

      assert.equal(lenient.status, 201);
    }),
  );

  it(
    "refuses wrong types in rules and maps",
    withApi(async ({ api }) => {
      const rule = { Name: "r", TriggerType: "RequestUriHostname", TriggerValue: "pbx" };
      const target = (Priority: unknown) => ({ TargetApplications: [{ SipMediaApplicationId: "x", Priority }] });
      const wrong: [string, object, RegExp][] = [
        ["/sip-rules", { ...rule, ...target("1") }, /^TargetApplications\[0\]\.Priority is "1"; .*whole number/],
        ["/sip-rules", { ...rule, ...target(1.5) }, /^TargetApplications\[0\]\.Priority is the number 1\.5; /],
        ["/sip-rules", { ...rule, ...target(0) }, /^TargetApplications\[0\]\.Priority is the number 0; /],
        ["/sip-rules", { ...rule, ...target(1), Disabled: "no" }, /^Disabled is "no"; it must be true or false\.$/],
        ["/sip-media-applications/a/calls/t", { Arguments: { a: 1 } }, /^Arguments\["a"\] is the number 1; .*a string/],
        ["/sip-media-applications/a/calls/t", { Arguments: { a: null } }, /^Arguments\["a"\] is null; /],
        ["/sip-media-applications/a/calls/t", { Arguments: [] }, /^Arguments is a list; /],
      ];
      for (const [path, body, message] of wrong) {
        const answer = await post(`${api.url}${path}`, JSON.stringify(body));
        assert.equal(answer.status, 400);
        assert.match(answer.body.Message ?? "", message);
      }
    }),
  );

  // Contract: api-bodies
  it(
    "refuses another media type than JSON, and takes JSON with parameters or without a type",
    withApi(async ({ api }) => {
      const url = `${api.url}/sip-media-applications`;
      const body = JSON.stringify(application);

      for (const type of ["text/plain", "application/x-www-form-urlencoded", ";;"]) {
        const answer = await post(url, body, type);
        assert.deepEqual([answer.status, answer.error], [415, "UnsupportedMediaTypeException"], type);
        assert.match(answer.body.Message ?? "", /must be application\/json/);
      }
      assert.equal((await post(url, body, "application/json; charset=UTF-8")).status, 201);
      assert.equal((await send(url, { method: "POST", body: new TextEncoder().encode(body) })).status, 201);
    }),
  );

  // Contract: api-bodies
  it(
    "refuses a body over 1 MiB",
    withApi(async ({ api }) => {
      const answer = await post(`${api.url}/sip-media-applications`, `"${"x".repeat(1_048_576)}"`);

      assert.deepEqual([answer.status, answer.error], [413, "RequestEntityTooLargeException"]);
    }),
  );

  // Contract: api-empty-labels
  it(
    "answers an empty label with 400, also where it looks like a trailing slash",
    withApi(async ({ api }) => {
      const call = JSON.stringify({ FromPhoneNumber: "+12065550100", ToPhoneNumber: "+12065550100" });
      const answers = [
        await send(`${api.url}/sip-rules/`),
        await send(`${api.url}/sip-media-applications/`),
        await send(`${api.url}/sip-media-applications/%20`),
        await send(`${api.url}/sip-rules/`, { method: "DELETE" }),
        await post(`${api.url}/sip-media-applications//calls`, call),
      ];

      for (const answer of answers) {
        assert.deepEqual([answer.status, answer.error], [400, "BadRequestException"]);
        assert.match(answer.body.Message ?? "", /^Sip(Rule|MediaApplication)Id is " ?"; it must be an id/);
      }
    }),
  );

  // Contract: api-percent-encoding
  it(
    "decodes labels that were encoded once or twice, and refuses what cannot be decoded",
    withApi(async ({ api, store }) => {
      await store.applications.insert({
        id: "+1 a/b",
        name: "odd",
        region: "us-east-1",
        functionArn,
        tags: [],
        origin: "api",
        createdAt: 0,
        updatedAt: 0,
      });
      const url = `${api.url}/sip-media-applications/`;

      for (const label of ["%2B1%20a%2Fb", "%252B1%2520a%252Fb", "+1%20a%2Fb"]) {
        assert.equal((await send(url + label)).status, 200, label);
      }
      const bad = await send(`${url}%zz`);
      assert.deepEqual([bad.status, bad.error], [400, "BadRequestException"]);
      assert.equal((await send(`${url}%25zz`)).status, 404);
    }),
  );

  // Contract: api-empty-token, api-query-order
  it(
    "checks query members, takes an empty token for absent and ignores unknown members",
    withApi(async ({ api }) => {
      const url = `${api.url}/sip-rules`;
      for (const query of ["max-results=ten", "max-results=", "max-results=1.5", "max-results=1e1"]) {
        const answer = await send(`${url}?${query}`);
        assert.equal(answer.status, 400, query);
        assert.match(answer.body.Message ?? "", /^MaxResults is .*; it must be a whole number from 1 to 100\.$/);
      }
      assert.equal((await send(`${url}?sip-media-application=`)).status, 400);
      assert.deepEqual((await send(`${url}?next-token=&other=1&max-results=1`)).body, { SipRules: [] });
    }),
  );

  // Contract: api-unknown-routes
  it(
    "answers unknown paths and methods with 404 UnknownOperationException",
    withApi(async ({ api }) => {
      const unknown: [string, string][] = [
        ["GET", "/"],
        ["GET", "/sip-rule"],
        ["PATCH", "/sip-rules"],
        ["DELETE", "/sip-rules"],
        ["GET", "/Sip-rules"],
        ["GET", "/sip-rules/a/b"],
        ["POST", "/search"],
        ["GET", "/search"],
      ];
      for (const [method, path] of unknown) {
        const answer = await send(`${api.url}${path}`, { method });
        assert.deepEqual([answer.status, answer.error], [404, "UnknownOperationException"], `${method} ${path}`);
        assert.ok(answer.body.Message?.includes(`${method} ${path}`));
      }
    }),
  );

  // Contract: api-error-form
  it(
    "answers bytes that are not HTTP with an error in the same form, and goes on",
    withApi(async ({ api }) => {
      const socket = connect(api.port, api.address);
      socket.write("INVITE sip:a@b SIP/2.0\r\n\r\n");
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      await once(socket, "close");

      assert.match(text, /^HTTP\/1\.1 400 Bad Request\r\n/);
      assert.match(text, /\r\nx-amzn-errortype: BadRequestException\r\nx-amzn-requestid: [0-9a-f-]{36}\r\n/);
      assert.match(text, /"Code":"BadRequest"/);
      assert.equal((await send(`${api.url}/sip-rules`)).status, 200);
    }),
  );
});

describe("the server", () => {
  it(
    "closes connections without a request when one source has too many, and goes on answering",
    withApi(async ({ api }) => {
      const sockets = Array.from({ length: 600 }, () => connect(api.port, api.address));
      const closed: unknown[] = [];
      for (const socket of sockets) {
        socket.on("error", () => undefined);
        socket.once("close", () => closed.push(socket));
      }
      await Promise.all(sockets.map((socket) => once(socket, "connect")));

      const answer = await send(`${api.url}/sip-rules`);
      while (closed.length < 88) await new Promise(setImmediate);

      assert.equal(answer.status, 200);
      for (const socket of sockets) socket.destroy();
    }),
  );

  it(
    "gives back of a long text only its beginning",
    withApi(async ({ api }) => {
      const rule = { Name: "r", TriggerType: "ToPhoneNumber", TriggerValue: `+${"1".repeat(900_000)}` };
      const targets = [{ SipMediaApplicationId: "x", Priority: 1, AwsRegion: "us-east-1" }];

      const answer = await post(`${api.url}/sip-rules`, JSON.stringify({ ...rule, TargetApplications: targets }));

      assert.equal(answer.status, 400);
      assert.ok((answer.body.Message ?? "").length < 2_100);
    }),
  );

  // Contract: api-host-check
  it(
    "refuses what a browser sends for a page of another origin",
    withApi(async ({ api, store }) => {
      const body = new TextEncoder().encode(JSON.stringify(application));
      const create = (origin: string) =>
        send(`${api.url}/sip-media-applications`, { method: "POST", body, headers: { origin } });

      for (const origin of ["https://example.com", "null", `http://127.0.0.1:${api.port + 1}`]) {
        const answer = await create(origin);
        assert.deepEqual([answer.status, answer.error, answer.body.Code], [403, "ForbiddenException", "Forbidden"]);
      }
      assert.equal((await store.applications.list({ limit: 1, token: undefined })).rows.length, 0);
      assert.equal((await create(api.url)).status, 201);
    }),
  );

  // Contract: api-host-check
  it(
    "refuses a page whose name was made to lead here: what Host and Origin say of themselves counts for nothing",
    withApi(async ({ api, store }) => {
      const body = JSON.stringify(application);
      const ask = async (method: string, host: string, lines: readonly string[] = []) => {
        const head = [`${method} /sip-media-applications HTTP/1.1`, `Host: ${host}`, "Connection: close", ...lines];
        const length = method === "POST" ? [`Content-Length: ${body.length}`] : [];
        const sent = [...head, ...length, "", method === "POST" ? body : ""].join("\r\n");
        const socket = connect(api.port, api.address);
        let text = "";
        socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
        socket.end(sent);
        await once(socket, "close");
        return text;
      };
      const rebound = `evil.example:${api.port}`;

      for (const answer of [
        await ask("POST", rebound, [`Origin: http://${rebound}`]),
        await ask("POST", rebound),
        await ask("GET", rebound, ["Sec-Fetch-Site: same-origin"]),
      ]) {
        assert.match(answer, /^HTTP\/1\.1 403 /);
        assert.match(answer, /evil\.example.*api\.hosts/);
      }
      assert.equal((await store.applications.list({ limit: 1, token: undefined })).rows.length, 0);
      assert.match(await ask("GET", `localhost:${api.port}`), /^HTTP\/1\.1 200 /);
      assert.match(
        await ask("POST", `localhost:${api.port}`, [`Origin: http://localhost:${api.port}`]),
        /^HTTP\/1\.1 201 /,
      );
    }),
  );

  it("answers a request whose end comes while it closes with 503", async () => {
    const harness = await startApi();
    const socket = connect(harness.api.port, harness.api.address);
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.write("GET /sip-rules HTTP/1.1\r\nhost: localhost\r\n");
    // One whole exchange on another connection: the first half above has been read by then.
    await send(`${harness.api.url}/sip-rules`);

    const closed = harness.close();
    socket.write("\r\n");
    await once(socket, "close");
    await closed;

    assert.match(text, /^HTTP\/1\.1 503 .*x-amzn-errortype: ServiceUnavailableException\r\n/s);
  });

  it("says why it cannot listen", async () => {
    const harness = await startApi();
    const { store, calls, meetings, clock } = harness;
    const options = {
      store,
      calls,
      meetings,
      clock,
      log: silentLogger,
      region: "us-east-1",
      accountId: "000000000000",
    };

    await assert.rejects(createApi({ ...options, address: "127.0.0.1", port: harness.api.port }), {
      code: "API_LISTEN_FAILED",
      message: new RegExp(`127\\.0\\.0\\.1 port ${harness.api.port}: .*EADDRINUSE`),
    });
    await harness.close();
  });

  it("answers the request in progress and then refuses connections when it closes", async () => {
    const harness = await startApi();
    let release: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      harness.calls.createCall = async () => {
        resolve();
        await new Promise<void>((go) => (release = go));
        return { type: "refused", closed: { cause: "calls-full", why: "late", retryAfterS: 5 } };
      };
    });
    const body = JSON.stringify({ FromPhoneNumber: "+12065550100", ToPhoneNumber: "+12065550100" });
    const pending = post(`${harness.api.url}/sip-media-applications/a/calls`, body);
    await asked;

    const closed = harness.close();
    release();

    assert.equal((await pending).error, "ResourceLimitExceededException");
    await closed;
    await assert.rejects(fetch(`${harness.api.url}/sip-rules`));
  });
});
