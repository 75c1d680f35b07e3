/** The bytes of a file, wherever it is kept. */
export interface SoundFile {
  /** Of the whole file now. */
  readonly sizeBytes: number;
  /** Changes with the file. */
  readonly mark: string;
  /** Bytes from there, fewer at its end. */
  read(start: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A WAV file of ours: 16 bit, with a header of 44 bytes, which has no length while the file grows. */
export interface WaveFile extends Omit<SoundFile, "close"> {
  readonly channels: number;
  readonly rateHz: number;
  /** Samples of each channel that are there now. */
  readonly samples: number;
}

/** Size of the header, bytes. */
export const headerBytes = 44;
/** Bytes of a sample. */
export const sampleBytes = 2;

/** Opens a file and runs `use` with it; undefined: there is no such file, it has no sample yet, or it is no WAV file of ours. */
export async function withWaveFile<Result>(
  open: () => Promise<SoundFile | undefined>,
  use: (wave: WaveFile) => Promise<Result>,
): Promise<Result | undefined> {
  const file = await open();
  if (file === undefined) return undefined;
  try {
    const { sizeBytes, mark } = file;
    if (sizeBytes <= headerBytes) return undefined;
    const header = await file.read(0, headerBytes);
    if (header.length < headerBytes || header.toString("latin1", 0, 4) !== "RIFF") return undefined;
    const [channels, rateHz, bits] = [header.readUInt16LE(22), header.readUInt32LE(24), header.readUInt16LE(34)];
    if (channels === 0 || rateHz === 0 || bits !== 8 * sampleBytes) return undefined;
    const samples = Math.floor((sizeBytes - headerBytes) / (sampleBytes * channels));
    const read = (start: number, length: number) => file.read(start, length);
    return await use({ channels, rateHz, samples, sizeBytes, mark, read });
  } finally {
    await file.close();
  }
}
