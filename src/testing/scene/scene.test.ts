import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { dial, openFunction, placeCall, SceneError, type Handler } from "./index.ts";

const speak = (Text: string) => ({ Type: "Speak", Parameters: { Text } });
const bridge = (Uri: string) => ({
  Type: "CallAndBridge",
  Parameters: {
    CallTimeoutSeconds: 20,
    CallerIdNumber: "+12065550100",
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri }],
  },
});
const ask = {
  Type: "SpeakAndGetDigits",
  Parameters: {
    InputDigitsRegex: "^[12]$",
    SpeechParameters: { Text: "Press 1 for <break/>sales." },
    FailureSpeechParameters: { Text: "Sorry." },
    MinNumberOfDigits: 1,
    MaxNumberOfDigits: 1,
    Repeat: 2,
    RepeatDurationInMilliseconds: 3000,
  },
};
const hangup = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };

/** A menu: 1 calls sales; who does not answer is told so. */
const menu: Handler = async (event: {
  InvocationEventType: string;
  ActionData?: { Type: string; ReceivedDigits?: string };
}) => {
  const { InvocationEventType: type, ActionData: data } = event;
  const answer = (...Actions: object[]) => ({ SchemaVersion: "1.0", Actions, TransactionAttributes: { last: type } });
  switch (`${type} ${data?.Type ?? ""}`.trim()) {
    case "NEW_INBOUND_CALL":
      return answer(ask);
    case "ACTION_SUCCESSFUL SpeakAndGetDigits":
      return answer(bridge("+12065550123"));
    case "ACTION_FAILED CallAndBridge":
      return answer(speak("Nobody is there."), hangup);
    case "CALL_UPDATE_REQUESTED CallUpdateRequest":
      return answer(speak("You are updated."));
    case "HANGUP Hangup":
      return answer({ ...hangup, Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-B" } });
    default:
      return answer();
  }
};

async function failureOf(step: () => Promise<unknown>): Promise<SceneError> {
  const error = await step().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SceneError, "it goes through");
  return error;
}

describe("a scripted call", () => {
  it("hears, presses, is bridged and hangs up, in virtual time", async () => {
    const call = await dial(menu);
    await call.hears("press 1 for sales");
    await call.presses("1");
    const sales = await call.dials("+12065550123");
    await sales.rings();
    await sales.answers();
    assert.equal(call.isBridged && sales.isBridged, true);
    await call.waits(90_000);
    await call.hangsUp();
    await call.isTold("HANGUP", { ActionData: { Parameters: { ParticipantTag: "LEG-A" } } });
    await sales.isHungUp();
    await call.ends();

    assert.deepEqual(
      call.actions.map(({ type }) => type),
      ["SpeakAndGetDigits", "CallAndBridge", "Hangup"],
    );
    assert.deepEqual(call.findings, []);
    assert.equal(sales.from, "+12065550100");
    assert.ok(call.elapsedMs > 90_000);
  });

  it("is refused by who is called, and the caller is told and hung up", async () => {
    const call = await dial(menu);
    await call.hears(/^Press 1/);
    await call.presses("2");
    await (await call.dials("+12065550123")).isBusy();
    await call.isTold("ACTION_FAILED", { ActionData: { Type: "CallAndBridge", ErrorType: "CallNotAnswered" } });
    await call.hears("Nobody is there.", { toTheEnd: true });
    await call.isHungUp();
    await call.ends();

    assert.deepEqual(call.attributes, { last: "HANGUP" });
  });

  it("hears the prompt again when nothing is pressed, by the clock of the contract", async () => {
    const call = await dial(menu);
    await call.hears("Press 1");
    await call.hears("Sorry.");
    await call.hears("Press 1");
  });

  it("is placed by the API, rings and answers", async () => {
    const call = await placeCall(menu, { arguments: { who: "me" } });
    assert.deepEqual(
      (call.events[0]?.ActionData as { Parameters?: { Arguments?: unknown } } | undefined)?.Parameters?.Arguments,
      { who: "me" },
    );
    await call.rings();
    await call.isTold("RINGING");
    await call.answers();
    await call.isTold("CALL_ANSWERED");
    await call.hangsUp();
    await call.ends();
  });

  it("is updated", async () => {
    const call = await dial(menu);
    await call.presses("1");
    await (await call.dials("+12065550123")).answers();
    await call.updates({ to: "them" });
    await call.isTold("CALL_UPDATE_REQUESTED", { ActionData: { Parameters: { Arguments: { to: "them" } } } });
    await call.hears("Press 1");
    await call.hears("You are updated.");
  });

  it("ends a recording by silence, by a key, and by its longest time", async () => {
    const record: Handler = ({ InvocationEventType: type }: { InvocationEventType: string }) => ({
      SchemaVersion: "1.0",
      Actions:
        type === "HANGUP"
          ? []
          : [
              {
                Type: "RecordAudio",
                Parameters: {
                  DurationInSeconds: "10",
                  SilenceDurationInSeconds: 3,
                  RecordingTerminators: ["#"],
                  RecordingDestination: { Type: "S3", BucketName: "voicemail" },
                },
              },
            ],
    });
    // A handler that is no promise and calls nothing back never answers, as on Lambda.
    const call = await dial(async (event: { InvocationEventType: string }) => record(event, {}));
    const lasts = async (): Promise<number> => {
      const from = call.elapsedMs;
      await call.isTold("ACTION_SUCCESSFUL", { ActionData: { Type: "RecordAudio" } });
      return call.elapsedMs - from;
    };
    call.speaks(4_000);
    assert.equal(await lasts(), 7_000);
    call.speaks(60_000);
    assert.equal(await lasts(), 10_000);
    call.speaks(60_000);
    await call.presses("#", { gapMs: 1_500 });
    assert.equal(await lasts(), 0);
    assert.equal(call.recordings.length, 4);
    assert.match(call.recordings[0] ?? "", /^voicemail\//);
  });

  it("lets prompts be missing", async () => {
    const play: Handler = async ({ InvocationEventType: type }: { InvocationEventType: string }) => ({
      SchemaVersion: "1.0",
      Actions:
        type === "NEW_INBOUND_CALL"
          ? [{ Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "b", Key: "hold.wav" } } }]
          : [],
    });
    const call = await dial(play, { prompts: { "hold.wav": "missing" } });
    await call.isTold("ACTION_FAILED", { ActionData: { ErrorType: "InvalidAudioSource" } });
    const other = await dial(play, { prompts: { "hold.wav": 700 } });
    await other.hears({ prompt: "hold.wav" }, { toTheEnd: true });
    assert.equal(other.elapsedMs, 700);
  });
});

