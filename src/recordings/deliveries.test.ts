import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { silentLogger, type TransactionId } from "../kernel/index.ts";
import type { MendedRecording } from "../media/index.ts";
import type { ObjectMetadata } from "../objects/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createDeliveries } from "./deliveries.ts";
import { findLeftovers, printNote, type DeliveryNote } from "./delivery-notes.ts";
import type { CallFact } from "../call/index.ts";

const note: DeliveryNote = {
  ...{ transactionId: "call" as TransactionId, participantTag: "LEG-B", bucket: "rec", key: "a.wav" },
  ...{ metadata: { "call-id": "leg" }, tellsDuration: true },
};

interface World {
  /** What there is of each recording. */
  mended: MendedRecording | undefined;
  /** Whether the store takes files. */
  isOpen: boolean;
}

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-deliveries-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "x.wav");
  const world: World = {
    mended: { path, samples: 8_000, channels: 1, durationMs: 1_000, sha256: "ab", wasUnfinished: true },
    isOpen: true,
  };
  const puts: [string, ObjectMetadata][] = [];
  const facts: CallFact[] = [];
  const clock = createManualClock();
  const deliveries = createDeliveries({
    objects: {
      head: () => Promise.resolve(undefined),
      put: (bucket, key, _file, metadata) => {
        puts.push([`${bucket}/${key}`, metadata]);
        return world.isOpen ? Promise.resolve() : Promise.reject(new Error("no"));
      },
    },
    media: { mendRecording: () => Promise.resolve(world.mended) },
    observe: (transactionId, fact) => void (transactionId === note.transactionId && facts.push(fact)),
    log: silentLogger,
    clock,
  });
  const done = () => new Promise<void>((resolve) => deliveries.whenNone(resolve));
  return { folder, path, world, puts, facts, clock, deliveries, done };
}

/** As the thread that writes recordings does. */
async function writeNote(path: string, written: DeliveryNote): Promise<void> {
  const { ending, text } = printNote(written);
  await writeFile(path + ending, text);
}

describe("what an earlier process left of recordings", () => {
  // Contract: records-recording-kept, records-incomplete-recordings
  it("is delivered by its note, which says that it is incomplete, and the note goes", async (t) => {
    const { folder, path, puts, facts, deliveries, done } = await open(t);
    await writeFile(`${path}.part`, "sound");
    await writeNote(path, note);

    const leftovers = await findLeftovers(folder, silentLogger);
    assert.deepEqual(leftovers, [{ path, note }]);
    deliveries.resume(leftovers);
    await done();

    const metadata = {
      ...{ "call-id": "leg", "recording-duration": "1", "recording-samples": "8000", "recording-sha256": "ab" },
      "recording-incomplete": "the server ended before the recording did",
    };
    assert.deepEqual(puts, [["rec/a.wav", metadata]]);
    assert.equal(facts[0]?.type === "recording-stored" && facts[0].lostSamples, undefined);
    assert.deepEqual(await readdir(folder), ["x.wav.part"]);
  });

  it("is not incomplete when only its way into the store was missing", async (t) => {
    const { path, world, puts, deliveries, done } = await open(t);
    world.mended = { ...(world.mended as MendedRecording), wasUnfinished: false };

    deliveries.resume([{ path, note }]);
    await done();

    assert.equal(puts[0]?.[1]["recording-incomplete"], undefined);
  });

  // Contract: records-delivery-retries
  it("is tried after 2 s, 10 s, 1 min and 5 min while the store refuses it, then at the next start", async (t) => {
    const { folder, path, world, puts, clock, deliveries, done } = await open(t);
    await writeNote(path, note);
    world.isOpen = false;
    deliveries.resume([{ path, note }]);
    await done();
    for (const [delayMs, tries] of [
      [2_000, 2],
      [10_000, 3],
      [60_000, 4],
      [300_000, 5],
    ] as const) {
      const before = puts.length;
      clock.advance(delayMs - 1);
      await done();
      assert.equal(puts.length, before);
      clock.advance(1);
      await done();
      assert.equal(puts.length, tries);
    }
    clock.advance(3_600_000);
    await done();
    assert.equal(puts.length, 5);

    assert.deepEqual(await findLeftovers(folder, silentLogger), [{ path, note }]);
  });

  it("can be seen while it waits, with its file and the reason, until it is stored", async (t) => {
    const { path, world, clock, deliveries, done } = await open(t);
    world.isOpen = false;
    deliveries.resume([{ path, note }]);
    await done();

    const waiting = { path, bucket: "rec", key: "a.wav", transactionId: note.transactionId, why: "no" };
    assert.deepEqual(deliveries.unstored(), [{ ...waiting, tries: 1, isTriedAgain: true }]);
    for (const delayMs of [2_000, 10_000, 60_000, 300_000]) {
      clock.advance(delayMs);
      await done();
    }
    assert.deepEqual(deliveries.unstored(), [{ ...waiting, tries: 5, isTriedAgain: false }]);

    world.isOpen = true;
    deliveries.resume([{ path, note }]);
    await done();
    assert.deepEqual(deliveries.unstored(), []);
  });

  it("is not tried again once the server closes", async (t) => {
    const { path, world, puts, clock, deliveries, done } = await open(t);
    world.isOpen = false;
    deliveries.resume([{ path, note }]);
    await done();

    deliveries.close();
    clock.advance(3_600_000);
    await done();

    assert.equal(puts.length, 1);
  });

  // Contract: records-files-without-a-note
  it("a note of which no file is left goes, and the record of its call says so; files without a note, and notes that cannot be read, stay", async (t) => {
    const { folder, path, world, puts, facts, deliveries, done } = await open(t);
    world.mended = undefined;
    await writeNote(path, note);
    await writeFile(join(folder, "y.wav.part"), "sound");
    await writeFile(join(folder, "z.wav.delivery.json"), "{}");

    const leftovers = await findLeftovers(folder, silentLogger);
    deliveries.resume(leftovers);
    await done();

    assert.equal(leftovers.length, 1);
    assert.deepEqual(puts, []);
    const message = "the server ended before there was anything of it";
    const lost = { type: "recording-lost", participantTag: "LEG-B", bucket: "rec", key: "a.wav" } as const;
    assert.deepEqual(facts, [{ ...lost, path: undefined, message }]);
    assert.deepEqual((await readdir(folder)).sort(), ["y.wav.part", "z.wav.delivery.json"]);
  });

  it("a note that was being written when the server ended goes", async (t) => {
    const { folder } = await open(t);
    await writeFile(join(folder, "z.wav.delivery.json.part"), '{"bucket":');

    assert.deepEqual(await findLeftovers(folder, silentLogger), []);
    assert.deepEqual(await readdir(folder), []);
  });

  it("a folder that is not there has none", async (t) => {
    const { folder } = await open(t);

    assert.deepEqual(await findLeftovers(join(folder, "none"), silentLogger), []);
  });

  it("is lost, and told so, where nothing is there when one that broke off is looked at again", async (t) => {
    const { path, world, facts, clock, deliveries, done } = await open(t);
    world.mended = undefined;
    deliveries.deliverLater({ path, note }, "it broke off: no space");
    clock.advance(2_000);
    await done();

    const lost = { participantTag: "LEG-B", bucket: "rec", key: "a.wav", path: undefined };
    assert.deepEqual(facts, [{ type: "recording-lost", ...lost, message: "it broke off: no space" }]);
    assert.deepEqual(deliveries.unstored(), []);
  });
});
