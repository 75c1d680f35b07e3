import assert from "node:assert/strict";
import { ResourceLimitExceededException } from "@aws-sdk/client-chime-sdk-voice";
import { virtualFunctionTest, type FunctionKit } from "./function-kit.ts";

const hangUp = (code: string) => ({ Type: "Hangup", Parameters: { SipResponseCode: code } });

/** A function that answers each event type with a reply of its own, else with nothing to do. */
const replying = (replies: Readonly<Record<string, object>>) => ({
  "app.mjs": `const replies = ${JSON.stringify(replies)};
    export const handler = async (event) =>
      ({ SchemaVersion: "1.0", Actions: [], ...replies[event.InvocationEventType] });`,
});

const types = (kit: FunctionKit) => kit.events().map((event) => event.InvocationEventType);
const attributes = (kit: FunctionKit) =>
  kit
    .events()
    .map(({ CallDetails: details }) =>
      "TransactionAttributes" in details ? details["TransactionAttributes"] : "absent",
    );

for (const [code, status] of [
  ["486", 486],
  ["480", 480],
  ["0", 480],
] as const) {
  virtualFunctionTest(
    `Hangup ${code} refuses a call with ${status}: the caller's phone was never answered and heard nothing`,
    { files: replying({ NEW_INBOUND_CALL: { Actions: [hangUp(code)] } }) },
    async (kit) => {
      const call = kit.phone.dial(kit.uri());

      const report = await call.ended;
      await kit.untilEnded();

      assert.deepEqual(report.end.type === "rejected" && report.end.status, status);
      assert.equal(report.answered, false);
      assert.equal(report.heard.samples.length, 0);
      assert.deepEqual(types(kit), ["NEW_INBOUND_CALL", "HANGUP"]);
      assert.equal(kit.events()[1]?.ActionData?.Parameters["SipResponseCode"], Number(code));
    },
  );
}

const nested = { name: "Ada", visits: 3, basket: { items: ["tea", "milk"], paid: false }, long: "x".repeat(2000) };

virtualFunctionTest(
  "TransactionAttributes: absent before they are set, back as they came, replaced as a whole, kept, cleared (Contract: events-attributes, events-attributes-replace, events-attributes-keep)",
  {
    files: {
      "app.mjs": `const steps = [
          { TransactionAttributes: ${JSON.stringify(nested)} }, // kept although its actions are not used
          {}, // RINGING: left out, kept
          { TransactionAttributes: null }, // kept
          { TransactionAttributes: { other: "1" } }, // another map takes the place of the first
          { TransactionAttributes: {} }, // cleared
          { Actions: [{ Type: "Hangup", Parameters: {} }] },
        ];
        const pause = { Type: "Pause", Parameters: { DurationInMilliseconds: 100 } };
        export const handler = async (event) =>
          ({ SchemaVersion: "1.0", Actions: [pause], ...steps[event.Sequence - 1] });`,
    },
  },
  async (kit) => {
    await kit.call();
    await kit.untilEnded();

    assert.deepEqual(types(kit).slice(0, 4), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "ACTION_SUCCESSFUL"]);
    assert.deepEqual(attributes(kit), ["absent", nested, nested, nested, { other: "1" }, "absent", "absent"]);
  },
);

virtualFunctionTest(
  "attributes that are too many give INVALID_LAMBDA_RESPONSE; those before stay",
  {
    files: {
      "app.mjs": `const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => ["key" + index, "1"]));
        const hangUp = [{ Type: "Hangup", Parameters: {} }];
        export const handler = async ({ InvocationEventType: type }) => ({
          SchemaVersion: "1.0",
          Actions: type === "NEW_OUTBOUND_CALL" ? [] : hangUp,
          TransactionAttributes: type === "NEW_OUTBOUND_CALL" ? { first: "1" } : type === "CALL_ANSWERED" ? many : null,
        });`,
    },
  },
  async (kit) => {
    await kit.call();
    await kit.untilEnded();

    assert.deepEqual(types(kit).slice(2), ["CALL_ANSWERED", "INVALID_LAMBDA_RESPONSE", "HANGUP"]);
    assert.equal(kit.events()[3]?.["ErrorType"], "TransactionAttributesInvalidMapSize");
    assert.deepEqual(attributes(kit).slice(1), Array(4).fill({ first: "1" }));
  },
);

