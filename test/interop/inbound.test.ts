import assert from "node:assert/strict";
import { signallingTest, type CallKit, type KitOptions, type WireAction } from "./kit.ts";
import { caller, receive, scenario, sdp, wait } from "./scenario.ts";
import { startCaller, type Sipp, type SippOptions } from "./sipp.ts";

const speak: WireAction = { Type: "Speak", Parameters: { Text: "Good day." } };
const longSpeech: WireAction = {
  Type: "Speak",
  Parameters: { Text: "This takes a good while to say, so there is time to leave." },
};
const pause = (ms: number): WireAction => ({ Type: "Pause", Parameters: { DurationInMilliseconds: String(ms) } });
const hangUp = (code?: string): WireAction => ({
  Type: "Hangup",
  Parameters: code === undefined ? {} : { SipResponseCode: code },
});
const greeted: KitOptions = { functions: [{ NEW_INBOUND_CALL: [speak, hangUp("0")] }] };
const spokenTo: KitOptions = { functions: [{ NEW_INBOUND_CALL: [longSpeech] }] };

const hangupCode = (kit: CallKit) => kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"];
const method = (startLine: string) => startLine.split(" ")[0] ?? "";
const statusOf = (startLine: string) => startLine.split(" ")[1] ?? "";

/** A SIPp calls and runs `steps`, until both have ended. */
async function callIn(kit: CallKit, steps: readonly string[], options: Partial<SippOptions> = {}): Promise<Sipp> {
  const sipp = await startCaller(kit, { scenario: scenario(...steps), ...options });
  await sipp.succeeded();
  await kit.untilEnded();
  return sipp;
}

const dial = caller.invite(sdp()) + caller.progress;
const answeredCall = [dial, caller.answered(), caller.takeBye];

signallingTest("a caller hears 100, 180 and 200, then a prompt, then our BYE; events 1 and 2", greeted, async (kit) => {
  const sipp = await callIn(kit, answeredCall);

  assert.deepEqual(
    kit.events().map((event) => [event.Sequence, event.InvocationEventType]),
    [
      [1, "NEW_INBOUND_CALL"],
      [2, "HANGUP"],
    ],
  );
  const received = await sipp.startLines("received");
  assert.deepEqual(received.map(statusOrMethod), ["100", "180", "200", "BYE"]);
  assert.equal(hangupCode(kit), 0);
});

signallingTest(
  "headers with x-, User-to-User and Diversion are shown to the function as they came, others are not",
  greeted,
  async (kit) => {
    const headers = ["X-Order: 42", "x-lower: a b", "User-to-User: 616263;encoding=hex", "Subject: private"];
    await callIn(kit, [caller.invite(sdp(), { headers }) + caller.progress, caller.answered(), caller.takeBye]);

    const leg = kit.events()[0]?.CallDetails.Participants[0];
    assert.deepEqual(leg?.["SipHeaders"], { "X-Order": "42", "x-lower": "a b", "User-to-User": "616263;encoding=hex" });
    assert.equal(leg?.["From"], "+15105550101");
    assert.equal(leg?.["Direction"], "Inbound");
    assert.equal(leg?.["Status"], undefined);
  },
);

for (const { code, status, shown } of [
  { code: "486", status: 486, shown: 486 },
  { code: "480", status: 480, shown: 480 },
  { code: "0", status: 480, shown: 0 },
]) {
  signallingTest(
    `Hangup ${code} refuses an unanswered call with ${status}; HANGUP ${shown} follows`,
    { functions: [{ NEW_INBOUND_CALL: [hangUp(code)] }] },
    async (kit) => {
      await callIn(kit, [dial, caller.refused(status)]);

      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
      assert.equal(hangupCode(kit), shown);
    },
  );
}

signallingTest(
  "a call is answered only by the action that needs audio: Pause keeps it ringing",
  { functions: [{ NEW_INBOUND_CALL: [pause(300), hangUp("486")] }] },
  async (kit) => {
    await callIn(kit, [dial, caller.refused(486)]);

    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  },
);

signallingTest(
  "a caller who cancels while the function thinks hears 487; HANGUP 0 (RFC 3261 §9.2)",
  { functions: ["if (event.Sequence === 1) await new Promise((resolve) => setTimeout(resolve, 1000));"] },
  async (kit) => {
    const steps = [caller.invite(sdp()), receive(100), receive(180), caller.cancel, receive(200), caller.refused(487)];
    await callIn(kit, steps);

    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(hangupCode(kit), 0);
  },
);

signallingTest(
  "a caller who cancels during a Pause before the answer hears 487; HANGUP 0",
  { functions: [{ NEW_INBOUND_CALL: [pause(20_000)] }] },
  async (kit) => {
    await callIn(kit, [
      caller.invite(sdp()),
      receive(100),
      receive(180),
      wait(200),
      caller.cancel,
      receive(200),
      caller.refused(487),
    ]);

    assert.equal(kit.eventTypes().at(-1), "HANGUP");
    assert.equal(hangupCode(kit), 0);
  },
);

