import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createAdmin, createCallFeed, type AdminSource, type CallSound } from "../../src/admin/index.ts";
import type { OwnRoutes, Session } from "../../src/api/index.ts";
import { createLogger } from "../../src/kernel/index.ts";
import { createSite } from "../../src/pages/index.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import { startApi, type ApiHarness } from "./api-harness.ts";

/** One server with keys for all of these, whose console is two files. */
const folder = mkdtempSync(join(tmpdir(), "offhook-console-"));
const lines: string[] = [];
const secrets = { now: ["the first secret", "the second"] };
const scene = {
  harness: undefined as unknown as ApiHarness,
  url: "",
  clock: createManualClock(),
  drained: 0,
  isPlain: true,
};

before(async () => {
  writeFileSync(join(folder, "index.html"), `<!doctype html><script src="/console/main-5XQ2ZK7A.js"></script>`);
  writeFileSync(join(folder, "main-5XQ2ZK7A.js"), "export {};".repeat(100));
  const drain = () => ({ state: "draining" as const, calls: (scene.drained += 1) });
  const file = stereo(8_000);
  const read = (start: number, length: number) => Promise.resolve(file.subarray(start, start + length));
  const opened = { sizeBytes: file.length, mark: "1", read, close: () => Promise.resolve() };
  const sound = { participantTag: "LEG-A", startedAt: 0, isGrowing: false, mono: "heard" } as const;
  const sounds = (callId: string): Promise<readonly CallSound[]> =>
    Promise.resolve(callId === "kept" ? [{ ...sound, open: () => Promise.resolve(opened) }] : []);
  const isKnown = (callId: string) => Promise.resolve(callId !== "unknown");
  const none = { liveCall: () => undefined, holderOf: () => Promise.resolve(undefined), isKnown };
  const softphone = {
    ...{ path: "/sip", mayComePlainly: () => scene.isPlain, numbers: ["+12065550111"] },
    lend: (session: Session | undefined) => ({ name: `page of ${session?.key.id}`, password: "lent" }),
  };
  const source = {
    ...{ ...none, drain, sounds, softphone, now: () => 0, feed: createCallFeed() },
  } as unknown as AdminSource;
  const ownRoutes: OwnRoutes = createAdmin({
    ...{ source, version: "0", whyNotReady: () => undefined, clock: scene.clock, site: createSite(folder) },
    metrics: () => Promise.resolve({ contentType: "text/plain", text: "" }),
    log: createLogger({ level: "info", write: (line) => void lines.push(line) }),
  });
  const key = { requestsPerSecond: 1_000 };
  scene.harness = await startApi({
    ownRoutes,
    accessKeys: [
      { ...key, id: "OPERATOR", secrets: () => secrets.now, roles: undefined },
      {
        ...{ ...key, id: "LOOKER", secrets: () => ["looks"] },
        roles: [{ name: "looker", operations: ["offhook:Get*", "offhook:List*"], resources: ["*"] }],
      },
    ],
  });
  scene.url = scene.harness.api.url;
});
after(async () => {
  await scene.harness.close();
  rmSync(folder, { recursive: true });
});

/** A second of which the left channel is loud in its second half, and the right one is as loud throughout. */
function stereo(samples: number): Buffer {
  const file = Buffer.alloc(44 + 4 * samples);
  file.write("RIFF", 0, "latin1");
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt16LE(16, 34);
  for (let index = 0; index < samples; index += 1) {
    file.writeInt16LE(index < samples / 2 ? 0 : -16_384, 44 + 4 * index);
    file.writeInt16LE(3_277, 46 + 4 * index);
  }
  return file;
}

interface State {
  readonly isRequired: boolean;
  readonly isSignedIn: boolean;
  readonly who?: string;
  readonly csrfToken: string;
  readonly may: readonly string[];
  readonly Code: string;
  readonly Message: string;
}

async function ask(method: string, path: string, headers: Record<string, string> = {}, body?: object) {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(`${scene.url}${path}`, { method, ...json, headers: { ...json.headers, ...headers } });
  const cookie = response.headers.get("set-cookie") ?? "";
  return { status: response.status, headers: response.headers, cookie, body: (await response.json()) as State };
}

