import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { AppError, silentLogger } from "../kernel/index.ts";
import { speechOf as aRequest } from "../testing/internal/speak-with.ts";
import { createSpeechOf } from "./create-speech.ts";
import type { SpeechRequest, SpeechSink, TtsEngine } from "./types.ts";

/** An engine whose speech is one sample per character; it counts what it was asked to make. */
function aCountingEngine(version = "counting-1") {
  const engine = {
    name: "counting",
    version,
    isLocal: true,
    made: [] as string[],
    fail: false,
    voiceFor: () => "anybody",
    async speak({ text }: SpeechRequest, sink: SpeechSink) {
      engine.made.push(text);
      await Promise.resolve();
      if (engine.fail) throw new AppError("SPEECH_FAILED", "as told");
      sink.add({ samples: samplesOf(text) }, true);
    },
    warmUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return engine satisfies TtsEngine;
}

function samplesOf(text: string): Int16Array<SharedArrayBuffer> {
  const samples = new Int16Array(new SharedArrayBuffer(2 * text.length));
  for (let index = 0; index < text.length; index++) samples[index] = text.charCodeAt(index);
  return samples;
}

async function aFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-speech-"));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "cache");
}

/** A cache in which an earlier process left one file. */
async function aKeptHello(test: TestContext): Promise<{ cacheFolder: string; file: string }> {
  const cacheFolder = await aFolder(test);
  const speech = await createSpeechOf([aCountingEngine()], { ...options, cacheFolder });
  await speech.synthesize(aRequest("hello"));
  await speech.close();
  const [name = ""] = await readdir(cacheFolder);
  return { cacheFolder, file: join(cacheFolder, name) };
}

const options = { cacheFolder: undefined, log: silentLogger };

describe("getting ready", () => {
  it("says which engine did not, and speaks all the same", async () => {
    const lines: unknown[] = [];
    const log = { ...silentLogger, warn: (facts: object) => void lines.push(facts) };
    const engine = { ...aCountingEngine(), warmUp: () => Promise.reject(new AppError("SPEECH_FAILED", "too slow")) };
    const speech = await createSpeechOf([engine], { ...options, log });
    await speech.warmUp();
    assert.deepEqual(lines, [{ engine: "counting", error: "too slow" }]);
    assert.equal((await speech.synthesize(aRequest("hello"))).samples.length, 5);
    await speech.close();
  });
});

