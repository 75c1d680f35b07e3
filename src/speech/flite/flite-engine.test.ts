import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { speakWith, speechOf as aRequest } from "../../testing/internal/speak-with.ts";
import type { TtsEngine } from "../types.ts";
import { findVoice, pollyVoices } from "../voices.ts";
import { createFliteEngine, toFliteParts } from "./flite-engine.ts";

const ignore = (): void => undefined;

describe("Flite for Polly's requests", () => {
  it("has a voice of the same sex for every voice of Polly", () => {
    for (const { id, speaker } of pollyVoices.values()) {
      const [part] = toFliteParts(aRequest("hi", { voiceId: id }), ignore);
      assert.ok(part?.type === "words");
      assert.equal(part.voice.name === "slt", speaker === "woman" || speaker === "girl", id);
    }
  });

  it("keeps accents where Flite has one", () => {
    const nameOf = (voiceId: string): string => {
      const [part] = toFliteParts(aRequest("hi", { voiceId }), ignore);
      return part?.type === "words" ? part.voice.name : "";
    };

    assert.deepEqual(["Joanna", "Matthew", "Brian", "Russell"].map(nameOf), ["slt", "rms", "awb", "awb"]);
  });

  it("speaks English of any voice, and no other language", () => {
    const engine = createFliteEngine(silentLogger);
    const voiceFor = (id: string, languageCode?: string) => engine.voiceFor(findVoice(id, languageCode));

    assert.deepEqual(
      [voiceFor("Joanna"), voiceFor("Salli"), voiceFor("Hans"), voiceFor("Hans", "en-GB"), voiceFor("Aditi", "hi-IN")],
      ["slt", "slt at 180 Hz", undefined, "awb", undefined],
    );
  });

  it("speaks several texts at once, off the main thread, each with its own words", async () => {
    const engine = createFliteEngine(silentLogger);

    const texts = ["one", "one two three four five six seven", "one two"];
    const wholes = await Promise.all(texts.map((text) => speakWith(engine, aRequest(text))));
    const lengths = wholes.map(({ length }) => length);
    await engine.close();

    const [short = 0, long = 0, middle = 0] = lengths;
    assert.ok(short > 0 && short < middle && middle < long, lengths.join(" "));
  });

  it("gives nothing for a text without anything in it, without waking a thread", async () => {
    const engine = createFliteEngine(silentLogger);

    for (const text of ["", "  \n "]) assert.equal((await speakWith(engine, aRequest(text))).length, 0);
  });

  for (const [what, prepare] of [
    ["whose thread never starts", async () => undefined],
    ["that takes too long", (engine) => engine.warmUp()],
  ] as [string, (engine: TtsEngine) => Promise<void>][]) {
    it(`gives up a text ${what}, and speaks the next`, async () => {
      const clock = createManualClock();
      const engine = createFliteEngine(silentLogger, clock);
      await prepare(engine);

      const stuck = speakWith(engine, aRequest("this one never ends"));
      const failed = assert.rejects(stuck, { code: "SPEECH_FAILED", retry: "later" });
      await Promise.resolve();
      clock.advance(20_000);
      await failed;

      assert.ok((await speakWith(engine, aRequest("next"))).length > 0);
      await engine.close();
      assert.equal(clock.pendingTimers(), 0);
    });
  }

  it("runs its threads behind the media workers, and what is not needed soon behind signalling", async (test) => {
    if (process.platform !== "linux") return test.skip("threads have no priority of their own");
    const niceness = () =>
      readdirSync("/proc/self/task")
        .map((thread) =>
          Number(
            readFileSync(`/proc/self/task/${thread}/stat`, "latin1")
              .replace(/^.*\) /s, "")
              .split(" ")[16],
          ),
        )
        .toSorted((one, other) => one - other);
    const before = niceness();
    const engine = createFliteEngine(silentLogger);
    const own = before[0] ?? 0;
    const lowered = () => [...new Set(niceness().filter((each) => each > own))];
    const lower = (...steps: readonly number[]) => steps.map((step) => Math.min(19, own + step));
    await engine.warmUp();
    assert.deepEqual(lowered(), lower(5));

    // What nobody waits for is made by the other, which starts for it.
    await speakWith(engine, aRequest("hello"), { awaited: new Promise(() => undefined) });
    assert.deepEqual(lowered(), lower(5, 10));
    await engine.close();
  });

  it("refuses what waits and what comes after close", async () => {
    const engine = createFliteEngine(silentLogger);
    const open = ["a", "b", "c"].map((text) =>
      assert.rejects(speakWith(engine, aRequest(text)), { code: "SPEECH_FAILED" }),
    );

    await engine.close();

    await Promise.all(open);
    await assert.rejects(speakWith(engine, aRequest("d")), { code: "SPEECH_FAILED" });
  });
});

