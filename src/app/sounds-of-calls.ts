import { open } from "node:fs/promises";
import type { AdminSource, CallSound, SoundFile } from "../admin/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { CallSounds, LegSound } from "../recordings/index.ts";
import type { CallRecords } from "../store/index.ts";

/** Where the sound of calls is. */
interface Parts {
  readonly records: Pick<CallRecords, "get">;
  readonly sounds: CallSounds | undefined;
  readonly objects: Pick<ObjectStore, "get" | "head">;
  readonly timeline: AdminSource["timeline"];
}

/** A fact of a recording, as it is kept. */
interface Told {
  readonly at: number;
  readonly type: string;
  readonly participantTag?: string;
  readonly action?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly durationMs?: number;
  readonly storingMs?: number;
}

/** What records, and when it began. */
const recorders = new Set(["StartCallRecording", "RecordAudio"]);

/** The sound of a call: as it is kept in development, else what functions have recorded, from where they had it put. */
export function soundsOfCalls({ records, sounds, objects, timeline }: Parts): AdminSource["sounds"] {
  return async (id) => {
    const kept = sounds?.of(id) ?? [];
    if (kept.length > 0) return kept.map(describeLeg);
    const facts = ((await records.get(id))?.facts ?? []) as readonly Told[];
    const stored = facts.filter(({ type }) => type === "recording-stored");
    if (stored.length === 0) return [];
    // Only a history says which side a recording of one side has; without, it is the far end's, as RecordAudio has it.
    const history = ((await timeline(id).catch(() => undefined))?.entries ?? []) as readonly Told[];
    return stored.map((recording) => {
      const begun = beginOf(recording, facts);
      const track = beginOf(recording, history)?.parameters?.["Track"];
      return {
        participantTag: recording.participantTag === "LEG-B" ? "LEG-B" : "LEG-A",
        startedAt: begun?.at ?? aboutWhen(recording),
        isGrowing: false,
        mono: String(track).toUpperCase() === "OUTGOING" ? "said" : "heard",
        open: () => openObject(objects, recording),
      };
    });
  };
}

function describeLeg({ participantTag, startedAt, isGrowing, path }: LegSound): CallSound {
  // Its file has its last name a moment after it has ended.
  const openEither = async () => (await openFile(path)) ?? openFile(path.replace(/\.part$/, ""));
  return { participantTag, startedAt, isGrowing, mono: "heard", open: openEither };
}

/** When a recording began, by its end. */
function aboutWhen({ at, storingMs = 0, durationMs = 0 }: Told): number {
  return at - storingMs - durationMs;
}

/** The action that has made a recording: that on its leg which began nearest to it. */
function beginOf(recording: Told, told: readonly Told[]): Told | undefined {
  const about = aboutWhen(recording);
  const distance = ({ at }: Told) => Math.abs(at - about);
  return told
    .filter(({ type, action = "" }) => type === "action-started" && recorders.has(action))
    .filter(({ participantTag }) => participantTag === recording.participantTag)
    .toSorted((one, other) => distance(one) - distance(other))[0];
}

async function openFile(path: string): Promise<SoundFile | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  const { size, mtimeMs } = await file.stat();
  return {
    ...{ sizeBytes: size, mark: `${size} ${mtimeMs}` },
    async read(start, length) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

async function openObject(objects: Parts["objects"], { bucket = "", key = "" }: Told): Promise<SoundFile | undefined> {
  const head = await objects.head(bucket, key);
  if (head === undefined) return undefined;
  return {
    ...{ sizeBytes: head.sizeBytes, mark: head.version },
    async read(start, length) {
      const found = await objects.get(bucket, key, { start, length });
      return Buffer.from(found?.bytes ?? []);
    },
    close: () => Promise.resolve(),
  };
}
