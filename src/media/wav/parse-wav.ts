/** A WAV file's sound before conversion: where its frames lie and how to read them. Contract: leniency-audio-forms,
 * leniency-audio-more-forms, leniency-audio-chunks, leniency-audio-length */
export interface WavLayout {
  readonly kind: "pcm" | "float" | "mulaw" | "alaw";
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Bytes of one sample of one channel. */
  readonly sampleBytes: number;
  /** First byte of the sound, and the one after its last whole frame. */
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a file, in words that go on "found ...". */
export interface WavFault {
  readonly found: string;
}

const MAX_CHANNELS = 8;
const MIN_RATE_HZ = 4000;
const MAX_RATE_HZ = 192_000;
const EXTENSIBLE = 0xfffe;
/** Files that programs write have a handful. */
const MAX_CHUNKS = 10_000;

const KINDS: Readonly<Record<number, WavLayout["kind"]>> = { 1: "pcm", 3: "float", 6: "alaw", 7: "mulaw" };
const SAMPLE_SIZES: Readonly<Record<WavLayout["kind"], readonly number[]>> = {
  pcm: [1, 2, 3, 4],
  float: [4, 8],
  mulaw: [1],
  alaw: [1],
};
const COMPRESSED_NAMES: Readonly<Record<number, string>> = {
  0x0002: "Microsoft ADPCM",
  0x0011: "IMA ADPCM",
  0x0031: "GSM 6.10",
  0x0040: "G.721 ADPCM",
  0x0050: "MPEG audio",
  0x0055: "MP3",
  0x0064: "G.726 ADPCM",
  0x00ff: "AAC",
};

/** Finds the sound in a WAV file: any chunks around it, sizes that are missing, too large or those of a stream.
 * @returns what is wrong when it cannot be played (never throws) */
export function parseWav(bytes: Uint8Array): WavLayout | WavFault {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const foreign = foreignForm(bytes);
  if (foreign !== undefined) return { found: foreign };
  let format: Omit<WavLayout, "start" | "end"> | undefined;
  let at = 12;
  for (let count = 1; at + 8 <= bytes.length; count++) {
    if (count > MAX_CHUNKS) return { found: `a WAV file with more than ${MAX_CHUNKS} chunks before its data` };
    const id = text(bytes, at, 4);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (id === "fmt ") {
      const read = readFormat(view, start, Math.min(size, bytes.length - start));
      if ("found" in read) return read;
      format = read;
    }
    if (id === "data") {
      if (format === undefined) return { found: "a WAV file whose fmt chunk does not come before its data" };
      const length = dataLength(bytes, start, size);
      const frameBytes = format.channels * format.sampleBytes;
      return { ...format, start, end: start + length - (length % frameBytes) };
    }
    at = start + size + (size % 2);
  }
  return { found: format === undefined ? "a WAV file without a fmt chunk" : "a WAV file without a data chunk" };
}

/** The length of the data chunk: what is there when the size is that of a stream (0 or all ones) or the file was cut short. */
function dataLength(bytes: Uint8Array, start: number, size: number): number {
  const rest = bytes.length - start;
  if (size === 0 && rest >= 8 && /^(LIST|id3 |ID3 |fact|bext|cue |JUNK|smpl)$/.test(text(bytes, start, 4))) return 0;
  return size === 0 ? rest : Math.min(size, rest);
}

function readFormat(view: DataView, at: number, size: number): Omit<WavLayout, "start" | "end"> | WavFault {
  if (size < 14) return { found: "a WAV file with a fmt chunk that is too short" };
  const tag = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const frameBytes = view.getUint16(at + 12, true);
  const bits = size >= 16 ? view.getUint16(at + 14, true) : 8;
  // The extensible form keeps the real tag in the first two bytes of its sub-format.
  const real = tag === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : tag;
  const kind = KINDS[real];
  if (kind === undefined) return { found: `a WAV file that holds ${COMPRESSED_NAMES[real] ?? `format ${real}`}` };
  if (channels < 1 || channels > MAX_CHANNELS) return { found: `a WAV file with ${channels} channels` };
  if (sampleRateHz < MIN_RATE_HZ || sampleRateHz > MAX_RATE_HZ) return { found: `a WAV file at ${sampleRateHz} Hz` };
  const declared = frameBytes / channels;
  const sampleBytes = SAMPLE_SIZES[kind].includes(declared) ? declared : Math.ceil(bits / 8);
  if (!SAMPLE_SIZES[kind].includes(sampleBytes)) return { found: `a WAV file with ${bits} bits per ${kind} sample` };
  return { kind, sampleRateHz, channels, sampleBytes };
}

/** Names a file that is no WAV file of ours by its first bytes. */
function foreignForm(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "an empty file";
  const head = text(bytes, 0, 4);
  if (head === "RIFF" && text(bytes, 8, 4) === "WAVE") return undefined;
  if (head === "RIFF") return "a RIFF file that is not WAVE";
  if (head === "RF64" || head === "BW64") return `an ${head} file (the form of WAV for more than 4 GB)`;
  if (head === "RIFX") return "a RIFX file (WAV with the other byte order)";
  if (head === "OggS") return "an Ogg file";
  if (head === "fLaC") return "a FLAC file";
  if (head === "FORM") return "an AIFF file";
  if (head === ".snd") return "an AU file";
  if (head === "#!AM") return "an AMR file";
  if (text(bytes, 4, 4) === "ftyp") return "an MP4 file";
  const isMpegFrame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0;
  if (head.startsWith("ID3") || isMpegFrame) return "an MP3 file";
  const isText = bytes
    .subarray(0, 16)
    .every((byte) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13);
  return isText ? `text (${JSON.stringify(text(bytes, 0, 16))})` : "something that is not a WAV file";
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