signallingTest(
  "a 200 that is never acknowledged is sent again, then the call is ended with BYE after 64*T1 (RFC 3261 §13.3.1.4)",
  { functions: [{ NEW_INBOUND_CALL: [pause(100), speak, pause(20_000), pause(20_000)] }] },
  async (kit) => {
    const sipp = await startCaller(kit, {
      scenario: scenario(caller.invite(sdp()), receive(100), receive(180), wait(2_500), caller.takeBye),
      words: ["-pause_msg_ign"],
    });
    await kit.until("the call is answered", () => kit.trace.some(({ startLine }) => startLine.startsWith("200")));
    kit.clock.run(15);

    await kit.untilEnded();

    await sipp.succeeded();
    const answers = (await sipp.startLines("received", "all")).filter((line) => statusOf(line) === "200");
    assert.ok(answers.length > 5, `${answers.length} answers`);
    assert.equal(kit.eventTypes().at(-1), "HANGUP");
    assert.equal(hangupCode(kit), 480);
  },
);

signallingTest(
  "an INVITE that comes again, for its 200 was lost, brings the 200 again and no second call (RFC 3261 §13.3.1.4)",
  greeted,
  async (kit) => {
    const again = [
      caller.invite(sdp(), { options: "" }),
      // The 200 comes during this and is lost.
      wait(2_500),
      caller.invite(sdp(), { options: "" }),
      caller.progress,
      caller.answered(),
      caller.takeBye,
    ];
    const sipp = await callIn(kit, again, { words: ["-pause_msg_ign"] });

    const answers = (await sipp.startLines("received", "all")).filter((line) => statusOf(line) === "200");
    assert.ok(answers.length > 1, `${answers.length} answers`);
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  },
);

signallingTest("a number without a rule is refused with 404 and no function is reported", greeted, async (kit) => {
  const sipp = await startCaller(kit, { scenario: scenario(dial, caller.refused(404)), number: "+12065550199" });

  await sipp.succeeded();
  assert.deepEqual(kit.events(), []);
});

signallingTest(
  "an INVITE without an offer gets ours in the 200, and the answer in the ACK begins the prompt (RFC 3261 §13.2.1)",
  greeted,
  async (kit) => {
    const sipp = await callIn(kit, [
      caller.invite(undefined) + caller.progress,
      caller.answered(sdp({ formats: "8 101" })),
      caller.takeBye,
    ]);

    const ok = (await sipp.messages()).find(({ startLine }) => statusOf(startLine) === "200");
    assert.match(ok?.text ?? "", /^m=audio \d+ RTP\/AVP 0 8 101$/m);
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  },
);

signallingTest(
  "a hold and a resume during a prompt are answered, and the prompt goes on (RFC 3264 §8.4)",
  { functions: [{ NEW_INBOUND_CALL: [longSpeech, hangUp()] }] },
  async (kit) => {
    const change = (cseq: number, direction: string) =>
      caller.inDialog("INVITE", cseq, sdp({ direction, version: cseq })) +
      receive(100, `optional="true"`) +
      receive(200) +
      caller.inDialog("ACK", cseq);
    const sipp = await callIn(kit, [
      dial,
      caller.answered(),
      wait(200),
      change(2, "sendonly"),
      wait(200),
      change(3, "sendrecv"),
      caller.takeBye,
    ]);

    const answers = (await sipp.messages()).filter(
      ({ direction, text }) => direction === "received" && text.includes("m=audio"),
    );
    assert.deepEqual(
      answers.map(({ text }) => /^a=(sendrecv|sendonly|recvonly|inactive)$/m.exec(text)?.[1]),
      ["sendrecv", "recvonly", "sendrecv"],
    );
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  },
);

signallingTest(
  "a caller who hangs up during a prompt gives ACTION_FAILED, then HANGUP 0 (Contract: events-leg-leaves-action)",
  spokenTo,
  async (kit) => {
    await callIn(kit, [dial, caller.answered(), wait(300), caller.bye()]);

    assert.deepEqual(
      kit.events().map((event) => [event.Sequence, event.InvocationEventType]),
      [
        [1, "NEW_INBOUND_CALL"],
        [2, "ACTION_FAILED"],
        [3, "HANGUP"],
      ],
    );
    assert.equal(hangupCode(kit), 0);
  },
);

signallingTest("a caller over TCP is answered and hung up on the same connection", greeted, async (kit) => {
  const sipp = await callIn(kit, answeredCall, { transport: "tcp" });

  assert.deepEqual((await sipp.startLines("received")).map(statusOrMethod), ["100", "180", "200", "BYE"]);
});

signallingTest("a caller who offers A-law only is answered with A-law", greeted, async (kit) => {
  const sipp = await callIn(kit, [
    caller.invite(sdp({ formats: "8" })) + caller.progress,
    caller.answered(),
    caller.takeBye,
  ]);

  const ok = (await sipp.messages()).find(({ startLine }) => statusOf(startLine) === "200");
  assert.match(ok?.text ?? "", /^m=audio \d+ RTP\/AVP 8$/m);
});

// Contract: sip-and-media-no-common-audio
signallingTest(
  "a caller who offers G.729 only is refused with 488 and no function is reported",
  greeted,
  async (kit) => {
    const sipp = await startCaller(kit, {
      scenario: scenario(caller.invite(sdp({ formats: "18" })) + caller.progress, caller.refused(488)),
    });

    await sipp.succeeded();
    assert.deepEqual(kit.events(), []);
  },
);

function statusOrMethod(startLine: string): string {
  return startLine.startsWith("SIP") ? statusOf(startLine) : method(startLine);
}
