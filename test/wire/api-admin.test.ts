import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ownNumber, virtualCallTest, type CallKit } from "../interop/kit.ts";
import { withPhone } from "./call-phone.ts";
import { callIn, callOut, createDoorbell, hangUp, pause, playAudio, storedTone } from "./call-scene.ts";

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly responses: { readonly 200: { readonly content: Record<string, { schema: object }> } };
          }
        >
      >
    >
  >;
}

/** What answers have that is looked at here. */
interface Answer {
  readonly Message: string;
  readonly status: string;
  readonly calls: readonly Readonly<
    Partial<Record<"from" | "to" | "direction" | "endType" | "applicationId", string>> & { id: string; state: string }
  >[];
  readonly legs: readonly { readonly state?: string; readonly answeredAt?: string; readonly cause?: string }[];
  readonly sentence?: string;
  readonly endedBy?: string;
  readonly steps: readonly { readonly what: string }[];
  readonly actions: readonly { readonly type: string; readonly outcome?: string }[];
  readonly deleted: readonly string[];
  readonly action: { readonly type: string };
  readonly events: readonly { readonly type: string }[];
  readonly nodes: readonly { readonly calls: number; readonly whyNoCalls?: string }[];
  readonly open: Readonly<Record<string, number>>;
  readonly invocations: readonly {
    readonly eventType: string;
    readonly outcome?: string;
    readonly reply?: { readonly Actions: readonly unknown[] };
  }[];
  readonly audio: readonly object[];
  readonly callId: string;
  readonly applications: readonly { readonly id: string }[];
  readonly numbers: readonly { readonly number: string; readonly kind: string; readonly applicationId?: string }[];
  readonly entries: readonly { readonly type: string; readonly at: string }[];
  readonly rows: readonly { readonly startLine?: string }[];
}

async function ask(kit: CallKit, path: string, init: RequestInit = {}) {
  const response = await kit.world.during(fetch(`${kit.server.apiUrl}${path}`, init));
  const text = await kit.world.during(response.text());
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answer };
}

