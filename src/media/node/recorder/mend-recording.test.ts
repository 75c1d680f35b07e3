import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { WAV_HEADER_BYTES, wavHeader } from "../../wav/wav-header.ts";
import { mendRecording } from "./mend-recording.ts";

async function aRecordingFile(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-mend-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, "a.wav") };
}

const growing = (channels: 1 | 2, data: readonly number[]) =>
  Buffer.concat([wavHeader(channels, Infinity), Buffer.from(data)]);

test("a file that was growing becomes a right WAV file of its whole frames, with their checksum, and stays known as a part", async (context) => {
  const { folder, path } = await aRecordingFile(context);
  await writeFile(`${path}.part`, growing(2, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0]));

  const mended = await mendRecording(path);

  const bytes = await readFile(`${path}.part`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual(mended, {
    path: `${path}.part`,
    channels: 2,
    samples: 2,
    durationMs: 0.25,
    sha256,
    wasUnfinished: true,
  });
  assert.deepEqual([...bytes.subarray(WAV_HEADER_BYTES)], [1, 0, 2, 0, 3, 0, 4, 0]);
  assert.equal(bytes.readUInt32LE(40), 8);
  assert.deepEqual(await readdir(folder), ["a.wav.part"]);
  assert.deepEqual(await mendRecording(path), mended);
});

test("a file that was finished stays as it is", async (context) => {
  const { path } = await aRecordingFile(context);
  const whole = Buffer.concat([wavHeader(1, 4), Buffer.of(1, 0, 2, 0)]);
  await writeFile(path, whole);

  const mended = await mendRecording(path);

  assert.deepEqual([mended?.samples, mended?.wasUnfinished], [2, false]);
  assert.deepEqual(await readFile(path), whole);
});

test("one of which nothing was on the disk yet becomes a right WAV file without a sample", async (context) => {
  const { path } = await aRecordingFile(context);
  // Its header, a part of it, and no more than its name.
  for (const size of [WAV_HEADER_BYTES, 3, 0]) {
    await writeFile(`${path}.part`, growing(2, []).subarray(0, size));
    const mended = await mendRecording(path);

    const channels = size === WAV_HEADER_BYTES ? 2 : 1;
    assert.deepEqual([mended?.samples, mended?.channels, mended?.wasUnfinished], [0, channels, true]);
    assert.deepEqual(await readFile(`${path}.part`), wavHeader(channels, 0));
  }
});

test("where no file is, there is nothing", async (context) => {
  const { path } = await aRecordingFile(context);
  assert.equal(await mendRecording(path), undefined);
});
