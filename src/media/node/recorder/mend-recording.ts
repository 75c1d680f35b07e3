import { open, rename, rm } from "node:fs/promises";
import { errorCode } from "../../../kernel/index.ts";
import { SAMPLES_PER_MS } from "../../pcm.ts";
import type { MendedRecording } from "../../types.ts";
import { WAV_HEADER_BYTES } from "../../wav/wav-header.ts";
import { completeFile } from "./complete-file.ts";

const CHANNELS_AT = 22;

/** Completes a file that the process before left; see `Media.mendRecording`. */
export async function mendRecording(path: string): Promise<MendedRecording | undefined> {
  const part = `${path}.part`;
  const unfinished = await complete(part);
  if (unfinished === "empty") await rm(part);
  else if (unfinished !== undefined) {
    await rename(part, path);
    return { path, wasUnfinished: true, ...unfinished };
  }
  const finished = await complete(path);
  if (finished === "empty") await rm(path);
  return finished === undefined || finished === "empty" ? undefined : { path, wasUnfinished: false, ...finished };
}

async function complete(path: string) {
  const file = await open(path, "r+").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const header = Buffer.alloc(WAV_HEADER_BYTES);
    await file.read(header, 0, WAV_HEADER_BYTES, 0);
    const { size } = await file.stat();
    if (size <= WAV_HEADER_BYTES) return "empty";
    const channels = header.readUInt16LE(CHANNELS_AT) === 2 ? 2 : 1;
    const { samples, sha256 } = await completeFile(file, channels, size - WAV_HEADER_BYTES);
    return { channels, samples, sha256, durationMs: samples / SAMPLES_PER_MS } as const;
  } finally {
    await file.close();
  }
}