/** Asks, and holds the answer against what the document of this very server says of it. */
async function askAsDeclared(
  kit: CallKit,
  document: Document,
  method: string,
  path: string,
  query = "",
  sent?: object,
) {
  const init =
    sent === undefined ? {} : { body: JSON.stringify(sent), headers: { "content-type": "application/json" } };
  const { status, body } = await ask(kit, `${path}${query}`, { method, ...init });
  assert.equal(status, 200, `${method} ${path}: ${JSON.stringify(body)}`);
  const declared = Object.entries(document.paths).find(([form]) =>
    new RegExp(`^${form.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path),
  );
  const operation = declared?.[1][method.toLowerCase()] ?? assert.fail(`${method} ${path} is not declared`);
  const schema = operation.responses[200].content["application/json"]?.schema ?? assert.fail("no schema");
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(validate(body), `${method} ${path}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`);
  asked.add(operation.operationId);
  return body;
}

/** Operations that other tests ask: there is nothing to sign in with here, and the sound of calls is not kept. */
const elsewhere = new Set([
  "RunCaller",
  ...["WatchCalls", "SignIn", "GetPeaks", "HearCall", "OpenSoftphone", "ReplayCall", "SaveTest"],
  ...["MuteMember", "UnmuteMember", "RemoveMember"],
]);

/** An operator calls, updates the call, hangs up the called party, and then nothing more can be done. */
async function actOnACall(kit: CallKit, document: Document, applicationId: string | undefined) {
  const doorbell = createDoorbell();
  await withPhone(
    kit,
    async ({ phone }) => {
      kit.routeTo(phone.address);
      const from = { applicationId, from: ownNumber };
      const to = "+15105550101";
      const placed = { ...from, to, arguments: { order: "7" }, sipHeaders: { "X-Order": "7" } };
      const { callId } = await askAsDeclared(kit, document, "POST", "/offhook/v1/calls", "", placed);
      await (
        await doorbell.next()
      ).answered;
      const path = `/offhook/v1/calls/${callId}`;
      await askAsDeclared(kit, document, "POST", `${path}/update`, "", { arguments: { order: "8" } });
      await kit.until("the update is told", () =>
        kit.events().some(({ InvocationEventType }) => InvocationEventType === "CALL_UPDATE_REQUESTED"),
      );
      const noPartner = await ask(kit, `${path}/legs/LEG-B`, { method: "DELETE" });
      assert.deepEqual([noPartner.status, noPartner.body.Message], [404, "The call has no LEG-B that is up."]);
      await askAsDeclared(kit, document, "DELETE", `${path}/legs/LEG-A`);
      await kit.until("the call is over", () => kit.server.ledger().calls === 0);
      assert.equal((await ask(kit, path, { method: "DELETE" })).status, 404);
    },
    { onCall: doorbell.take },
  );
  await withPhone(kit, async ({ phone }) => {
    await callIn(kit, phone, async (call) => {
      await call.answered;
      const { calls } = (await ask(kit, "/offhook/v1/calls")).body;
      await askAsDeclared(kit, document, "DELETE", `/offhook/v1/calls/${calls[0]?.id}`);
    });
  });
}

/** Whatever is asked about a call that nothing is known of is answered alike. */
async function assertUnknown(kit: CallKit, document: Document, id: string): Promise<void> {
  const ofCalls = Object.entries(document.paths).filter(([form]) => form.includes("{callId}"));
  assert.ok(ofCalls.length >= 9);
  const paths = ofCalls.flatMap(([form, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: filled(form, id) })),
  );
  for (const { method, path } of [
    ...paths,
    { method: "GET", path: `/offhook/v1/events?call=${encodeURIComponent(id)}` },
  ]) {
    const init = path.endsWith("/update")
      ? { body: `{"arguments":{}}`, headers: { "content-type": "application/json" } }
      : {};
    const { status, body } = await ask(kit, path, { method, ...init });
    const said = { status, code: (body as unknown as { Code: string }).Code };
    assert.deepEqual(said, { status: 404, code: "NotFound" }, `${method} ${path}: ${JSON.stringify(body)}`);
    assert.match(body.Message, path.endsWith("/ladder") ? /no history/i : /^There is no call /, path);
  }
}

function filled(form: string, id: string): string {
  return form
    .replace("{callId}", encodeURIComponent(id))
    .replace("{trackId}", "1-heard")
    .replace("{participantTag}", "LEG-A");
}

/** Operations whose answers were held against their declaration. */
const asked = new Set<string>();

const talking = {
  functions: [
    { NEW_INBOUND_CALL: [playAudio("a.wav"), pause(1_000), hangUp()], CALL_ANSWERED: [pause(500), hangUp()] },
  ],
  prompts: { "a.wav": storedTone(440, 300) },
};

virtualCallTest(
  "the OpenAPI document of /offhook/v1 is valid, and every operation answers as it says, of a live call and of the same one when it is over",
  { ...talking, config: { histories: { write: true, redact: false } } },
  async (kit) => {
    const { body: printed } = await ask(kit, "/offhook/v1/openapi.json");
    const verdict = await new Validator().validate({ ...printed });
    assert.ok(verdict.valid, JSON.stringify(verdict.errors));
    const document = printed as unknown as Document;
    assert.equal(document.openapi, "3.1.0");
    const get = (path: string, query?: string) => askAsDeclared(kit, document, "GET", `/offhook/v1${path}`, query);
    const state = { id: "" };

    await withPhone(kit, async ({ phone }) => {
      await callIn(kit, phone, async (call) => {
        await call.answered;
        const { calls } = await get("/calls");
        assert.equal(calls.length, 1);
        const { id, state: itsState, from, to, direction } = calls[0] ?? assert.fail("there is a call");
        assert.deepEqual([itsState, from, to, direction], ["live", "+15105550101", "+12065550100", "Inbound"]);
        const detail = await get(`/calls/${id}`);
        assert.equal(detail.legs[0]?.state, "answered");
        assert.equal(detail.action.type, "PlayAudio");
        assert.ok(detail.events.some(({ type }) => type === "call-started"));
        assert.equal((await get("/calls", "?number=510555")).calls.length, 1);
        assert.equal((await get("/calls", "?number=99999")).calls.length, 0);
        assert.equal((await get("/nodes")).nodes[0]?.calls, 1);
        assert.equal((await get("/ledger")).open["calls"], 1);
        state.id = id;
      });
    });
    const { id } = state;
    await kit.until(
      "all is written",
      () => kit.server.ledger().historyFiles === 0 && kit.server.journal().waiting === 0,
    );

    const { calls } = await get("/calls", "?state=ended");
    assert.deepEqual([calls.length, calls[0]?.id, calls[0]?.endType], [1, id, "hung-up"]);
    assert.equal((await get("/calls", "?state=all")).calls.length, 1);
    assert.equal((await get("/calls", "?state=refused")).calls.length, 0);
    for (const fits of [
      "number=5550101",
      "number=%2B12065550100",
      "text=5550101",
      "cause=hung-up",
      "cause=by%20the%20app",
      `id=${id.slice(0, 8)}`,
      "since=2001-01-01",
    ])
      assert.equal((await get("/calls", `?state=ended&${fits}`)).calls.length, 1, fits);
    // What the function was told and replied, of calls that are over and of all; names of members are no such text.
    for (const [text, count] of [
      ["playaudio", 1],
      ["new_inbound_CALL", 1],
      ["ActionData", 0],
      ["nowhere said", 0],
    ] as const)
      for (const of of ["ended", "all"])
        assert.equal((await get("/calls", `?state=${of}&text=${encodeURIComponent(text)}`)).calls.length, count, text);
    assert.equal((await get("/calls", "?state=live&text=playaudio")).calls.length, 0);
    for (const fits of ["number=5550199", "cause=bye", "id=0000", "until=2001-01-01", "application=x"])
      assert.equal((await get("/calls", `?state=ended&${fits}`)).calls.length, 0, fits);

    const past = await get(`/calls/${id}`);
    assert.deepEqual(
      past.invocations.map(({ eventType }) => eventType),
      ["NEW_INBOUND_CALL", "HANGUP"],
    );
    assert.equal(past.invocations[0]?.reply?.Actions.length, 3);
    assert.equal(past.audio.length, 1);
    assert.match(
      past.sentence ?? "",
      /^The application hung up, 1\.\d s after the answer \(hung up by the application\)\.$/,
    );
    assert.equal(past.endedBy, "application");
    assert.deepEqual(
      past.actions.map(({ type, outcome }) => [type, outcome]),
      [
        ["PlayAudio", "succeeded"],
        ["Pause", "succeeded"],
        ["Hangup", "succeeded"],
      ],
    );
    assert.deepEqual([past.invocations[0]?.outcome, past.legs[0]?.state], ["replied", "ended"]);
    const steps = past.steps.map(({ what }) => what);
    assert.deepEqual([steps[0], steps.includes("audio"), steps.at(-1)], ["began", true, "ended"]);
    const { rows } = await get(`/calls/${id}/ladder`);
    assert.match(rows[0]?.startLine ?? "", /^INVITE /);
    for (const path of ["/spool", "/targets", "/trunks", "/registrations", `/calls/${id}/audio`, "/session"])
      await get(path);
    for (const path of ["/server", "/capacity", "/refusals", "/meetings", "/output"]) await get(path);
    const { applications } = await get("/applications");
    const { numbers } = await get("/numbers");
    const ours = numbers.find(({ number }) => number === ownNumber);
    assert.deepEqual([ours?.kind, ours?.applicationId], ["application", applications[0]?.id]);
    for (const [method, path, status, says] of [
      ["POST", `/calls/${id}/replay`, 422, /Only offhook dev runs calls again/],
      ["POST", `/calls/${id}/test`, 422, /Only offhook dev/],
      ["POST", "/meetings/none/members/nobody/mute", 404, /Nobody takes part in the meeting none/],
      ["DELETE", "/meetings/none/members/nobody", 400, /MeetingId/],
    ] as const) {
      const refused = await ask(kit, `/offhook/v1${path}`, { method });
      assert.equal(refused.status, status, path);
      assert.match(refused.body.Message, says);
    }
    const { entries } = await get(`/calls/${id}/timeline`);
    const told = entries.map(({ type }) => type);
    for (const type of ["call-started", "invoked", "replied", "action-started", "action-ended", "audio-ended"])
      assert.ok(told.includes(type), `${type} in ${told.join()}`);
    assert.deepEqual(
      [told[0], entries.at(-1)?.at],
      [
        "call-started",
        entries
          .map(({ at }) => at)
          .toSorted()
          .at(-1),
      ],
    );
    await askAsDeclared(kit, document, "DELETE", "/offhook/v1/session");
    await actOnACall(kit, document, calls[0]?.applicationId);

    const { deleted } = await askAsDeclared(kit, document, "DELETE", `/offhook/v1/calls/${id}/record`);
    assert.deepEqual(deleted, ["record", "history"]);
    for (const gone of [id, "f9c9e8a4-0000-4000-8000-000000000000", "/etc/hostname"])
      await assertUnknown(kit, document, gone);
    assert.equal((await get("/calls", `?state=ended&id=${id}`)).calls.length, 0);

    const drained = await askAsDeclared(kit, document, "POST", "/offhook/v1/drain");
    assert.deepEqual(drained, { state: "draining", calls: 0 });
    const ready = await ask(kit, "/readyz");
    assert.deepEqual([ready.status, ready.body.status], [503, "draining"]);
    assert.equal((await ask(kit, "/healthz")).status, 200);
    await withPhone(kit, async ({ phone }) => {
      const { host, port } = kit.address("udp");
      const { end } = await phone.dial(`sip:${ownNumber}@${host}:${port}`).ended;
      assert.deepEqual(end.type === "rejected" && end.status, 503);
    });
    assert.match((await get("/nodes")).nodes[0]?.whyNoCalls ?? "", /takes no new calls/);
    await askAsDeclared(kit, document, "DELETE", "/offhook/v1/drain");
    assert.equal((await ask(kit, "/readyz")).status, 200);

    const all = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    assert.deepEqual(new Set(all.filter((name) => !elsewhere.has(name))), asked);
  },
);

virtualCallTest(
  "a stream of /offhook/v1/events tells a call from its begin to its end, with ids to go on from",
  talking,
  async (kit) => {
    const controller = new AbortController();
    const response = await kit.world.during(
      fetch(`${kit.server.apiUrl}/offhook/v1/events`, { signal: controller.signal }),
    );
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const state = { text: "" };
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        state.text += decoder.decode(chunk as Uint8Array);
        kit.onChange();
      }
    })().catch(() => undefined);
    const doorbell = createDoorbell();
    await withPhone(kit, async ({ phone }) => void (await callOut(kit, phone, doorbell)), { onCall: doorbell.take });
    await kit.until("the end of the call is told", () => state.text.includes('"type":"call-ended"'));
    controller.abort();
    await reading;
    const [first = ""] = /^id: .*\.1$/m.exec(state.text) ?? [];
    assert.match(first, /^id: /);
    const all = [...state.text.matchAll(/^data: (\{"id".*)$/gm)].map(
      ([, json = ""]) => JSON.parse(json) as { type: string },
    );
    assert.equal(all[0]?.type, "call-started");
    const again = await kit.world.during(
      fetch(`${kit.server.apiUrl}/offhook/v1/events?after=${first.slice(4)}`, { signal: AbortSignal.timeout(30_000) }),
    );
    const reader = again.body?.getReader();
    let missed = "";
    while (!missed.includes('"type":"call-ended"')) {
      const { value } = (await kit.world.during(reader?.read() ?? assert.fail("no body"))) as { value?: Uint8Array };
      missed += new TextDecoder().decode(value);
    }
    await reader?.cancel();
    assert.doesNotMatch(missed, /call-started|event: gap/);
  },
);

virtualCallTest("what /offhook/v1 has not, or may not show, is refused in words", talking, async (kit) => {
  const cases: readonly [path: string, status: number, says: RegExp, init?: RequestInit][] = [
    ["/offhook/v1/nothing", 404, /There is nothing at GET .*GET \/offhook\/v1\/calls/],
    ["/offhook/v1/drain", 404, /There is nothing at GET/],
    ["/offhook/v1/calls?limit=0", 400, /limit must be a whole number from 1 to 1000/],
    ["/offhook/v1/calls?since=yesterday", 400, /since is "yesterday"; it must be a time/],
    ["/offhook/v1/calls/%zz", 400, /percent sign/],
    ["/offhook/v1/calls/none", 404, /There is no call "none".*state=all/],
    ["/offhook/v1/calls", 403, /Web pages of https:\/\/evil.example/, { headers: { origin: "https://evil.example" } }],
    [
      "/offhook/v1/drain",
      403,
      /Web pages of https:\/\/evil.example/,
      { method: "POST", headers: { origin: "https://evil.example" } },
    ],
  ];
  for (const [path, status, says, init] of cases) {
    const answer = await ask(kit, path, init);
    assert.equal(answer.status, status, path);
    assert.match(answer.body.Message, says);
  }
});