async function signIn(accessKeyId = "OPERATOR", secret = "the first secret") {
  const answer = await ask("POST", "/offhook/v1/session", {}, { accessKeyId, secret });
  return { ...answer, cookie: answer.cookie.split(";")[0] ?? "", attributes: answer.cookie };
}

test("a key is exchanged for a cookie that scripts do not see, and that other sites do not send", async () => {
  const before = await ask("GET", "/offhook/v1/session");
  assert.deepEqual(before.body, { isRequired: true, isSignedIn: false, may: [] });

  const { status, body, cookie, attributes } = await signIn();
  assert.deepEqual([status, body.isSignedIn, body.who], [200, true, "OPERATOR"]);
  assert.match(attributes, /^offhook-session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/);
  assert.ok(body.may.includes("Drain"));
  assert.ok(!JSON.stringify(body).includes(cookie.split("=")[1] ?? "none"), "the token is in the cookie alone");

  const now = await ask("GET", "/offhook/v1/session", { cookie });
  assert.deepEqual([now.body.isSignedIn, now.body.csrfToken], [true, body.csrfToken]);
  assert.deepEqual(
    (await signIn("LOOKER", "looks")).body.may.filter((id) => !/^(Get|List)/.test(id)),
    [],
  );
});

test("what changes something needs the session's own token beside the cookie, and is logged with who", async () => {
  const { cookie, body } = await signIn();
  const other = await signIn();
  for (const token of [undefined, "", "x".repeat(43), other.body.csrfToken]) {
    const headers = { cookie, ...(token === undefined ? {} : { "x-offhook-csrf": token }) };
    const { status, body: refusal } = await ask("POST", "/offhook/v1/drain", headers);
    assert.equal(status, 403);
    assert.match(refusal.Message, /needs the header x-offhook-csrf/);
  }
  assert.equal(scene.drained, 0);
  assert.equal((await ask("POST", "/offhook/v1/drain", { cookie, "x-offhook-csrf": body.csrfToken })).status, 200);
  assert.equal(scene.drained, 1);
  assert.match(lines.join(""), /"operation":"Drain","who":"OPERATOR","from":"127.0.0.1"/);
});

test("a session may do what its key may, and no more", async () => {
  const { cookie, body } = await signIn("LOOKER", "looks");
  const refused = await ask("POST", "/offhook/v1/drain", { cookie, "x-offhook-csrf": body.csrfToken });
  assert.equal(refused.status, 403);
  assert.match(refused.body.Message, /LOOKER may not use offhook:Drain/);
});

test("the phone of the page is lent to a session whose key allows it, over TLS or from the machine itself, and the log says to whom", async () => {
  const { cookie, body } = await signIn();
  const lend = (headers: Record<string, string> = {}) =>
    ask("POST", "/offhook/v1/softphone", { cookie, "x-offhook-csrf": body.csrfToken, ...headers });
  const host = new URL(scene.url).host;
  const lent = { user: "page of OPERATOR", password: "lent", domain: "127.0.0.1", numbers: ["+12065550111"] };
  assert.deepEqual((await lend()).body, { url: `ws://${host}/sip`, ...lent });
  assert.match(lines.join(""), /"operation":"OpenSoftphone","who":"OPERATOR"/);
  assert.ok(!lines.join("").includes('"lent"'), "the password is in no log");

  scene.isPlain = false;
  const plain = await lend();
  assert.deepEqual([plain.status, /Open the console by https/.test(plain.body.Message)], [422, true]);
  scene.isPlain = true;
  const signed = await ask("POST", "/offhook/v1/softphone", asOperator);
  assert.deepEqual([signed.status, /a browser that has signed in/.test(signed.body.Message)], [422, true]);
  const looker = await signIn("LOOKER", "looks");
  const refused = await ask("POST", "/offhook/v1/softphone", {
    ...{ cookie: looker.cookie, "x-offhook-csrf": looker.body.csrfToken },
  });
  assert.deepEqual([refused.status, /offhook:OpenSoftphone/.test(refused.body.Message)], [403, true]);
});