describe("speech cache", () => {
  it("makes each request once, also when it is asked for twice at the same time", async () => {
    const engine = aCountingEngine();
    const speech = await createSpeechOf([engine], options);

    const [one, two] = await Promise.all([speech.synthesize(aRequest("hello")), speech.synthesize(aRequest("hello"))]);
    const three = await speech.synthesize(aRequest("hello"));

    assert.deepEqual(engine.made, ["hello"]);
    assert.equal(one, two);
    assert.equal(one.samples, three.samples);
  });

  it("tells requests apart by every member", async () => {
    const engine = aCountingEngine();
    const speech = await createSpeechOf([engine], options);

    for (const changes of [
      {},
      { textType: "ssml" },
      { voiceId: "Amy" },
      { languageCode: "en-GB" },
      { engine: "neural" },
    ] as const) {
      await speech.synthesize(aRequest("<speak>hello</speak>", changes));
    }

    assert.equal(engine.made.length, 5);
  });

  it("does not keep a failure", async () => {
    const engine = aCountingEngine();
    const speech = await createSpeechOf([engine], options);

    engine.fail = true;
    await assert.rejects(speech.synthesize(aRequest("hello")), { code: "SPEECH_FAILED" });
    engine.fail = false;

    assert.equal((await speech.synthesize(aRequest("hello"))).samples.length, 5);
  });

  it("forgets what was used longest ago when memory is full", async () => {
    const engine = aCountingEngine();
    const speech = await createSpeechOf([engine], { ...options, memoryBytes: 1_000 });

    for (const text of ["a", "b", "c", "d", "e", "a"]) await speech.synthesize(aRequest(text));

    assert.deepEqual(engine.made, ["a", "b", "c", "d", "e", "a"]);
  });

  it("finds on disk what an earlier process made, but not what another engine made", async (test) => {
    const cacheFolder = await aFolder(test);
    const first = await createSpeechOf([aCountingEngine()], { ...options, cacheFolder });
    await first.synthesize(aRequest("hello"));
    await first.close();
    const [same, other] = [aCountingEngine(), aCountingEngine("counting-2")];

    const again = await (await createSpeechOf([same], { ...options, cacheFolder })).synthesize(aRequest("hello"));
    const otherSpeech = await createSpeechOf([other], { ...options, cacheFolder });
    await otherSpeech.synthesize(aRequest("hello"));
    await otherSpeech.close();

    assert.equal(String.fromCharCode(...again.samples), "hello");
    assert.deepEqual([same.made, other.made], [[], ["hello"]]);
  });

  it("keeps what is for far ends that hear more than telephones, in memory and on disk", async (test) => {
    const cacheFolder = await aFolder(test);
    const engine: TtsEngine = {
      ...aCountingEngine("wide-1"),
      speak: async (_request, sink) => {
        sink.add({ samples: samplesOf("ab"), wide: samplesOf("AaBb") }, false);
        sink.add({ samples: samplesOf("c"), wide: samplesOf("Cc") }, true);
      },
    };
    const texts = async () => {
      const speech = await createSpeechOf([engine], { ...options, cacheFolder });
      const { samples, wide = [] } = await speech.synthesize(aRequest("hello"));
      await speech.close();
      return [samples, wide].map((each) => String.fromCharCode(...each));
    };

    assert.deepEqual(
      [await texts(), await texts()],
      [
        ["abc", "AaBbCc"],
        ["abc", "AaBbCc"],
      ],
    );
  });

  it("leaves only whole files", async (test) => {
    const { cacheFolder, file } = await aKeptHello(test);

    assert.deepEqual(await readdir(cacheFolder), [basename(file)]);
    assert.match(file, /\/[0-9a-f]{64}\.s16le$/);
    assert.equal((await readFile(file)).length, 10 + 5);
  });

  for (const [what, damage] of [
    ["cut to nothing", (file) => truncate(file, 0)],
    ["cut to whole samples", (file) => truncate(file, 8)],
    ["cut in the middle of a sample", (file) => truncate(file, 3)],
    ["longer", (file) => appendFile(file, "more")],
    ["changed in one bit", async (file) => writeFile(file, (await readFile(file)).fill(1, 2, 3))],
    ["full of zeros", async (file) => writeFile(file, Buffer.alloc(15))],
    ["larger than the cache may be", (file) => truncate(file, 300 * 1024 ** 2)],
    ["gone", (file) => rm(file)],
    ["a folder", (file) => rm(file).then(() => mkdir(file))],
  ] as [string, (file: string) => Promise<unknown>][]) {
    it(`makes again what is ${what}`, async (test) => {
      const { cacheFolder, file } = await aKeptHello(test);
      const engine = aCountingEngine();
      const speech = await createSpeechOf([engine], { ...options, cacheFolder });
      await damage(file);

      const { samples } = await speech.synthesize(aRequest("hello"));
      await speech.close();

      assert.deepEqual(engine.made, ["hello"]);
      assert.equal(String.fromCharCode(...samples), "hello");
      if (what !== "a folder") assert.equal((await readFile(file)).length, 10 + 5);
    });
  }

  it("keeps the folder within its bound", async (test) => {
    const cacheFolder = await aFolder(test);

    for (let index = 0; index < 10; index++) {
      const speech = await createSpeechOf([aCountingEngine()], { ...options, cacheFolder, cacheBytes: 500 });
      await speech.synthesize(aRequest(`${index}`.repeat(50)));
      await speech.close();
    }

    const files = await readdir(cacheFolder);
    assert.ok(files.length >= 3 && files.length <= 5, `${files.length} files of 100 bytes`);
  });

  it("speaks on when the folder cannot be used", async (test) => {
    const folder = await aFolder(test);
    const file = `${folder}-is-a-file`;
    await writeFile(file, "");
    const speech = await createSpeechOf([aCountingEngine()], { ...options, cacheFolder: join(file, "cache") });

    assert.equal((await speech.synthesize(aRequest("hello"))).samples.length, 5);
    await speech.close();
  });
});

describe("speech that begins before it is whole", () => {
  /** An engine that gives half of a text, and the rest or nothing once it is told. */
  async function begin() {
    let made = 0;
    let finish: (error?: Error) => void = () => undefined;
    const engine: TtsEngine = {
      ...aCountingEngine("slow-1"),
      async speak({ text }, sink) {
        made++;
        sink.add({ samples: samplesOf(text.slice(0, 4)) }, false);
        const error = await new Promise<Error | undefined>((resolve) => (finish = resolve));
        if (error !== undefined) throw error;
        sink.add({ samples: samplesOf(text.slice(4)) }, true);
      },
    };
    const speech = await createSpeechOf([engine], options);
    return { speech, made: () => made, finish: (error?: Error) => finish(error) };
  }

  it("is given out as soon as the first of it is there, and as the whole afterwards", async () => {
    const { speech, made, finish } = await begin();

    const [one, other] = await Promise.all([speech.begin(aRequest("long text")), speech.begin(aRequest("long text"))]);
    assert.equal(textOf(one), "long");
    assert.deepEqual([...(one.growth?.state ?? [])], [4, 0]);
    assert.equal(other, one);
    const whole = speech.synthesize(aRequest("long text"));
    finish();

    assert.equal(textOf(await whole), "long text");
    assert.equal(textOf(one), "long text");
    assert.deepEqual([...(one.growth?.state ?? [])], [9, 1]);
    const again = await speech.begin(aRequest("long text"));
    assert.equal(again.growth, undefined);
    assert.equal(textOf(again), "long text");
    assert.equal(made(), 1);
  });

  it("tells by the whole when it breaks off, and is made anew for the next", async () => {
    const { speech, made, finish } = await begin();

    const { growth } = await speech.begin(aRequest("long text"));
    finish(new AppError("SPEECH_FAILED", "as told"));
    await assert.rejects(growth?.whole ?? Promise.resolve(), { code: "SPEECH_FAILED" });
    await speech.begin(aRequest("long text"));
    assert.equal(made(), 2);
  });
});

function textOf({ samples }: { readonly samples: Int16Array }): string {
  return String.fromCharCode(...samples);
}