describe("a function that fails in a scene", () => {
  it("is slow, throws, is silent, or loses its answer, when the scene says so", async () => {
    const slow = await dial(menu, { functionMs: 250 });
    await slow.hears("Press 1");
    assert.equal(slow.elapsedMs, 250);
    for (const fault of ["throws", "silent", { slowMs: 60_000 }] as const) {
      const call = await dial(menu);
      await call.hears("Press 1");
      call.nextAnswer(fault);
      await call.updates();
      await call.waits(30_000);
      assert.equal(call.findings.length > 0, true, JSON.stringify(fault));
    }
  });

  it("is asked again with the same event when its answer is lost, and that is one event", async () => {
    const asked: string[] = [];
    const asks: Handler = async (event: Parameters<typeof menu>[0], ...others) => {
      asked.push(event.InvocationEventType);
      return menu(event, ...others);
    };
    const call = await dial(asks);
    await call.hears("Press 1");
    await call.presses("1");
    call.nextAnswer("answer-lost");
    await (await call.dials("+12065550123")).isBusy();
    await call.hears("Nobody is there.");
    await call.isHungUp();
    await call.isTold("ACTION_FAILED");
    const failures = (types: readonly string[]) => types.filter((type) => type === "ACTION_FAILED").length;
    assert.equal(failures(asked), 2);
    assert.equal(failures(call.events.map(({ InvocationEventType }) => InvocationEventType)), 1);
  });

  it("answers what no server can use, and is told so", async () => {
    const call = await dial(menu, { faults: { 1: "unusable" } });
    const told = await call.isTold("INVALID_LAMBDA_RESPONSE");
    assert.equal(told["ErrorType"], "SchemaVersionMismatch");
  });

  it("says what cannot be said, and is told so", async () => {
    const call = await dial(menu, { speech: { "Press 1 for sales.": "missing" } });
    await call.isTold("ACTION_FAILED", { ActionData: { Type: "SpeakAndGetDigits" } });
  });

  it("has a caller in a meeting that ends", async () => {
    const join = { Type: "JoinChimeMeeting", Parameters: { JoinToken: "a-token" } };
    const call = await dial(async ({ InvocationEventType: type }: { InvocationEventType: string }) => ({
      SchemaVersion: "1.0",
      Actions: type === "NEW_INBOUND_CALL" ? [speak("One moment."), join] : [],
    }));
    const early = await failureOf(() => call.meetingEnds());
    assert.match(early.message, /^expected a meeting to end, but the call is in none/);
    await call.isTold("ACTION_SUCCESSFUL", { ActionData: { Type: "JoinChimeMeeting" } });
    await call.meetingEnds();
    const left = { Parameters: { ParticipantTag: "LEG-B" } };
    await call.isTold("HANGUP", { ActionData: left });
    await failureOf(() => call.meetingEnds());
  });

  it("hangs: its time is over at once, in virtual time", async () => {
    const call = await dial(() => new Promise(() => undefined), { hangsAfterRealMs: 5 });
    await call.ends();
    assert.match(call.findings.join(), /timeout/);
    assert.ok(call.elapsedMs >= 4_000);
  });

  it("ends a step of a function that answers failures with what fails, and tells the round once", async () => {
    const call = await dial(async () => ({ SchemaVersion: "1.0", Actions: [{ Type: "Speak", Parameters: {} }] }));
    const { message } = await failureOf(() => call.ends());
    assert.match(
      message,
      /^expected the call to end, but the function loops: it was asked 150 times in [\d.]+ s in which nobody did anything; last ACTION_FAILED Speak MissingRequiredActionParameter\n/,
    );
    assert.match(message, /\n +\(these \d lines 1\d\d times more, until \+[\d.]+ s\)/);
    assert.ok(message.split("\n").length < 40, message);
    assert.ok(call.elapsedMs < 10_000);
  });

  it("never gives the process back: it is ended, its place is told, and calls go on", async () => {
    const loopAtFirst = ({ InvocationEventType: type }: { InvocationEventType: string }): undefined => {
      while (type === "NEW_INBOUND_CALL");
    };
    const later: Handler = async (event) => {
      await Promise.resolve();
      return loopAtFirst(event);
    };
    for (const handler of [loopAtFirst, later]) {
      const call = await dial(handler, { hangsAfterRealMs: 5 });
      await call.ends();
      assert.match(
        call.findings.join(),
        /did not answer within 20 s\. It was ended in a loop at .*scene\.test\.[jt]s:\d+\./,
      );
      assert.ok(call.elapsedMs >= 20_000);
    }
    const next = await dial(menu);
    await next.hears("Press 1");
  });

  it("may answer by callback, or throw", async () => {
    const byCallback = await dial(
      (_event: unknown, _context: unknown, done: (error: unknown, value: unknown) => void) =>
        done(null, { SchemaVersion: "1.0", Actions: [speak("Hello")] }),
    );
    await byCallback.hears("Hello");
    // Lambda takes no notice of a value that is no promise.
    const byValue = await dial((_event: unknown) => ({ SchemaVersion: "1.0", Actions: [speak("Hello")] }));
    assert.deepEqual(byValue.actions, []);
    assert.equal(byValue.elapsedMs, 0);
    const broken = await dial(() => {
      throw new TypeError("x is not a function");
    });
    assert.match(broken.timeline, /x is not a function/);
  });
});

