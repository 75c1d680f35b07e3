import { open } from "node:fs/promises";
import { errorCode } from "../../../kernel/index.ts";
import { SAMPLES_PER_MS } from "../../pcm.ts";
import type { MendedRecording } from "./types.ts";
import { WAV_HEADER_BYTES } from "../../wav/wav-header.ts";
import { completeFile } from "./complete-file.ts";

const CHANNELS_AT = 22;

/** Completes a file that the process before left; see `Media.mendRecording`. */
export async function mendRecording(path: string): Promise<MendedRecording | undefined> {
  // It keeps the name of a part, so that it is known as one as long as it lies there.
  return (await complete(`${path}.part`, true)) ?? complete(path, false);
}

async function complete(path: string, wasUnfinished: boolean): Promise<MendedRecording | undefined> {
  const file = await open(path, "r+").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const header = Buffer.alloc(WAV_HEADER_BYTES);
    await file.read(header, 0, WAV_HEADER_BYTES, 0);
    const { size } = await file.stat();
    const channels = header.readUInt16LE(CHANNELS_AT) === 2 ? 2 : 1;
    const { samples, sha256 } = await completeFile(file, channels, Math.max(0, size - WAV_HEADER_BYTES));
    return { path, wasUnfinished, channels, samples, sha256, durationMs: samples / SAMPLES_PER_MS };
  } finally {
    await file.close();
  }
}
