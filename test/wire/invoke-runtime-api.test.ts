import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { openRuntimeApi, type RuntimeApi } from "../../src/invoke/local/runtime-api.ts";
import { maxResponseBytes, type RuntimeError } from "../../src/invoke/local/runtime-door.ts";

interface ApiTest {
  readonly api: RuntimeApi;
  readonly reported: string[];
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>;
  /** With headers that `fetch` does not let one set. */
  requestAs(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number | undefined; readonly body: string }>;
}

async function openApi(test: TestContext): Promise<ApiTest> {
  const reported: string[] = [];
  const show = ({ type, message, trace }: RuntimeError): string => `${type} | ${message} | ${trace ?? "-"}`;
  const api = await openRuntimeApi({
    onNext: () => void reported.push("next"),
    onResponse: (payload) => void reported.push(`response ${payload}`),
    onResponseTooLarge: () => void reported.push("too large"),
    onError: (error) => void reported.push(`error ${show(error)}`),
    onInitError: (error) => void reported.push(`init ${show(error)}`),
    onGaveBack: () => undefined,
  });
  test.after(() => api.close());
  return {
    api,
    reported,
    request: (method, path, body, headers = {}) =>
      fetch(`http://${api.address}/2018-06-01/runtime/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      }),
    requestAs: (method, path, headers) =>
      new Promise((resolve, reject) => {
        const url = `http://${api.address}/2018-06-01/runtime/${path}`;
        const asked = httpRequest(url, { method, headers }, (response) => {
          let body = "";
          response.on("data", (chunk) => (body += chunk));
          response.on("end", () => resolve({ status: response.statusCode, body }));
        });
        asked.on("error", reject);
        asked.end();
      }),
  };
}

/** Asks for work and hands it the event of that id. */
async function take({ api, reported, request }: ApiTest, requestId: string): Promise<Response> {
  const asked = reported.length;
  const pending = request("GET", "invocation/next");
  while (reported.length === asked) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(
    api.deliver({
      requestId,
      payload: '{"a":"é"}',
      deadlineAt: 1_700_000_000_123,
      functionArn: "arn:fn",
      transactionId: undefined,
      trace: undefined,
    }),
  );
  return pending;
}