test("a session ends when its browser signs out, when its secret counts no more, and after twelve hours", async () => {
  const out = await signIn();
  const left = await ask("DELETE", "/offhook/v1/session", { cookie: out.cookie });
  assert.match(left.cookie, /^offhook-session-\d+=; .*Expires=Thu, 01 Jan 1970/);
  const replaced = await signIn("OPERATOR", "the second");
  secrets.now = ["the first secret"];
  const old = await signIn();
  for (const { cookie } of [out, replaced]) {
    const { status, body } = await ask("GET", "/offhook/v1/openapi.json", { cookie });
    assert.deepEqual([status, body.Code], [403, "SessionOver"]);
  }
  assert.equal((await ask("GET", "/offhook/v1/openapi.json", { cookie: old.cookie })).status, 200);
  scene.harness.clock.advance(12 * 3_600_000);
  assert.equal((await ask("GET", "/offhook/v1/openapi.json", { cookie: old.cookie })).status, 403);
});

test("of a key's sessions the latest 32 are kept", async () => {
  const first = await signIn();
  const all = [];
  for (let count = 0; count < 32; count += 1) all.push(await signIn());
  assert.equal((await ask("GET", "/offhook/v1/session", { cookie: first.cookie })).body.isSignedIn, false);
  const isKept = await ask("GET", "/offhook/v1/session", { cookie: all[0]?.cookie ?? "" });
  assert.equal(isKept.body.isSignedIn, true);
});

test("who is wrong about a secret again and again has to wait, also with the right one", async () => {
  for (let tries = 0; tries < 10; tries += 1) {
    const { status, body } = await signIn(tries % 2 === 0 ? "OPERATOR" : "NOBODY", "wrong");
    assert.deepEqual([status, body.Code], [403, "SignInFailed"]);
  }
  const { status, headers } = await signIn();
  assert.deepEqual([status, headers.get("retry-after")], [429, "6"]);
  scene.harness.clock.advance(6_000);
  assert.equal((await signIn()).status, 200);
});

