import { open, type FileHandle } from "node:fs/promises";

/** A WAV file of ours: 16 bit, with a header of 44 bytes, which has no length while the file grows. */
export interface WaveFile {
  readonly file: FileHandle;
  readonly channels: number;
  readonly rateHz: number;
  /** Samples of each channel that are there now. */
  readonly samples: number;
  /** Bytes of the whole file now. */
  readonly sizeBytes: number;
  /** Changes with the file. */
  readonly mark: string;
}

/** Size of the header, bytes. */
export const headerBytes = 44;

/** Opens a file and runs `use` with it; undefined: there is no such file, or it has no sample yet. */
export async function withWaveFile<Result>(
  path: string,
  use: (wave: WaveFile) => Promise<Result>,
): Promise<Result | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size, mtimeMs } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    const [channels, rateHz] = [buffer.readUInt16LE(22), buffer.readUInt32LE(24)];
    if (size <= headerBytes || buffer.toString("latin1", 0, 4) !== "RIFF" || channels === 0) return undefined;
    const samples = Math.floor((size - headerBytes) / (2 * channels));
    return await use({ ...{ file, channels, rateHz, samples, sizeBytes: size }, mark: `${size} ${mtimeMs}` });
  } finally {
    await file.close();
  }
}
