import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import type { CallFact } from "../call/index.ts";
import type { Logger } from "../kernel/index.ts";
import { driveCall, type CallDriver } from "../testing/internal/call-driver.ts";
import { respond, type FunctionEvent, type WireAction } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, hangup, pause, playAudio, speak } from "../testing/internal/wire-actions.ts";
import type { AudioProblem } from "../media/index.ts";
import { legAudio } from "../testing/internal/leg-audio.ts";
import { logFact } from "./log-fact.ts";

const warnings = (call: CallDriver) => call.did("warn").map(({ message }) => message);
const wrong = hangup({ CallId: "nobody" });

/** What the log of a call has at info or above. */
function logged(call: CallDriver): readonly string[] {
  const lines: string[] = [];
  const note = (level: string) => (_facts: object, message: string) => void lines.push(`${level}: ${message}`);
  const log = { debug: () => undefined, info: note("info"), warn: note("warn"), error: note("error") };
  for (const fact of call.facts) logFact(log as unknown as Logger, fact);
  return lines;
}

test("an engine that speaks in place of another is told, one that was to speak is not, at info", () => {
  const lines: string[] = [];
  const note = (level: string) => (_facts: object, message: string) => void lines.push(`${level}: ${message}`);
  const log = { debug: note("debug"), info: note("info") } as unknown as Logger;
  const fact = { type: "speech-by", participantTag: "LEG-A", engine: "flite", why: "polly is throttled" } as const;

  logFact(log, { ...fact, isStandIn: true } as CallFact);
  logFact(log, { ...fact, isStandIn: false } as CallFact);

  const line = "flite speaks to LEG-A: polly is throttled";
  assert.deepEqual(lines, [`info: ${line}`, `debug: ${line}`]);
});

describe("the audio of a leg", () => {
  const lines: string[] = [];
  const note = (level: string) => (facts: object, message: string) =>
    void lines.push(`${level}: ${message} ${Object.keys(facts).join(" ")}`);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn") } as unknown as Logger;
  const problem = { type: "one-way", direction: "incoming", cause: "no-packets", message: "nothing is heard" } as const;
  const tell = (change: Partial<AudioProblem>) => {
    lines.length = 0;
    logFact(log, { type: "audio-problem", participantTag: "LEG-A", problem: { ...problem, ...change } });
    return lines;
  };

  it("that goes one way is a warning, as long as nobody means it; other faults are told", () => {
    assert.deepEqual(tell({}), ["warn: LEG-A one-way audio: nothing is heard fact"]);
    assert.deepEqual(tell({ cause: "held" }), ["info: LEG-A one-way audio: nothing is heard fact"]);
    assert.deepEqual(tell({ type: "dead-air" }), ["info: LEG-A dead air: nothing is heard fact"]);
    assert.deepEqual(tell({ type: "clipping" }), ["info: LEG-A clipping: nothing is heard fact"]);
  });

  it("is told in one line at its end, with all figures beside it", () => {
    lines.length = 0;
    logFact(log, { type: "audio-ended", participantTag: "LEG-A", audio: legAudio() });

    assert.deepEqual(lines, [
      "info: the audio of LEG-A ended: heard 500 packets, lost 0, jitter 2 ms, MOS 4.4; sent 500 participantTag audio",
    ]);
  });
});

