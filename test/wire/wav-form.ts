/** How a WAV file of a test is laid out. */
export interface WavForm {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bits: 8 | 16 | 24 | 32;
  readonly isFloat?: boolean;
  /** WAVE_FORMAT_EXTENSIBLE: the real tag stands in a sub-format. */
  readonly isExtensible?: boolean;
  /** Ids of chunks before and behind the sound; an odd size is padded. */
  readonly chunksBefore?: readonly string[];
  readonly chunksAfter?: readonly string[];
}

/** A tone with silence behind it. */
export interface WavTone {
  readonly frequencyHz: number;
  readonly levelDbfs: number;
  readonly toneMs: number;
  readonly silenceMs: number;
}

/** A WAV file in any form: the same tone in each channel, then silence. */
export function wavOf(form: WavForm, { frequencyHz, levelDbfs, toneMs, silenceMs }: WavTone): Uint8Array {
  const { sampleRateHz, channels, bits } = form;
  const toneFrames = Math.round((toneMs * sampleRateHz) / 1000);
  const frames = toneFrames + Math.round((silenceMs * sampleRateHz) / 1000);
  const sampleBytes = bits / 8;
  const sound = Buffer.alloc(frames * channels * sampleBytes);
  const peak = 10 ** (levelDbfs / 20);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    const value = frame < toneFrames ? peak * Math.sin((2 * Math.PI * frequencyHz * frame) / sampleRateHz) : 0;
    for (let channel = 0; channel < channels; channel++, at += sampleBytes) writeSample(sound, at, value, form);
  }
  const others = (ids: readonly string[] = []) => ids.map((id) => chunk(id, Buffer.from(`${id.trim()} of a test`)));
  const chunks = [formatChunk(form), ...others(form.chunksBefore), chunk("data", sound), ...others(form.chunksAfter)];
  return chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), ...chunks]));
}

function writeSample(target: Buffer, at: number, value: number, { bits, isFloat = false }: WavForm): void {
  if (isFloat) target.writeFloatLE(value, at);
  else if (bits === 8) target.writeUInt8(Math.round(value * 127) + 128, at);
  else target.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), at, bits / 8);
}

function formatChunk({ sampleRateHz, channels, bits, isFloat = false, isExtensible = false }: WavForm): Buffer {
  const body = Buffer.alloc(isExtensible ? 40 : 16);
  const tag = isFloat ? 3 : 1;
  const frameBytes = (channels * bits) / 8;
  body.writeUInt16LE(isExtensible ? 0xfffe : tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRateHz, 4);
  body.writeUInt32LE(sampleRateHz * frameBytes, 8);
  body.writeUInt16LE(frameBytes, 12);
  body.writeUInt16LE(bits, 14);
  if (isExtensible) {
    body.writeUInt16LE(22, 16); // bytes that follow
    body.writeUInt16LE(bits, 18);
    body.writeUInt16LE(tag, 24);
    Buffer.from("000000001000800000aa00389b71", "hex").copy(body, 26); // the rest of the sub-format's GUID
  }
  return chunk("fmt ", body);
}

function chunk(id: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(id.padEnd(4), 0, "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
