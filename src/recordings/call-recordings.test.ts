import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { AppError, silentLogger, type LegId, type Logger, type TransactionId } from "../kernel/index.ts";
import type { MediaSession, RecordedAudio, RecordingNote } from "../media/index.ts";
import type { ObjectMetadata } from "../objects/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createCallRecordings, type RecordingEffect } from "./call-recordings.ts";
import { createDeliveries } from "./deliveries.ts";
import type { CallFact } from "../call/index.ts";

const legId = "leg" as LegId;
const destination = { bucket: "rec", key: "a.wav" };
const start = { do: "start-call-recording", recordingId: "r1", legId, destination, track: "both" } as const;
const record = {
  ...{ do: "record-audio", recordingId: "r1", legId, destination },
  ...{ maxMs: 1_000, silenceMs: undefined, silenceThreshold: 200, terminators: [] },
} as const satisfies RecordingEffect;

/** A promise that is settled from outside. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

interface Wrong {
  /** What the store says before a recording and to its file. */
  readonly prepare?: AppError;
  /** The bucket came into being with the recording. */
  readonly madeBucket?: string;
  readonly put?: AppError;
  /** How the recording itself fails. */
  readonly media?: AppError;
  readonly noSession?: boolean;
  /** Whether there is a file, and when that is known. */
  readonly begun?: Promise<boolean>;
}

/** Recordings with a session and a store that do as they are told. */
async function open(t: TestContext, wrong: Wrong = {}) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-call-recordings-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "x.wav");
  await writeFile(path, "sound");
  const gaps = [{ atSample: 160, samples: 320 }];
  const audio: RecordedAudio = {
    ...{ path, samples: 12_000, channels: 1, durationMs: 1_500, gaps, lostSamples: 320, sha256: "ab" },
  };
  const reported: string[] = [];
  const puts: ObjectMetadata[] = [];
  const facts: CallFact[] = [];
  const over = deferred<RecordedAudio>();
  const stop = () => {
    reported.push("stop");
    if (wrong.media === undefined) over.resolve(audio);
    else over.reject(wrong.media);
    return over.promise;
  };
  const warnings: string[] = [];
  const prepare = () =>
    wrong.prepare === undefined ? Promise.resolve({ madeBucket: wrong.madeBucket }) : Promise.reject(wrong.prepare);
  const makeNote = ({ note }: { readonly note?: RecordingNote }) =>
    note && writeFileSync(path + note.ending, note.text);
  const session = {
    startRecording: (options: object) => ({
      ...{ path, note: makeNote(options), begun: wrong.begun ?? Promise.resolve(true) },
      ended: over.promise,
      pause: () => reported.push("pause"),
      resume: () => reported.push("resume"),
      stop,
    }),
    recordUntil: (options: object) => ({
      ...{ path, note: makeNote(options) },
      ended: over.promise.then((recorded) => ({ audio: recorded, end: "stopped", terminator: undefined })),
      stop,
    }),
  } as unknown as MediaSession;
  const clock = createManualClock();
  const deliveries = createDeliveries({
    objects: {
      head: () => Promise.resolve(undefined),
      put: (_bucket, _key, _file, metadata) => {
        puts.push(metadata);
        return wrong.put === undefined ? Promise.resolve() : Promise.reject(wrong.put);
      },
    },
    media: { mendRecording: () => Promise.resolve({ ...audio, wasUnfinished: true }) },
    observe: (_call, fact) => void facts.push(fact),
    log: silentLogger,
    clock,
  });
  const settled = deferred<void>();
  const recordings = createCallRecordings({
    objects: { prepare },
    deliveries,
    log: { ...silentLogger, warn: (_facts: unknown, message: string) => void warnings.push(message) } as Logger,
    transactionId: "call" as TransactionId,
    sessionOf: () => (wrong.noSession === true ? undefined : session),
    tagOf: () => "LEG-A",
    observe: (fact) => void facts.push(fact),
    onStarted: () => {
      reported.push("started");
      settled.resolve();
    },
    onEnded: (_id, end) => void reported.push(`ended ${end}`),
    onFailed: (_id, { code }) => {
      reported.push(`failed ${code}`);
      settled.resolve();
    },
  });
  const delivered = () => new Promise<void>((resolve) => deliveries.whenNone(resolve));
  return {
    recordings,
    warnings,
    reported,
    puts,
    facts,
    path,
    folder,
    clock,
    deliveries,
    started: settled.promise,
    delivered,
  };
}