describe("a function of a file", () => {
  it("runs in a process of its own: Python too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "offhook-scene-"));
    const file = join(folder, "app.py");
    await writeFile(
      file,
      `def handler(event, context):
    kind = event["InvocationEventType"]
    if kind == "NEW_INBOUND_CALL":
        return {"SchemaVersion": "1.0", "Actions": [{"Type": "Speak", "Parameters": {"Text": "Hello from Python"}}]}
    raise ValueError("no " + kind)
`,
    );
    const app = await openFunction(file);
    try {
      const call = await dial(app);
      await call.hears("hello from python");
      await call.hangsUp();
      await call.ends();
      assert.match(call.findings.join(), /no HANGUP/);
    } finally {
      await app.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe("an expectation that is not met (SceneError)", () => {
  it("says what was expected, what came, and the timeline up to there", async () => {
    const call = await dial(menu);
    const error = await failureOf(() => call.hears("Welcome"));
    assert.equal(error.expected, '+15105550101 to hear "Welcome"');
    assert.equal(error.found, 'it heard "Press 1 for sales."');
    assert.match(error.message, /NEW_INBOUND_CALL[^]*SpeakAndGetDigits/);
  });

  it("names the right type of event for a wrong one", async () => {
    const call = await dial(menu);
    const error = await failureOf(() => call.isTold("ACTION_SUCESSFUL"));
    assert.match(error.found, /did you mean ACTION_SUCCESSFUL\?/);
  });

  it("refuses steps that cannot be: after the end, keys that are none, statuses of no refusal", async () => {
    const call = await dial(menu);
    assert.match((await failureOf(() => call.presses("1x"))).expected, /keys out of/);
    await call.presses("1");
    const sales = await call.dials("+12065550123");
    assert.match((await failureOf(() => sales.refuses(200))).found, /200/);
    await call.hangsUp();
    assert.match((await failureOf(() => call.presses("1"))).found, /has left/);
    assert.match((await failureOf(() => sales.answers())).found, /has left/);
    assert.match((await failureOf(() => call.dials("+12065550199"))).found, /the call is over/);
  });

  it("says whom the server called in place of the one that was expected", async () => {
    const call = await dial(menu);
    await call.presses("1");
    assert.equal((await failureOf(() => call.dials("+12065550199"))).found, "it calls +12065550123");
  });

  it("comes when nothing happens in time, without waiting in real time", async () => {
    const call = await dial(menu);
    await call.presses("1");
    await (await call.dials("+12065550123")).answers();
    await call.hears("Press 1");
    const error = await failureOf(() => call.hears("Hello", { withinMs: 3_600_000 }));
    assert.equal(error.found, "it did not come within 3600000 ms");
  });
});