describe("a function that answers each failure with the action that failed", () => {
  const looping = (event: FunctionEvent) => (event.InvocationEventType === "HANGUP" ? respond([]) : respond([wrong]));
  const loop = () => {
    const call = driveCall({ direction: "Outbound", script: looping });
    call.answer();
    call.advance(60_000);
    return call;
  };

  it("is reported once, with the action and its error, and the limit of invocations is a warning", () => {
    assert.deepEqual(warnings(loop()), [
      "the function loops: LEG-A Hangup failed 10 times in a row, InvalidActionParameter: CallId or ParticipantTag parameter for action is " +
        'invalid. No leg of this call is "nobody"; it answers failures with actions that fail',
      "the limit of 1000 invocations per call was reached; the call is ended",
    ]);
  });

  it("has one line in the log for the first failure, and one with their number", () => {
    const what =
      "LEG-A Hangup failed, InvalidActionParameter: CallId or ParticipantTag parameter for action is invalid. " +
      'No leg of this call is "nobody".';

    assert.deepEqual(logged(loop()), [`info: ${what}`, `warn: 998 times in a row: ${what}`]);
  });

  it("is reported also when other actions go well between the failures", () => {
    const call = driveCall({
      direction: "Outbound",
      audio: () => ({ ms: 500 }),
      script: (event) => (event.InvocationEventType === "HANGUP" ? respond([]) : respond([speak("So sorry"), wrong])),
    });
    call.answer();
    call.advance(30_000);

    assert.match(warnings(call)[0] ?? "", /^the function loops: LEG-A Hangup failed 10 times in a row/);
  });

  it("is reported once for each failure when two or three take turns, and once when only their words differ", () => {
    const linesOf = (actions: (round: number) => readonly WireAction[]) => {
      let round = 0;
      const call = driveCall({
        direction: "Outbound",
        script: (event) => respond(event.InvocationEventType === "HANGUP" ? [] : actions((round += 1))),
      });
      call.answer();
      call.advance(5_000);
      assert.ok(call.eventTypes().length > 40);
      call.end();
      return warnings(call).length + logged(call).length;
    };
    const failing = [wrong, pause(5), callAndBridge({ Endpoints: [] })];

    assert.ok(linesOf((round) => failing.slice(round % 2, (round % 2) + 1)) <= 10, "two");
    assert.ok(linesOf((round) => failing.slice(round % 3, (round % 3) + 1)) <= 12, "three");
    assert.ok(linesOf((round) => [hangup({ CallId: `nobody ${round}` })]) <= 13, "other words");
    assert.ok(
      linesOf((round) => [pause(100), hangup({ CallId: `nobody ${round % 7}` })]) <= 13,
      "with something that goes well",
    );
  });

  it("is none that fails now and then: a pause of three seconds between the failures", () => {
    const call = driveCall({
      direction: "Outbound",
      script: (event) => (event.InvocationEventType === "HANGUP" ? respond([]) : respond([pause(3_000), wrong])),
    });
    call.answer();
    call.advance(60_000);

    assert.deepEqual(warnings(call), []);
    assert.ok(logged(call).length > 15, "each has its line");
  });
});

describe("an action that fails for its call has one line in the log", () => {
  it("with the leg, the error and the cause: a busy party", () => {
    const call = driveCall({ script: [respond([callAndBridge()])] });
    const partner = call.state().legs[1]?.id ?? assert.fail("there is no second leg");
    call.give({ type: "leg-ended", legId: partner, end: { type: "rejected", status: 486 } });

    assert.deepEqual(logged(call), [
      "info: LEG-A CallAndBridge failed, CallNotAnswered: Call not answered: LEG-B: refused by the far end with 486",
    ]);
  });

  it("as a warning when somebody has to mend it, once in a call: a file that is not there", () => {
    const call = driveCall({ script: [respond([playAudio()])], audio: "by-hand" });
    call.failPlayback("CALL_AUDIO_NOT_FOUND", "there is no object x");

    assert.deepEqual(
      [warnings(call), logged(call)],
      [["LEG-A PlayAudio failed, InvalidAudioSource: Cannot access S3 bucket or audio file. there is no object x"], []],
    );
  });

  it("not at all when the party of its leg has just left", () => {
    const call = driveCall({ script: [respond([playAudio()])] });
    call.end();

    assert.ok(call.eventTypes().includes("ACTION_FAILED"), "the event stays as the contract has it");
    assert.deepEqual([warnings(call), logged(call)], [[], []]);
  });
});
