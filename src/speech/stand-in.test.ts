import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AppError, silentLogger } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { speechOf } from "../testing/internal/speak-with.ts";
import { createSpeechOf } from "./create-speech.ts";
import type { SpeechNews, SpeechRequest, TtsEngine } from "./types.ts";

/** What an engine does with a text: says it all, fails, or says the first two letters and fails. */
type Behaviour = "speaks" | { readonly fails: string } | { readonly breaksOff: string };

/** An engine that speaks one sample a letter, each of its own value, and does as it is told. */
function anEngine(name: string, value: number, { isLocal = true, languages = /^/ } = {}) {
  const made: string[] = [];
  const state = { behaviour: "speaks" as Behaviour };
  const engine: TtsEngine = {
    ...{ name, version: `${name}-1`, isLocal },
    voiceFor: ({ language }) => (languages.test(language) ? name : undefined),
    async speak({ text }: SpeechRequest, sink) {
      made.push(text);
      const { behaviour } = state;
      await Promise.resolve();
      if (behaviour !== "speaks" && "fails" in behaviour) throw new AppError(behaviour.fails, `${name} is away`);
      if (behaviour === "speaks") return sink.add(say(text.length), true);
      sink.add(say(2), false);
      throw new AppError(behaviour.breaksOff, `${name} broke off`);
    },
    warmUp: async () => undefined,
    close: async () => undefined,
  };
  const say = (count: number) => ({ samples: new Int16Array(new SharedArrayBuffer(2 * count)).fill(value) });
  return { engine, made, state };
}

async function open(...engines: ReturnType<typeof anEngine>[]) {
  const clock = createManualClock();
  const lines: string[] = [];
  const write = (_facts: object, message: string) => void lines.push(message);
  const log = { ...silentLogger, warn: write, info: write };
  const list = engines.map(({ engine }) => engine);
  const speech = await createSpeechOf(list, { cacheFolder: undefined, clock, log });
  const news: SpeechNews[] = [];
  const say = async (text: string, changes: Partial<SpeechRequest> = {}) => {
    const begun = await speech.begin(speechOf(text, changes), (one) => news.push(one));
    return [...((await begun.growth?.whole) ?? begun).samples];
  };
  return { speech, clock, lines, news, say };
}

const polly = () => anEngine("polly", 1, { isLocal: false });
const flite = () => anEngine("flite", 2, { languages: /^en-/ });

describe("the engines of a list", () => {
  it("speak the languages that they know, the first that does each", async () => {
    const { say, news } = await open(flite(), anEngine("espeak-ng", 3, { languages: /^de/ }));

    assert.deepEqual(
      [await say("ab"), await say("ab", { voiceId: "Hans" })],
      [
        [2, 2],
        [3, 3],
      ],
    );
    assert.deepEqual(news, [{ engine: "espeak-ng", why: "flite does not speak de-DE", isStandIn: false }]);
  });

  it("are chosen by the language that is asked for, and by the voices that the markup names", async () => {
    const { say } = await open(flite(), anEngine("espeak-ng", 3));
    const ssml = '<speak><voice name="Hans">a</voice></speak>';

    assert.equal((await say("ab", { languageCode: "de-DE" }))[0], 3);
    assert.equal((await say("ab", { voiceId: "Hans", languageCode: "en-GB" }))[0], 2);
    assert.equal((await say(ssml, { textType: "ssml" }))[0], 3);
  });

  it("of which none knows the language fail with what there is to install", async () => {
    const { say } = await open(flite());

    await assert.rejects(say("ab", { voiceId: "Hans" }), {
      code: "SPEECH_NO_ENGINE",
      message: /speaks German \(de-DE\), the language of the voice Hans: install .*apt-get install espeak-ng/,
    });
    await assert.rejects(say("ab", { voiceId: "Zhiyu" }), {
      message: /Chinese \(cmn-CN\), the language of the voice Zhiyu/,
    });
  });

  it("refuse a voice and a language that Polly does not have, with the nearest, and what is too long", async () => {
    const { say } = await open(flite());

    await assert.rejects(say("ab", { voiceId: "Joana" }), { code: "SPEECH_UNKNOWN_VOICE", message: /"Joanna"/ });
    await assert.rejects(say("ab", { languageCode: "en-UK" }), { code: "SPEECH_UNSUPPORTED_LANGUAGE" });
    await assert.rejects(say("a".repeat(1_000_000)), { code: "SPEECH_TOO_LONG" });
  });
});

