import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { OpenedFile } from "./complete-file.ts";
import { createDiskTurns, turnsAtOnce } from "./disk-turns.ts";
import { createRecordingFile } from "./recording-file.ts";
import { createPhases } from "./recording-files.ts";

async function aFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-recording-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A disk that takes so many bytes and then is full. */
const fullAfter =
  (capacityBytes: number) =>
  async (path: string): Promise<OpenedFile> => {
    const file = await open(path, "wx+");
    const write = async (bytes: Uint8Array, offset: number, length: number, position: number) => {
      const room = Math.min(length, capacityBytes - position);
      if (room <= 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      return file.write(bytes, offset, room, position);
    };
    return {
      write: write as OpenedFile["write"],
      read: file.read.bind(file) as OpenedFile["read"],
      truncate: file.truncate.bind(file),
      datasync: file.datasync.bind(file),
      close: file.close.bind(file),
    };
  };

test("grows under a temporary name, then is a WAV file with the checksum of all of it", async (context) => {
  const folder = await aFolder(context);
  const path = join(folder, "deep", "a.wav");
  const file = createRecordingFile(path, 2, createDiskTurns(1));
  file.write(Uint8Array.of(1, 0, 2, 0));
  file.write(Uint8Array.of(3, 0, 4, 0));
  const outcome = await file.finish();

  const bytes = await readFile(path);
  assert.deepEqual(outcome, { type: "whole", path, sha256: createHash("sha256").update(bytes).digest("hex") });
  assert.deepEqual([...bytes.subarray(44)], [1, 0, 2, 0, 3, 0, 4, 0]);
  assert.deepEqual([bytes.readUInt32LE(4), bytes.readUInt16LE(22), bytes.readUInt32LE(40)], [44, 2, 8]);
  assert.equal((await stat(path)).mode & 0o077, 0);
  assert.deepEqual(await readdir(join(folder, "deep")), ["a.wav"]);
});

test("a full disk is reported with the system's code; what was written is kept as a part, whole frames under a right header", async (context) => {
  const path = join(await aFolder(context), "a.wav");
  const file = createRecordingFile(path, 2, createDiskTurns(1), { openFile: fullAfter(44 + 10) });
  file.write(Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0));
  file.write(Uint8Array.of(5, 0, 6, 0));
  file.write(Uint8Array.of(7, 0, 8, 0));

  assert.deepEqual(await file.finish(), {
    type: "failed",
    systemCode: "ENOSPC",
    why: "no space left on device",
    path: `${path}.part`,
    samples: 2,
  });
  const bytes = await readFile(`${path}.part`);
  assert.deepEqual([...bytes.subarray(44)], [1, 0, 2, 0, 3, 0, 4, 0]);
  assert.equal(bytes.readUInt32LE(40), 8);
});

test("its note lies there before it does, whole, and only its owner may read it", async (context) => {
  const folder = await aFolder(context);
  const path = join(folder, "deep", "a.wav");
  let there: readonly string[] = [];
  const openFile = async (part: string): Promise<OpenedFile> => {
    there = await readdir(join(folder, "deep"));
    return open(part, "wx+");
  };
  const file = createRecordingFile(path, 1, createDiskTurns(1), { note: { ending: ".note", text: "mine" }, openFile });

  assert.equal(await file.begun, true);
  assert.deepEqual(there, ["a.wav.note"]);
  assert.equal(await readFile(`${path}.note`, "utf8"), "mine");
  assert.equal((await stat(`${path}.note`)).mode & 0o077, 0);
  await file.finish();
});

test("one whose note cannot be written is not begun, and leaves nothing", async (context) => {
  const folder = await aFolder(context);
  const path = join(folder, "a.wav");
  await mkdir(`${path}.note`);
  const file = createRecordingFile(path, 1, createDiskTurns(1), { note: { ending: ".note", text: "mine" } });
  file.write(Uint8Array.of(1, 0));

  assert.equal(await file.begun, false);
  assert.equal((await file.finish()).type, "failed");
  assert.deepEqual(await readdir(folder), ["a.wav.note"]);
});

