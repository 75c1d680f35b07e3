import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseHistory } from "../../history/index.ts";
import { errorCode, packageRoot } from "../../kernel/index.ts";
import { createRandom } from "../internal/random.ts";
import { sampleActions } from "../samples/sample-actions.ts";
import { dial, placeCall, SceneError, type CalledParty, type Handler, type ScriptedCall } from "../scene/index.ts";
import { playScene } from "./play-scene.ts";
import { printScenes } from "./print-scenes.ts";
import { readScenes } from "./read-scenes.ts";
import { writeScene } from "./write-scene.ts";

const [operator, other] = ["+12065550142", "+12065550199"];
const extra = [
  { Type: "Hangup", Parameters: { SipResponseCode: "0" } },
  { Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-B" } },
  {
    Type: "ReceiveDigits",
    Parameters: {
      InputDigitsRegex: "^\\d{2}$",
      InBetweenDigitsDurationInMilliseconds: 1_000,
      FlushDigitsDurationInMilliseconds: 10_000,
    },
  },
  {
    Type: "CallAndBridge",
    Parameters: {
      ...sampleActions.CallAndBridge,
      CallerIdNumber: other,
      RingbackTone: { Type: "S3", BucketName: "prompts", Key: "ring.wav" },
    },
  },
  { Type: "Speak", Parameters: { Text: "" } },
];
const pool = [...Object.entries(sampleActions).map(([Type, Parameters]) => ({ Type, Parameters })), ...extra];

/** A function whose replies come of the seed and the number of the event alone. `changedAt`: there it says something else. */
function randomFunction(seed: number, changedAt = -1): Handler {
  return async ({ Sequence }: { Sequence: number }) => {
    const random = createRandom(Math.imul(seed + Sequence, 0x9e37_79b1));
    const one = () => pool[Math.floor(random() * pool.length)];
    if (random() < 0.05) throw new Error("it breaks");
    const Actions = Array.from({ length: Math.floor(random() * 4) }, one);
    const first = Sequence === 1 ? [{ Type: "Speak", Parameters: { Text: "Welcome" } }] : [];
    const changed = Sequence === changedAt ? [{ Type: "Speak", Parameters: { Text: "Something else" } }] : [];
    const attributes = random() < 0.5 ? { TransactionAttributes: { at: Sequence } } : {};
    return { SchemaVersion: "1.0", Actions: [...changed, ...first, ...Actions], ...attributes };
  };
}

async function playRandomly(call: ScriptedCall, random: () => number): Promise<void> {
  const below = (most: number) => Math.floor(random() * most);
  const parties: CalledParty[] = [];
  const acts: readonly (() => Promise<unknown>)[] = [
    () => call.waits(below(8_000)),
    () => call.presses(["1", "1234", "#", "12#"][below(4)] ?? "1", { gapMs: below(900) }),
    () => call.updates({ note: String(below(9)) }),
    async () => call.speaks(below(6_000)),
    async () => call.nextAnswer((["silent", "answer-lost", { slowMs: 300 }] as const)[below(3)] ?? "silent"),
    async () => void parties.push(await call.dials(operator, { withinMs: 1 })),
    () => (parties.at(-1) ?? call).presses("7"),
    async () => parties.at(-1)?.rings(),
    async () => parties.at(-1)?.startsEarlyAudio(),
    async () => parties.at(-1)?.answers(),
    async () => parties.at(-1)?.isBusy(),
    async () => parties.at(-1)?.hangsUp(),
    async () => random() < 0.3 && call.hangsUp(),
    async () => random() < 0.1 && call.vanishes(),
  ];
  for (let left = 3 + below(20); left > 0; left -= 1) {
    // Whatever else is due at a time has come before a far end does something.
    await call.waits(1 + below(700));
    await acts[below(acts.length)]?.().catch((error: unknown) => {
      if (!(error instanceof SceneError)) throw error;
    });
  }
  // All of them: a call goes on with whoever is left.
  for (const one of [call, ...parties]) await one.hangsUp().catch(() => undefined);
  await call.ends({ withinMs: 3_600_000 });
}

/** The lines of its history up to the end. */
function stepsOf({ history }: ScriptedCall): readonly string[] {
  const lines = history.split("\n");
  return lines.slice(0, 1 + lines.findIndex((line) => line.includes('"end-call"')));
}

const written = (history: string) => {
  const text = printScenes({ function: "f.mjs", scenes: [writeScene(parseHistory(history))] });
  return readScenes(text, "recorded.scene.yaml").scenes[0] ?? assert.fail();
};

describe("a recorded call that is written as a scene", () => {
  it("passes with the same function, step by step the same call; and fails with one that says something else", async () => {
    const seed = randomInt(2 ** 30);
    let failed = 0;
    for (let round = 0; round < 60; round += 1) {
      const one = seed + round * 1_000;
      const random = createRandom(Math.imul(one, 0x9e37_79b1));
      const begin = random() < 0.7 ? dial : placeCall;
      const options = {
        functionMs: Math.floor(random() * 40),
        numbers: random() < 0.5 ? [other] : [],
        prompts: random() < 0.3 ? { "pin.wav": "missing" as const } : { "pin.wav": 2_200 },
      };
      const call = await begin(randomFunction(one), options);
      if (begin === placeCall) await call.answers().catch(() => undefined);
      await playRandomly(call, random);
      const scene = written(call.history);
      const again = await playScene(scene, randomFunction(one)).catch((error: unknown) => {
        throw new Error(`the call of seed ${one} cannot be played again`, { cause: error });
      });
      assert.deepEqual(stepsOf(again), stepsOf(call), `seed ${one}`);
      const changedAt = 1 + Math.floor(random() * call.events.length);
      const changed = await playScene(scene, randomFunction(one, changedAt)).catch(() => (failed += 1));
      // What passes is the same call: its reply came where nothing more is done.
      if (typeof changed === "number") continue;
      assert.deepEqual(changed.actions, call.actions, `seed ${one}`);
      assert.deepEqual(changed.events, call.events, `seed ${one}`);
    }
    assert.ok(failed > 8, `${failed} of 60 changed functions fail`);
  });

  it("ends two recordings when they ended: the first by a key, the second by silence right behind it", async () => {
    const record = (RecordingTerminators: readonly string[]) => ({
      Type: "RecordAudio",
      Parameters: { ...sampleActions.RecordAudio, RecordingTerminators, SilenceDurationInSeconds: 3 },
    });
    const twice: Handler = async ({ Sequence }: { Sequence: number }) => ({
      SchemaVersion: "1.0",
      Actions: Sequence === 1 ? [record(["#"]), record(["0"])] : [],
    });
    const call = await dial(twice);
    await call.presses("#", { gapMs: 1_000 });
    await call.waits(4_000);
    await call.hangsUp();
    await call.ends({ withinMs: 1 });

    const again = await playScene(written(call.history), twice);

    assert.equal(call.recordings.length, 2);
    assert.deepEqual(stepsOf(again), stepsOf(call));
  });

  it("has a prompt go on for as long as it was heard the second time, where it was stopped sooner the first", async () => {
    const ask = { Type: "PlayAudioAndGetDigits", Parameters: { ...sampleActions.PlayAudioAndGetDigits, Repeat: 1 } };
    const twice: Handler = async ({ InvocationEventType }: { InvocationEventType: string }) => ({
      SchemaVersion: "1.0",
      Actions: InvocationEventType === "HANGUP" ? [] : [ask],
    });
    const call = await dial(twice, { prompts: { "pin.wav": 4_000 } });
    await call.waits(490);
    await call.presses("1234");
    await call.waits(3_100);
    await call.hangsUp();
    await call.ends({ withinMs: 1 });

    const again = await playScene(written(call.history), twice);

    assert.deepEqual(stepsOf(again), stepsOf(call));
  });

  it("can be read where a server recorded it, whose limits are more than those of a call", async () => {
    const path = join(packageRoot(), "test/histories/inbound-a-prompt-hung-up-by-the-application.jsonl");
    const [head = "", ...steps] = readFileSync(path, "utf8").split("\n");
    const { settings, ...call } = JSON.parse(head) as { settings: { limits: object } };
    const limits = { ...settings.limits, maxCalls: 1_000, ringTimeoutMs: 7_000 };
    const history = [JSON.stringify({ ...call, settings: { ...settings, limits } }), ...steps].join("\n");
    const scene = writeScene(parseHistory(history));
    assert.deepEqual([scene.dial?.limits?.ringTimeoutMs, "maxCalls" in (scene.dial?.limits ?? {})], [7_000, false]);
    assert.equal(readScenes(printScenes({ function: "f.mjs", scenes: [scene] }), "f.scene.yaml").scenes.length, 1);
  });

  it("is refused where it is redacted", () => {
    const line = { format: "offhook call history", version: 1 };
    assert.throws(
      () => writeScene({ ...line, redacted: true } as never),
      (error) => errorCode(error) === "TESTING_CANNOT_WRITE",
    );
  });
});