describe("an engine that stands in", () => {
  for (const code of ["SPEECH_UNAVAILABLE", "SPEECH_THROTTLED", "SPEECH_ACCESS_DENIED", "SPEECH_FAILED"]) {
    it(`speaks where the one before fails with ${code}, and tells it once`, async () => {
      const [first, second] = [polly(), flite()];
      const { say, news, lines } = await open(first, second);
      first.state.behaviour = { fails: code };

      assert.deepEqual(await say("abc"), [2, 2, 2]);
      assert.deepEqual(news, [{ engine: "flite", why: "polly is away", isStandIn: true }]);
      assert.deepEqual(lines, code === "SPEECH_THROTTLED" ? [] : ["polly did not speak: polly is away"]);
    });
  }

  for (const code of ["SPEECH_REFUSED", "SPEECH_BAD_SSML", "SPEECH_UNSPEAKABLE"]) {
    it(`does not speak what the one before refuses with ${code}`, async () => {
      const [first, second] = [polly(), flite()];
      const { say } = await open(first, second);
      first.state.behaviour = { fails: code };

      await assert.rejects(say("abc"), { code });
      assert.deepEqual(second.made, []);
    });
  }

  it("does not get the texts of a machine that has too many", async () => {
    const [first, second] = [flite(), anEngine("espeak-ng", 3)];
    const { say } = await open(first, second);
    first.state.behaviour = { fails: "SPEECH_THROTTLED" };

    await assert.rejects(say("abc"), { code: "SPEECH_THROTTLED" });
    assert.deepEqual(second.made, []);
  });

  it("says all of it after what was heard until the first broke off", async () => {
    const [first, second] = [polly(), flite()];
    const { say, news } = await open(first, second);
    first.state.behaviour = { breaksOff: "SPEECH_UNAVAILABLE" };

    const heard = await say("abcd");
    assert.deepEqual(heard, [1, 1, ...Array.from({ length: 3_200 }, () => 0), 2, 2, 2, 2]);
    assert.deepEqual(news, [{ engine: "flite", why: "polly broke off", isStandIn: true }]);
  });

  it("is never kept as what the first would have said, nor is a half", async () => {
    for (const behaviour of [{ fails: "SPEECH_UNAVAILABLE" }, { breaksOff: "SPEECH_UNAVAILABLE" }]) {
      const [first, second] = [polly(), flite()];
      const { say } = await open(first, second);
      first.state.behaviour = behaviour;
      await say("abc");
      first.state.behaviour = "speaks";

      assert.deepEqual(await say("abc"), [1, 1, 1]);
      assert.deepEqual(await say("abc"), [1, 1, 1]);
      assert.deepEqual([first.made, second.made], [["abc", "abc"], ["abc"]]);
    }
  });

  it("gives its own kept speech, whole, while the first is away", async () => {
    const [first, second] = [polly(), flite()];
    const { say, news } = await open(first, second);
    first.state.behaviour = { breaksOff: "SPEECH_UNAVAILABLE" };
    await say("abc");
    first.state.behaviour = { fails: "SPEECH_UNAVAILABLE" };

    assert.deepEqual(await say("abc"), [2, 2, 2]);
    assert.deepEqual(second.made, ["abc"]);
    assert.equal(news.length, 2);
  });

  it("is not asked for what the first has kept, were it away meanwhile", async () => {
    const [first, second] = [polly(), flite()];
    const { say, news } = await open(first, second);
    await say("abc");
    first.state.behaviour = { fails: "SPEECH_UNAVAILABLE" };
    for (const text of ["d", "e", "f"]) await say(text);

    news.length = 0;
    assert.deepEqual(await say("abc"), [1, 1, 1]);
    assert.deepEqual(news, []);
  });

  it("does not speak what nobody waits for yet: the first is asked again when somebody does", async () => {
    const [first, second] = [polly(), flite()];
    const { speech, say } = await open(first, second);
    first.state.behaviour = { fails: "SPEECH_THROTTLED" };
    speech.prepare(speechOf("abc"));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    first.state.behaviour = "speaks";

    assert.deepEqual(await say("abc"), [1, 1, 1]);
    assert.deepEqual([first.made.length, second.made.length], [2, 0]);
  });

  it("fails with what the last one says when all are away", async () => {
    const [first, second] = [polly(), flite()];
    const { say } = await open(first, second);
    first.state.behaviour = { fails: "SPEECH_THROTTLED" };
    second.state.behaviour = { fails: "SPEECH_FAILED" };

    await assert.rejects(say("abc"), { code: "SPEECH_FAILED", message: "flite is away" });
  });

  it("leaves a single engine's failures as they are", async () => {
    for (const code of ["SPEECH_THROTTLED", "SPEECH_ACCESS_DENIED", "SPEECH_UNAVAILABLE"]) {
      const only = polly();
      const { say } = await open(only);
      only.state.behaviour = { fails: code };
      await assert.rejects(say("abc"), { code });
    }
  });
});

describe("an engine elsewhere that is dead", () => {
  it("is not asked for each text, but once after a while, and speaks again when it is back", async () => {
    const [first, second] = [polly(), flite()];
    const { say, clock, lines, news } = await open(first, second);
    first.state.behaviour = { fails: "SPEECH_UNAVAILABLE" };
    for (let index = 0; index < 10; index++) await say(`text ${index}`);

    assert.equal(first.made.length, 2);
    assert.equal(second.made.length, 10);
    assert.match(
      news.at(-1)?.why ?? "",
      /^polly: it was not asked after 2 failures in a row; next in 30 s: polly is away/,
    );
    clock.advance(30_000);
    first.state.behaviour = "speaks";
    assert.deepEqual(await say("hi"), [1, 1]);
    assert.deepEqual(await say("ho"), [1, 1]);
    assert.deepEqual(lines, [
      "polly did not speak: polly is away",
      "polly is left alone: 2 failures in a row; it is not asked for 30 s: polly is away",
      "polly speaks again",
    ]);
  });

  it("is not thought dead for what it refuses or has no room for", async () => {
    for (const fails of ["SPEECH_REFUSED", "SPEECH_THROTTLED"]) {
      const [first, second] = [polly(), flite()];
      const { say } = await open(first, second);
      first.state.behaviour = { fails };
      for (let index = 0; index < 5; index++) await say(`text ${index}`).catch(() => undefined);
      assert.equal(first.made.length, 5);
    }
  });

  it("is not one of this machine, whose failures are those of a text", async () => {
    const [first, second] = [flite(), anEngine("espeak-ng", 3)];
    const { say } = await open(first, second);
    first.state.behaviour = { fails: "SPEECH_FAILED" };
    for (let index = 0; index < 5; index++) await say(`text ${index}`);
    first.state.behaviour = "speaks";

    assert.deepEqual(await say("abc"), [2, 2, 2]);
    assert.equal(first.made.length, 6);
  });
});
