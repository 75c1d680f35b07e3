import assert from "node:assert/strict";
import { processTest, type CallKit, type WireAction } from "./kit.ts";
import { called, caller, receive, scenario, sdp, sentAgain } from "./scenario.ts";
import { startCalled, startCaller } from "./sipp.ts";

const hangUp: WireAction = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const speak = (Text: string): WireAction => ({ Type: "Speak", Parameters: { Text } });
const pause = (ms: number): WireAction => ({ Type: "Pause", Parameters: { DurationInMilliseconds: ms } });
const longSpeech = speak(
  "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten. Eleven. Twelve. Thirteen. Fourteen.",
);

const pickUp =
  called.invite +
  called.respond("180 Ringing") +
  called.respond("200 OK", sdp(), sentAgain) +
  receive("ACK") +
  receive("BYE") +
  called.respondInDialog("200 OK");
const dial = caller.invite(sdp()) + caller.progress;

const started = (kit: CallKit, action: string) =>
  kit.until(`${action} has begun`, () =>
    kit.facts.some((fact) => fact.type === "action-started" && fact.action === action),
  );
const audioStarted = (kit: CallKit) =>
  kit.until("audio is on its way", () => kit.facts.some(({ type }) => type === "audio-started"));
const numbered = (events: readonly { Sequence: number; InvocationEventType: string }[]) =>
  events.map((event) => `${event.Sequence} ${event.InvocationEventType}`);

processTest(
  "an update of a live call interrupts the prompt and its list replaces the old one (Contract: events-interrupt)",
  {
    functions: [
      { CALL_ANSWERED: [longSpeech, pause(20_000), pause(20_000)], CALL_UPDATE_REQUESTED: [speak("News."), hangUp] },
    ],
  },
  async (kit) => {
    const sipp = await startCalled(kit, { scenario: scenario(pickUp) });
    const transactionId = await kit.call();
    await audioStarted(kit);

    const status = await kit.update(transactionId, { reason: "test" });

    assert.equal(status, 202);
    await sipp.succeeded();
    await kit.untilEnded();
    assert.deepEqual(numbered(kit.events()), [
      "1 NEW_OUTBOUND_CALL",
      "2 RINGING",
      "3 CALL_ANSWERED",
      "4 CALL_UPDATE_REQUESTED",
      "5 ACTION_INTERRUPTED",
      "6 HANGUP",
    ]);
    const [requested, interrupted] = kit.events().slice(3);
    assert.deepEqual(requested?.ActionData?.Parameters, { Arguments: { reason: "test" } });
    assert.equal(interrupted?.ActionData?.Type, "Speak");
    await assert.rejects(kit.update(transactionId, {}), { name: "NotFoundException" });
  },
);

processTest(
  "an update whose reply is empty changes nothing",
  { functions: [{ CALL_ANSWERED: [speak("This goes on to its end."), hangUp] }] },
  async (kit) => {
    const sipp = await startCalled(kit, { scenario: scenario(pickUp) });
    const transactionId = await kit.call();
    await audioStarted(kit);

    await kit.update(transactionId, {});

    await sipp.succeeded();
    await kit.untilEnded();
    assert.deepEqual(kit.eventTypes().slice(3), ["CALL_UPDATE_REQUESTED", "HANGUP"]);
  },
);

processTest(
  "a function whose process dies between two events has a new one for the next; the call goes on",
  {
    functions: [
      `console.log("PID " + process.pid);
       if (event.InvocationEventType === "NEW_INBOUND_CALL") return ${JSON.stringify([speak("First."), pause(2_500)])};
       return ${JSON.stringify([speak("Second."), hangUp])};`,
    ],
  },
  async (kit) => {
    const sipp = await startCaller(kit, { scenario: scenario(dial, caller.answered(), caller.takeBye) });
    await started(kit, "Pause");

    process.kill(functionProcess(kit), "SIGKILL");

    await sipp.succeeded();
    await kit.untilEnded();
    assert.deepEqual(numbered(kit.events()), ["1 NEW_INBOUND_CALL", "2 ACTION_SUCCESSFUL", "3 HANGUP"]);
    assert.equal(
      kit.facts.some(({ type }) => type === "function-failed"),
      false,
    );
  },
);