test("a file that cannot be opened is reported at the end", async (context) => {
  const folder = await aFolder(context);
  await createRecordingFile(join(folder, "a.wav"), 1, createDiskTurns(1)).finish();
  const file = createRecordingFile(join(folder, "a.wav", "deep", "b.wav"), 1, createDiskTurns(1));
  file.write(Uint8Array.of(1, 0));
  const outcome = await file.finish();

  assert.deepEqual(outcome.type === "failed" && [outcome.systemCode, outcome.path, outcome.samples], [
    "ENOTDIR",
    undefined,
    0,
  ]);
});

test("a disk that falls behind fails instead of taking memory", async (context) => {
  const path = join(await aFolder(context), "a.wav");
  const file = createRecordingFile(path, 1, createDiskTurns(1));
  for (let count = 0; count < 100; count++) file.write(new Uint8Array(65_536));
  const outcome = await file.finish();

  assert.equal(outcome.type === "failed" && outcome.systemCode, "EBUSY");
});

/** A disk on which each operation takes as long as the test wants. It keeps how many were at work at once. */
function aSlowDisk() {
  const waiting: (() => void)[] = [];
  const counts = { atOnce: 0, mostAtOnce: 0, writes: 0 };
  const slowly = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    counts.mostAtOnce = Math.max(counts.mostAtOnce, ++counts.atOnce);
    await new Promise<void>((resolve) => void waiting.push(resolve));
    counts.atOnce--;
    return work();
  };
  const openFile = async (path: string): Promise<OpenedFile> => {
    const file = await open(path, "wx+");
    const write = (bytes: Uint8Array, offset: number, length: number, position: number) => {
      counts.writes++;
      return slowly(() => file.write(bytes, offset, length, position));
    };
    return {
      write: write as OpenedFile["write"],
      read: file.read.bind(file) as OpenedFile["read"],
      truncate: (length) => slowly(() => file.truncate(length)),
      datasync: () => slowly(() => file.datasync()),
      close: file.close.bind(file),
    };
  };
  /** Lets the operations that wait be done. */
  const step = async () => {
    for (const resume of waiting.splice(0)) resume();
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  return { counts, openFile, step };
}

for (const workers of [1, 2])
  test(`ten recordings on a slow disk hold ${turnsAtOnce(workers)} threads, not all; what came meanwhile is written in one go, and all of it is kept`, async (context) => {
    const folder = await aFolder(context);
    const disk = aSlowDisk();
    const turns = createDiskTurns(turnsAtOnce(workers));
    const files = Array.from({ length: 10 }, (_, index) =>
      createRecordingFile(join(folder, `${index}.wav`), 1, turns, disk),
    );
    const pieceOf = (index: number, second: number) => new Uint8Array(16_000).fill((index * 16 + second) & 0xff);
    // Two times a second operations are done: slower than the recordings come, were each piece written alone.
    for (let second = 0; second < 60; second++) {
      files.forEach((file, index) => file.write(pieceOf(index, second)));
      await disk.step();
      await disk.step();
    }
    assert.ok(disk.counts.writes <= 120 * turnsAtOnce(workers) + 3, String(disk.counts.writes));
    let isDone = false;
    const outcomes = Promise.all(files.map((file) => file.finish())).finally(() => (isDone = true));
    while (!isDone) await disk.step();

    assert.equal(disk.counts.mostAtOnce, turnsAtOnce(workers));
    for (const [index, outcome] of (await outcomes).entries()) {
      assert.equal(outcome.type, "whole");
      const data = (await readFile(join(folder, `${index}.wav`))).subarray(44);
      const whole = Buffer.concat(Array.from({ length: 60 }, (_, second) => pieceOf(index, second)));
      assert.ok(data.equals(whole), String(index));
    }
  });

test("whatever the number of workers, one thread for files is left to others where there are enough", () => {
  assert.deepEqual([1, 2, 3, 8].map(turnsAtOnce), [3, 1, 1, 1]);
});

test("phases of a hundred files lie apart: no tenth of a second has more than twice its share", () => {
  const phase = createPhases();
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let file = 0; file < 100; file++) {
    const tenth = Math.floor(phase() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }

  assert.ok(Math.max(...tenths) <= 20, tenths.join(" "));
});
