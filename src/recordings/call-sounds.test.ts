import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLogger, type TransactionId } from "../kernel/index.ts";
import type { MediaSession, RecordedAudio } from "../media/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createCallSounds } from "./call-sounds.ts";

async function openScene(t: TestContext) {
  const folder = join(mkdtempSync(join(tmpdir(), "offhook-sounds-")), "sounds");
  t.after(() => rmSync(join(folder, ".."), { recursive: true }));
  const clock = createManualClock();
  const sounds = await createCallSounds(folder, clock, silentLogger);
  const recordings: { path: string; stopped: boolean; end: (why?: Error) => Promise<void> }[] = [];
  const session = {
    startRecording({ path = "" }) {
      writeFileSync(`${path}.part`, "");
      let settle = { resolve: (_audio: RecordedAudio): void => undefined, reject: (_why: Error): void => undefined };
      const ended = new Promise<RecordedAudio>((resolve, reject) => (settle = { resolve, reject }));
      const end = async (why?: Error) => {
        rmSync(`${path}.part`);
        writeFileSync(path, "");
        if (why === undefined) settle.resolve({} as RecordedAudio);
        else settle.reject(why);
        await new Promise<void>((resolve) => void setImmediate(resolve));
      };
      const recording = { path, stopped: false, end };
      recordings.push(recording);
      const stop = () => {
        recording.stopped = true;
        return ended;
      };
      return { path, ended, stop, pause: () => undefined, resume: () => undefined };
    },
  } as unknown as MediaSession;
  const begin = (call: number) =>
    sounds.begin({ transactionId: `call-${call}` as TransactionId, participantTag: "LEG-A" }, session);
  return { folder, clock, sounds, recordings, begin };
}

test("a leg's sound can be had while it grows, and when it is whole", async (t) => {
  const { sounds, recordings, begin } = await openScene(t);
  begin(1);
  const [growing] = sounds.of("call-1");
  assert.deepEqual([growing?.isGrowing, growing?.path], [true, `${recordings[0]?.path}.part`]);
  await recordings[0]?.end();
  const [whole] = sounds.of("call-1");
  assert.deepEqual([whole?.isGrowing, whole?.path], [false, recordings[0]?.path]);
  assert.deepEqual(sounds.of("call-2"), []);
});

test("sound that could not be written is not there", async (t) => {
  const { sounds, recordings, begin } = await openScene(t);
  begin(1);
  await recordings[0]?.end(new Error("the disk is full"));
  assert.deepEqual(sounds.of("call-1"), []);
});

test("a leg is recorded for ten minutes at most, and of a call eight legs", async (t) => {
  const { sounds, recordings, begin, clock } = await openScene(t);
  for (let leg = 0; leg < 12; leg += 1) begin(1);
  assert.equal(sounds.of("call-1").length, 8);
  clock.advance(600_000);
  assert.ok(recordings.every(({ stopped }) => stopped));
});

test("the files of all but the latest twenty calls go, of one that is up when it has ended", async (t) => {
  const { folder, sounds, recordings, begin } = await openScene(t);
  begin(0);
  begin(1);
  await recordings[1]?.end();
  for (let call = 2; call < 23; call += 1) begin(call);
  assert.deepEqual([sounds.of("call-0"), sounds.of("call-1")], [[], []]);
  await recordings[0]?.end();
  for (const { path } of recordings.slice(0, 2)) {
    while (existsSync(path)) await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  await sounds.close();
  assert.equal(existsSync(folder) && readdirSync(folder).length > 0, false);
});