const thinkOnFirstTry = `const { existsSync, writeFileSync } = await import("node:fs");
  const flag = new URL("tried", import.meta.url);
  if (event.InvocationEventType === "NEW_INBOUND_CALL" && !existsSync(flag)) {
    writeFileSync(flag, "");
    console.log("PID " + process.pid);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return ${JSON.stringify([speak("Here I am."), hangUp])};`;

processTest(
  "a function whose process dies while it thinks is asked once more with the same event (Contract: events-retry, events-repeated)",
  { functions: [thinkOnFirstTry] },
  async (kit) => {
    const sipp = await startCaller(kit, { scenario: scenario(dial, caller.answered(), caller.takeBye) });
    await kit.until("the function thinks", () => kit.lines.some((line) => line.startsWith("PID ")));

    process.kill(functionProcess(kit), "SIGKILL");

    await sipp.succeeded();
    await kit.untilEnded();
    assert.deepEqual(numbered(kit.events()), ["1 NEW_INBOUND_CALL", "1 NEW_INBOUND_CALL", "2 HANGUP"]);
    assert.deepEqual(kit.events()[0], kit.events()[1]);
  },
);

const dieWhenAsked = (type: string, before: readonly WireAction[]) =>
  `if (event.InvocationEventType === ${JSON.stringify(type)}) process.kill(process.pid, "SIGKILL");
   return ${JSON.stringify(before)};`;

processTest(
  "a function that dies at each try ends an answered call with BYE and HANGUP 480 (Contract: events-function-failed-answered)",
  { functions: [dieWhenAsked("ACTION_SUCCESSFUL", [speak("Wait.")])] },
  async (kit) => {
    const sipp = await startCaller(kit, { scenario: scenario(dial, caller.answered(), caller.takeBye) });

    await sipp.succeeded();
    await kit.untilEnded();
    const failures = kit.facts.filter((fact) => fact.type === "function-failed");
    assert.deepEqual(
      failures.map((fact) => fact.consequence),
      ["retried", "call-ended"],
    );
    // What a dying function printed comes late, or never; what it prints of HANGUP comes.
    await kit.until("HANGUP was printed", () => kit.eventTypes().includes("HANGUP"));
    assert.equal(kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"], 480);
  },
);

processTest(
  "a function that dies at each try refuses an unanswered call with 480",
  { functions: [dieWhenAsked("NEW_INBOUND_CALL", [])] },
  async (kit) => {
    const sipp = await startCaller(kit, { scenario: scenario(dial, caller.refused(480)) });

    await sipp.succeeded();
    await kit.untilEnded();
  },
);

processTest(
  "a function that does not answer in time refuses an unanswered call with 480",
  {
    functions: [`if (event.Sequence === 1) await new Promise((resolve) => setTimeout(resolve, 60_000));`],
    limits: { functionTimeoutSeconds: 1 },
  },
  async (kit) => {
    const sipp = await startCaller(kit, { scenario: scenario(dial, caller.refused(480)) });

    await sipp.succeeded();
    await kit.untilEnded();
    assert.equal(kit.facts.find((fact) => fact.type === "function-failed")?.reason, "timeout");
  },
);

for (const { how, body } of [
  { how: "throws", body: `throw new Error("broken");` },
  { how: "dies", body: `process.kill(process.pid, "SIGKILL");` },
]) {
  processTest(
    `when the first function ${how}, the next application of the rule gets NEW_INBOUND_CALL with Sequence 1`,
    { functions: [body, { NEW_INBOUND_CALL: [speak("The second one."), hangUp] }] },
    async (kit) => {
      const sipp = await startCaller(kit, { scenario: scenario(dial, caller.answered(), caller.takeBye) });

      await sipp.succeeded();
      await kit.untilEnded();
      const last = kit.events().at(-1)?.CallDetails.SipMediaApplicationId;
      const second = kit.events().filter((event) => event.CallDetails.SipMediaApplicationId === last);
      assert.deepEqual(numbered(second), ["1 NEW_INBOUND_CALL", "2 HANGUP"]);
      assert.notEqual(kit.events()[0]?.CallDetails.SipMediaApplicationId, last);
    },
  );
}

/** The process that printed its id last. */
function functionProcess(kit: CallKit): number {
  const line = kit.lines.findLast((text) => text.startsWith("PID ")) ?? "";
  return Number(line.slice("PID ".length));
}
