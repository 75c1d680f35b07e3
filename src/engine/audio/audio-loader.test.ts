import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pcm } from "../../media/index.ts";
import { createAudioLoader } from "./audio-loader.ts";

const source = { type: "object", bucket: "prompts", key: "hello.wav" } as const;

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A loader over one file, whose version the test sets. */
function aLoader() {
  const file = { version: "1", bytes: new Uint8Array(44) };
  const counts = { heads: 0, decodes: 0 };
  let breakOff: () => void = () => undefined;
  const whole = new Promise<Pcm>((_resolve, reject) => (breakOff = () => reject(new Error("the decoder ended"))));
  whole.catch(() => undefined);
  const state = new Int32Array(new SharedArrayBuffer(8));
  const pcm: Pcm = { samples: new Int16Array(new SharedArrayBuffer(320)), growth: { state, whole } };
  const loader = createAudioLoader({
    objects: {
      head: async () => {
        counts.heads++;
        return file.version === "" ? undefined : { version: file.version, sizeBytes: 44 };
      },
      path: (bucket, key) => `/objects/${bucket}/${key}`,
      get: async () => ({ version: file.version, bytes: file.bytes }),
    },
    media: {
      beginWav: async () => {
        counts.decodes++;
        return pcm;
      },
    },
    speech: { begin: () => Promise.reject(new Error("nothing is spoken here")), prepare: () => undefined },
  });
  return { file, counts, loader, breakOff: () => breakOff() };
}

test("looks once at a file that is prepared and played in one turn, and decodes it once", async () => {
  const { counts, loader } = aLoader();

  await Promise.all([loader.load(source), loader.load(source)]);

  assert.deepEqual(counts, { heads: 1, decodes: 1 });
});

test("looks at a file that is prepared behind what else is done in its turn, and no second time where it is played by then", async () => {
  const { counts, loader } = aLoader();

  loader.prepare(source);
  await Promise.resolve();
  assert.equal(counts.heads, 0);
  await loader.load(source);
  await nextTurn();

  assert.deepEqual(counts, { heads: 1, decodes: 1 });
});

// Contract: leniency-audio-changed
test("looks again in a later turn, so that a changed file is heard at once", async () => {
  const { file, counts, loader } = aLoader();
  await loader.load(source);
  await nextTurn();
  file.version = "2";

  await loader.load(source);

  assert.deepEqual(counts, { heads: 2, decodes: 2 });
});

test("names the path of a missing file", async () => {
  const { file, loader } = aLoader();
  file.version = "";

  await assert.rejects(loader.load(source), {
    code: "CALL_AUDIO_NOT_FOUND",
    message: "there is no object hello.wav in the bucket prompts: /objects/prompts/hello.wav was looked for",
  });
});

test("a long file that breaks off while it is decoded is decoded anew for the next call", async () => {
  const { counts, loader, breakOff } = aLoader();
  const growing = await loader.load(source);
  assert.equal(counts.decodes, 1);
  await loader.load(source);
  assert.equal(counts.decodes, 1);

  breakOff();
  await growing.growth?.whole.catch(() => undefined);
  await nextTurn();
  await loader.load(source);

  assert.equal(counts.decodes, 2);
});

test("refuses a file that grew beyond 50 MB after it was looked at", async () => {
  const { file, loader } = aLoader();
  file.bytes = new Uint8Array(50 * 1024 * 1024 + 1);

  await assert.rejects(loader.load(source), { code: "CALL_AUDIO_TOO_LARGE" });
});