describe("a long text in Flite's threads", () => {
  const text =
    "Thank you for calling the office of the north. All of our people are in conversation at this moment. " +
    "Please hold the line and the next free person will take your call. You can also leave a message after the tone.";

  it("has time as long as more of it comes", async () => {
    const clock = createManualClock();
    const engine = createFliteEngine(silentLogger, clock);
    let pieces = 0;
    const whole = speakWith(engine, aRequest(text), { onPiece: () => ++pieces === 1 && clock.advance(20_000) });

    assert.ok((await whole).length > 0);
    await engine.close();
    assert.equal(clock.pendingTimers(), 0);
  });

  it("comes in pieces, of which only the last says that it is", async () => {
    const engine = createFliteEngine(silentLogger);
    const lasts: boolean[] = [];
    await speakWith(engine, aRequest(text), { onPiece: (_samples, isLast) => lasts.push(isLast) });
    await engine.close();

    assert.deepEqual(lasts, [false, false, false, true]);
  });

  it("does not keep those who come after it waiting", async () => {
    const engine = createFliteEngine(silentLogger, createManualClock());
    const reported: string[] = [];
    const say = async (name: string, words: string) => {
      let pieces = 0;
      await speakWith(engine, aRequest(words), {
        onPiece: (_samples, isLast) => ++pieces === 1 && !isLast && reported.push(`${name} begins`),
      });
      reported.push(`${name} is whole`);
    };
    await Promise.all([
      ...["one", "two", "three"].map((name) => say(name, `${text} Number ${name}. ${text}`)),
      say("short", "Hello."),
    ]);
    await engine.close();

    const wholes = reported.filter((line) => line.endsWith("whole"));
    assert.equal(wholes[0], "short is whole");
    assert.deepEqual(
      new Set(reported.slice(0, 4)),
      new Set(["one begins", "two begins", "three begins", "short is whole"]),
    );
  });

  it("comes before what nobody waits for, and so does what was prepared once somebody waits", async () => {
    const engine = createFliteEngine(silentLogger, createManualClock());
    await engine.warmUp();
    const made: string[] = [];
    const say = (words: string, awaited?: Promise<void>) =>
      speakWith(engine, aRequest(words), awaited && { awaited }).then(() => made.push(words));
    let markAwaited: () => void = () => undefined;
    const awaited = new Promise<void>((resolve) => (markAwaited = resolve));
    const never = new Promise<void>(() => undefined);

    const prepared = ["one", "two", "three", "four", "five", "six"].map((words) =>
      say(`${words} more text that is prepared and that nobody is waiting for`, never),
    );
    const last = say("seven", awaited);
    const now = say("now");
    markAwaited();
    await Promise.all([...prepared, last, now]);
    await engine.close();

    const placeOf = (word: string) => made.findIndex((words) => words.startsWith(word));
    for (const word of ["now", "seven"]) assert.ok(placeOf(word) < placeOf("four"), made.join(" | "));
  });

  it("has all of its sentences as pieces, with SSML too", () => {
    for (const request of [aRequest(text), aRequest(`<speak><p>${text}</p></speak>`, { textType: "ssml" })]) {
      const parts = toFliteParts(request, ignore);
      assert.equal(parts.length, 4);
      assert.equal(parts.map((part) => (part.type === "words" ? part.text : "")).join(" "), text);
    }
  });
});