test("pages of other sites can neither sign in, nor load what this server shows", async () => {
  const foreign = { origin: "https://evil.example" };
  const credentials = { accessKeyId: "OPERATOR", secret: "the first secret" };
  assert.equal((await ask("POST", "/offhook/v1/session", foreign, credentials)).status, 403);
  const { cookie } = await signIn();
  const embedded = { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  const { status, body } = await ask("GET", "/offhook/v1/openapi.json", embedded);
  assert.equal(status, 403);
  assert.match(body.Message, /other sites may load nothing/);
});

test("a body that is no JSON, has what is unknown, or lacks what is needed, is refused in words", async () => {
  for (const [body, says] of [
    [{ accessKeyId: "OPERATOR" }, /member secret is missing/],
    [{ accessKeyId: "OPERATOR", secret: "x", user: 1 }, /no member "user"/],
    [{ accessKeyId: 7, secret: "x" }, /member accessKeyId must be/],
    [["x"], /body must be a JSON object/],
  ] as const) {
    const answer = await ask("POST", "/offhook/v1/session", {}, body);
    assert.equal(answer.status, 400);
    assert.match(answer.body.Message, says);
  }
  const asForm = await ask("POST", "/offhook/v1/session", { "content-type": "text/plain" }, {});
  assert.equal(asForm.status, 415);
});

const asOperator = { authorization: `Basic ${Buffer.from("OPERATOR:the first secret").toString("base64")}` };

test("a waveform has as many points as asked for, of either direction, and of a part", async () => {
  const tracks = await ask("GET", "/offhook/v1/calls/kept/audio", asOperator);
  const told = tracks.body as unknown as { tracks: { id: string; durationMs: number; direction: string }[] };
  assert.deepEqual(
    told.tracks.map(({ id, durationMs, direction }) => [id, durationMs, direction]),
    [
      ["1-heard", 1_000, "heard"],
      ["1-said", 1_000, "said"],
    ],
  );
  for (const [query, points] of [
    ["1-heard/peaks?points=4", [0, 0, 0.5, 0.5]],
    ["1-said/peaks?points=2", [0.1, 0.1]],
    ["1-heard/peaks?points=2&fromMs=400&toMs=600", [0, 0.5]],
    ["1-heard/peaks?fromMs=5000", []],
  ] as const) {
    const { status, body } = await ask("GET", `/offhook/v1/calls/kept/audio/${query}`, asOperator);
    assert.deepEqual([status, (body as unknown as { peaks: number[] }).peaks], [200, points], query);
  }
});

test("of a sound, any range can be had", async () => {
  const whole = stereo(8_000);
  const size = whole.length;
  for (const [range, status, from, to] of [
    [undefined, 200, 0, size],
    ["bytes=0-43", 206, 0, 44],
    ["bytes=40-", 206, 40, size],
    ["bytes=-4", 206, size - 4, size],
    [`bytes=44-${size + 5}`, 206, 44, size],
    ["bytes=5-1", 200, 0, size],
    ["bytes=0-1,4-5", 200, 0, size],
    ["lines=1-2", 200, 0, size],
  ] as const) {
    const headers = { ...asOperator, ...(range === undefined ? {} : { range }) };
    const sound = await fetch(`${scene.url}/offhook/v1/calls/kept/audio/1-said/sound`, { headers });
    assert.equal(sound.status, status, range);
    assert.deepEqual(Buffer.from(await sound.arrayBuffer()), whole.subarray(from, to), range);
  }
  for (const range of [`bytes=${size}-`, "bytes=-0"]) {
    const headers = { ...asOperator, range };
    const beyond = await ask("GET", "/offhook/v1/calls/kept/audio/1-said/sound", headers);
    assert.deepEqual([beyond.status, beyond.headers.get("content-range")], [416, `bytes */${size}`]);
  }
});

test("of a sound that is not kept, or no track, it is said in words", async () => {
  const none = await ask("GET", "/offhook/v1/calls/other/audio", asOperator);
  assert.match((none.body as unknown as { notes: string[] }).notes.join(), /Nothing can be heard of this call/);
  assert.equal((await ask("GET", "/offhook/v1/calls/unknown/audio", asOperator)).status, 404);
  assert.equal((await ask("GET", "/offhook/v1/calls/kept/audio/3-said/sound", asOperator)).status, 404);
  assert.equal((await ask("GET", "/offhook/v1/calls/kept/audio/..-said/sound", asOperator)).status, 400);
});

test("the console's page may run scripts of this server only, in no frame, for any path that is no file", async () => {
  for (const path of ["/console", "/console/", "/console/calls/1234"]) {
    const page = await fetch(`${scene.url}${path}`);
    assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"], path);
    const policy = page.headers.get("content-security-policy") ?? "";
    for (const rule of ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"])
      assert.ok(`${policy};`.includes(rule), `${rule} in ${policy}`);
    assert.doesNotMatch(policy, /unsafe/);
    const { headers } = page;
    assert.deepEqual(
      ["x-content-type-options", "referrer-policy", "x-frame-options", "cache-control"].map((one) => headers.get(one)),
      ["nosniff", "no-referrer", "DENY", "no-cache"],
    );
  }
});

test("files whose name has a hash are kept for ever, and go compressed to who takes that", async () => {
  const path = "/console/main-5XQ2ZK7A.js";
  for (const [accepted, encoding] of [
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["identity", null],
  ] as const) {
    const file = await fetch(`${scene.url}${path}`, { headers: { "accept-encoding": accepted } });
    assert.equal(file.headers.get("content-encoding"), encoding);
    assert.equal(file.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(await file.text(), "export {};".repeat(100));
  }
});

test("what lies outside of the console's folder, or is not there, is not found", async () => {
  for (const path of ["none.js", "..%2f..%2fpackage.json", ".env.js", "a/b/c.js", "index.html%00.js"]) {
    const { status, body } = await ask("GET", `/console/${path}`);
    assert.equal(status, 404, path);
    assert.match(body.Message, /The console has no file/);
  }
  assert.equal((await ask("GET", "/consoles")).status, 404);
});