// Contract: sip-and-media-no-rule
virtualFunctionTest(
  "a number without a rule gets 404, and the log names the number that was called, but in production none that exists",
  { files: replying({}) },
  async (kit) => {
    const call = kit.phone.dial(kit.uri("+12065550155"));

    const { end } = await call.ended;

    assert.equal(end.type === "rejected" && end.status, 404);
    assert.deepEqual(kit.facts, []);
    const line = kit.log.map(({ msg }) => String(msg)).find((text) => text.includes("404")) ?? "";
    assert.match(line, /\+12065550155/);
    assert.match(line, /none of the rules fits/);
    assert.doesNotMatch(line, /\+12065550100/);
  },
);

// Contract: sip-and-media-overload, api-call-limits
virtualFunctionTest(
  "when maxCalls calls are up, an INVITE gets 503 with Retry-After, and the API ResourceLimitExceededException",
  { files: replying({}), limits: { maxCalls: 1 } },
  async (kit) => {
    const first = kit.phone.dial(kit.uri());
    await first.ringing;

    const second = await kit.phone.dial(kit.uri()).ended;
    const bare = await answerToBareInvite(kit);
    await assert.rejects(kit.call(), ResourceLimitExceededException);
    first.hangUp();
    await first.ended;
    await kit.untilEnded();
    await kit.until("the call is gone", () => kit.server.ledger().calls === 0);
    const third = kit.phone.dial(kit.uri());
    await third.ringing;
    third.hangUp();
    await kit.untilEnded(2);

    assert.equal(second.end.type === "rejected" && second.end.status, 503);
    assert.match(bare, /^SIP\/2\.0 503 /);
    assert.match(bare, /^Retry-After: \d+\r$/m);
    assert.deepEqual(types(kit), ["NEW_INBOUND_CALL", "HANGUP", "NEW_INBOUND_CALL", "HANGUP"]);
  },
);

/** Sends an INVITE from a bare socket; the first final response as it came. */
async function answerToBareInvite(kit: FunctionKit): Promise<string> {
  const { host, port } = kit.sipAddress();
  let tell: (message: string) => void = () => undefined;
  const answer = new Promise<string>((resolve) => (tell = resolve));
  const socket = await kit.world.network.openDatagram(host, 0, (bytes) => {
    const message = bytes.toString();
    if (!message.startsWith("SIP/2.0 1")) tell(message);
  });
  const own = `${host}:${socket.port}`;
  const headers = [
    `INVITE ${kit.uri()} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bKbare`,
    `From: <sip:bare@${own}>;tag=1`,
    `To: <${kit.uri()}>`,
    "Call-ID: bare",
    "CSeq: 1 INVITE",
    `Contact: <sip:bare@${own}>`,
    "Max-Forwards: 70",
    "Content-Length: 0",
  ];
  try {
    socket.send(Buffer.from(`${headers.join("\r\n")}\r\n\r\n`), host, port, () => undefined);
    return await answer;
  } finally {
    socket.close();
  }
}

// Contract: records-log-of-a-call, records-log-keeps-secrets
virtualFunctionTest(
  "the log says what is wrong in a reply and what is allowed, and shows no value of it: that may be a caller's number or text",
  {
    files: replying({
      NEW_INBOUND_CALL: {
        Actions: [
          { Type: "Pause", Parameters: { DurationInMilliseconds: 100, Repeet: "4711-secret" } },
          { Type: "SendDigits", Parameters: { Digits: "4711-secret" } },
        ],
      },
      ACTION_FAILED: { Actions: [hangUp("0")] },
    }),
  },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();

    const lines = kit.log.map((line) => JSON.stringify(line));
    const findings = lines.find((line) => line.includes("response-findings")) ?? "";
    assert.match(findings, /Actions\[0\]\.Parameters\.Repeet: unknown/);
    assert.match(findings, /Actions\[1\]\.Parameters\.Digits: allowed is 1 to 50 of /);
    assert.ok(lines.some((line) => /SendDigits failed, InvalidActionParameter: /.test(line)));
    assert.deepEqual(
      lines.filter((line) => line.includes("4711")),
      [],
    );
  },
);