describe("Lambda Runtime API", () => {
  it("hands over an event with Lambda's headers", async (test) => {
    const kit = await openApi(test);

    const response = await take(kit, "8476a536-e9f4-11e8-9739-2dfe598c3fcd");

    assert.equal(response.status, 200);
    assert.equal(response.headers.get("lambda-runtime-aws-request-id"), "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    assert.equal(response.headers.get("lambda-runtime-deadline-ms"), "1700000000123");
    assert.equal(response.headers.get("lambda-runtime-invoked-function-arn"), "arn:fn");
    assert.match(response.headers.get("lambda-runtime-trace-id") ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/);
    assert.deepEqual(await response.json(), { a: "é" });
  });

  for (const [who, headers] of [
    ["whose name was made to lead here (DNS rebinding)", { host: "evil.example" }],
    ["that names another port", { host: "127.0.0.1:1" }],
    ["that names localhost", { host: "localhost" }],
    ["of another origin", { origin: "http://evil.example" }],
    ["of another origin that only reads", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ] as const) {
    it(`gives nothing to a web page ${who}`, async (test) => {
      const kit = await openApi(test);

      for (const [method, path] of [
        ["GET", "invocation/next"],
        ["POST", "init/error"],
      ] as const) {
        assert.deepEqual(await kit.requestAs(method, path, headers), {
          status: 403,
          body: '{"errorType":"Forbidden","errorMessage":"This API is for the process that got its address"}',
        });
      }
      assert.deepEqual(kit.reported, []);
    });
  }

  it("takes one answer for the open invocation and none for any other", async (test) => {
    const kit = await openApi(test);
    await take(kit, "one");

    const statuses = [];
    for (const id of ["other", "one", "one"]) {
      const response = await kit.request("POST", `invocation/${id}/response`, "{}");
      statuses.push(`${response.status} ${JSON.stringify(await response.json())}`);
    }
    await take(kit, "two");
    const stale = await kit.request("POST", "invocation/one/response", '"stale"');

    assert.deepEqual(
      statuses.map((status) => status.slice(0, 3)),
      ["400", "202", "400"],
    );
    assert.equal(statuses[1], '202 {"status":"OK"}');
    assert.equal(stale.status, 400);
    assert.deepEqual(kit.reported, ["next", "response {}", "next"]);
  });

  it("takes a request for work right behind an answer, and accepts the answer with the next event", async (test) => {
    const kit = await openApi(test);
    await take(kit, "first");
    const socket = connect(Number(kit.api.address.split(":")[1]), "127.0.0.1").setEncoding("utf8");
    test.after(() => socket.destroy());
    const head = (line: string) =>
      `${line.replace(" ", " /2018-06-01/runtime/")} HTTP/1.1\r\nHost: ${kit.api.address}\r\n`;

    socket.write(
      `${head("POST invocation/first/response")}Content-Length: 1\r\n\r\n7${head("GET invocation/next")}\r\n`,
    );
    while (kit.reported.length < 3) await new Promise((resolve) => setImmediate(resolve));

    assert.deepEqual(kit.reported, ["next", "response 7", "next"]);
    await new Promise((resolve) => setImmediate(resolve));
    const event = {
      requestId: "second",
      payload: "{}",
      deadlineAt: 0,
      functionArn: "arn",
      transactionId: undefined,
      trace: undefined,
    };
    assert.ok(kit.api.deliver(event));
    let came = "";
    while (!came.endsWith("{}")) came += String((await once(socket, "data"))[0]);
    assert.deepEqual(came.match(/HTTP\/1.1 \d+|Request-Id: \w+/g), [
      "HTTP/1.1 202",
      "HTTP/1.1 200",
      "Request-Id: second",
    ]);
  });

  it("reads errors of Node's and of other runtimes", async (test) => {
    const kit = await openApi(test);
    const bodies: [body: string, type?: string][] = [
      ['{"errorType":"TypeError","errorMessage":"no","trace":["TypeError: no","  at a.js:1"]}'],
      ['{"errorType":"KeyError","errorMessage":"k","stackTrace":["  File a.py"],"requestId":""}'],
      ['{"errorMessage":"m"}', "Runtime.UserCodeSyntaxError"],
      ["not json"],
      [""],
    ];

    for (const [body, type] of bodies) {
      await take(kit, "id");
      const headers: Record<string, string> = type === undefined ? {} : { "Lambda-Runtime-Function-Error-Type": type };
      assert.equal((await kit.request("POST", "invocation/id/error", body, headers)).status, 202);
    }
    await kit.request("POST", "init/error", bodies[0]?.[0]);

    assert.deepEqual(
      kit.reported.filter((line) => line !== "next"),
      [
        "error TypeError | no | TypeError: no\n  at a.js:1",
        "error KeyError | k |   File a.py",
        "error Runtime.UserCodeSyntaxError | m | -",
        "error Unknown | not json | -",
        "error Unknown | no message | -",
        "init TypeError | no | TypeError: no\n  at a.js:1",
      ],
    );
  });

  it("refuses an answer that is too large, and takes one of the greatest size", async (test) => {
    const kit = await openApi(test);

    await take(kit, "one");
    const tooLarge = await kit.request("POST", "invocation/one/response", "x".repeat(maxResponseBytes + 1));
    await take(kit, "two");
    const greatest = await kit.request("POST", "invocation/two/response", "x".repeat(maxResponseBytes));

    assert.deepEqual([tooLarge.status, greatest.status], [413, 202]);
    assert.deepEqual(
      kit.reported.map((line) => line.slice(0, 12)),
      ["next", "too large", "next", "response xxx"],
    );
  });

  it("refuses a second request for work while an invocation is open, and unknown resources", async (test) => {
    const kit = await openApi(test);
    await take(kit, "one");

    assert.equal((await kit.request("GET", "invocation/next")).status, 403);
    assert.equal((await kit.request("POST", "invocation/one/other", "")).status, 404);
    assert.equal((await kit.request("DELETE", "invocation/next")).status, 404);
    assert.equal((await fetch(`http://${kit.api.address}/`)).status, 404);
    assert.deepEqual(kit.reported, ["next"]);
  });

  it("forgets a request for work that broke off, and serves the next", async (test) => {
    const kit = await openApi(test);
    const abort = new AbortController();
    const broken = fetch(`http://${kit.api.address}/2018-06-01/runtime/invocation/next`, { signal: abort.signal });
    while (kit.reported.length === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await assert.rejects(broken);

    // Refused for as long as the first request still counts.
    const accepted: Promise<Response>[] = [];
    while (kit.reported.length === 1) {
      const pending = kit.request("GET", "invocation/next");
      accepted[0] = pending;
      const refused = pending.then(({ status }) => assert.equal(status, 403));
      const taken = (async () => {
        while (kit.reported.length === 1) await new Promise((resolve) => setImmediate(resolve));
      })();
      await Promise.race([refused, taken]);
    }

    assert.ok(
      kit.api.deliver({
        requestId: "id",
        payload: "{}",
        deadlineAt: 0,
        functionArn: "arn",
        transactionId: undefined,
        trace: undefined,
      }),
    );
    assert.equal((await accepted[0])?.status, 200);
  });
});