describe("the recordings of a call", () => {
  // Contract: records-metadata, records-proof-of-completeness
  it("a call recording is stored when it is stopped, with the documented metadata and proof of its completeness", async (t) => {
    const { recordings, reported, puts, facts, started, delivered, deliveries } = await open(t);
    recordings.perform(start);
    await started;
    assert.equal(deliveries.count(), 1);
    const change = { recordingId: "r1", legId } as const;
    recordings.perform({ do: "pause-call-recording", ...change });
    recordings.perform({ do: "resume-call-recording", ...change });

    recordings.perform({ do: "stop-call-recording", ...change });
    await delivered();

    assert.deepEqual(reported, ["started", "pause", "resume", "stop"]);
    assert.deepEqual(puts, [
      {
        "transaction-id": "call",
        "call-id": "leg",
        "recording-duration": "2",
        "recording-audio-file-format": "audio/wav",
        "recording-samples": "12000",
        "recording-sha256": "ab",
        "recording-lost-samples": "320",
        "recording-gaps": "160+320",
      },
    ]);
    assert.deepEqual(
      facts.map(({ type }) => type),
      ["recording-stored"],
    );
  });

  // Contract: actions-call-recording-start
  it("a call recording has started when its file is there", async (t) => {
    const file = deferred<boolean>();
    const { recordings, reported, started } = await open(t, { begun: file.promise });
    recordings.perform(start);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(reported, []);
    file.resolve(true);
    await started;

    assert.deepEqual(reported, ["started"]);
  });

  it("a call recording whose file cannot be begun fails, and is not told as started", async (t) => {
    const media = new AppError("MEDIA_RECORDING_FAILED", "disk");
    const { recordings, reported, delivered } = await open(t, { begun: Promise.resolve(false), media });
    recordings.perform(start);
    await delivered();

    assert.deepEqual(reported, ["stop", "failed MEDIA_RECORDING_FAILED"]);
  });

  it("a RecordAudio has ended only when its file is stored (Contract: actions-record-audio-ready)", async (t) => {
    const { recordings, reported, puts, delivered } = await open(t);
    recordings.perform(record);

    recordings.perform({ do: "stop-record-audio", recordingId: "r1", legId });
    await delivered();

    assert.deepEqual(reported, ["stop", "ended stopped"]);
    assert.equal(puts[0]?.["recording-samples"], "12000");
    recordings.perform({ do: "stop-record-audio", recordingId: "r1", legId });
    assert.deepEqual(reported, ["stop", "ended stopped"], "what is over is not stopped again");
  });

  // Contract: records-recording-kept
  it("a file that the store refuses is kept with a note of where it belongs, it is told where, and it is tried again", async (t) => {
    const wrong: { put?: AppError } = { put: new AppError("OBJECTS_WRITE_FAILED", "full") };
    const { recordings, reported, facts, path, folder, clock, puts, delivered } = await open(t, wrong);
    recordings.perform(record);

    recordings.perform({ do: "stop-record-audio", recordingId: "r1", legId });
    await delivered();

    assert.deepEqual(reported, ["stop", "failed OBJECTS_WRITE_FAILED"]);
    const message = "full";
    assert.deepEqual(facts, [
      { type: "recording-lost", participantTag: "LEG-A", bucket: "rec", key: "a.wav", path, message },
    ]);
    assert.ok((await stat(path)).isFile());
    assert.deepEqual(await readdir(folder), ["x.wav", "x.wav.delivery.json"]);

    clock.advance(2_000);
    await delivered();
    assert.equal(facts.length, 1);
    delete wrong.put;
    clock.advance(10_000);
    await delivered();
    assert.equal(facts[1]?.type, "recording-stored");
    assert.equal(puts.length, 3);
    assert.deepEqual(puts[2], puts[0]);
    assert.deepEqual(await readdir(folder), ["x.wav"]);
  });

  it("what a full disk left of a recording is reported too, and delivered as incomplete", async (t) => {
    const media = new AppError("MEDIA_RECORDING_FAILED", "disk");
    const { recordings, reported, facts, puts, path, clock, delivered } = await open(t, { media });
    recordings.perform(record);

    recordings.perform({ do: "stop-record-audio", recordingId: "r1", legId });
    await delivered();

    assert.equal(reported.at(-1), "failed MEDIA_RECORDING_FAILED");
    assert.equal(facts[0]?.type === "recording-lost" && facts[0].path, path);
    clock.advance(2_000);
    await delivered();
    assert.equal(puts[0]?.["recording-incomplete"], "it broke off: disk");
    assert.equal(facts[1]?.type, "recording-stored");
  });

  it("a call recording for a store that cannot be reached fails at once and leaves no file", async (t) => {
    const { recordings, reported, puts, path, delivered } = await open(t, {
      prepare: new AppError("OBJECTS_UNAVAILABLE", "no"),
    });
    recordings.perform(start);
    await delivered();

    assert.deepEqual(reported, ["stop", "failed OBJECTS_UNAVAILABLE"]);
    assert.deepEqual(puts, []);
    await assert.rejects(stat(path), { code: "ENOENT" });
  });

  // Contract: records-buckets-that-are-missing
  it("a bucket that was made for a recording is reported", async (t) => {
    const { recordings, warnings, delivered } = await open(t, { madeBucket: "/objects/calls" });
    recordings.perform(record);
    recordings.perform({ do: "stop-record-audio", recordingId: "r1", legId });
    await delivered();

    assert.deepEqual(warnings, ["there was no bucket rec: the folder /objects/calls was made for a recording"]);
  });

  // Contract: records-buckets-that-are-missing
  it("a RecordAudio into a bucket that does not exist fails at once, where none is made", async (t) => {
    const { recordings, reported, puts, path, delivered } = await open(t, {
      prepare: new AppError("OBJECTS_NO_BUCKET", "no"),
    });
    recordings.perform(record);
    await delivered();

    assert.deepEqual(reported, ["stop", "failed OBJECTS_NO_BUCKET"]);
    assert.deepEqual(puts, []);
    await assert.rejects(stat(path), { code: "ENOENT" });
  });

  it("a leg without an RTP session cannot be recorded", async (t) => {
    const { recordings, reported, delivered } = await open(t, { noSession: true });
    recordings.perform(start);
    await delivered();

    assert.deepEqual(reported, ["failed CALL_LEG_WITHOUT_MEDIA"]);
  });
});
