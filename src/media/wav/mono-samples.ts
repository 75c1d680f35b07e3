import { pcma, pcmu } from "../codec/g711.ts";
import type { WavLayout } from "./parse-wav.ts";

/** The frames of a file as one channel, the average of those there are; full scale is 1. Values beyond are kept for the filter, those that
 * are no number become 0. */
export interface MonoSamples {
  readonly length: number;
  /** Those from `first` to before `end`. */
  read(first: number, end: number): Float32Array;
}

/** Makes the samples of a file; they are read when they are asked for. */
export function createMonoSamples(bytes: Uint8Array, layout: WavLayout): MonoSamples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { channels, sampleBytes, start, end: lastByte } = layout;
  const read = readerOf(view, layout);
  const frameBytes = channels * sampleBytes;
  return {
    length: (lastByte - start) / frameBytes,
    read(first, end) {
      const samples = new Float32Array(end - first);
      let at = start + first * frameBytes;
      for (let frame = 0; frame < samples.length; frame++) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel++, at += sampleBytes) sum += read(at);
        samples[frame] = sum / channels;
      }
      return samples;
    },
  };
}

function readerOf(view: DataView, layout: WavLayout): (at: number) => number {
  switch (layout.kind) {
    case "mulaw":
      return companded(view, pcmu.decodeTable);
    case "alaw":
      return companded(view, pcma.decodeTable);
    case "float":
      return layout.sampleBytes === 4
        ? (at) => usable(view.getFloat32(at, true))
        : (at) => usable(view.getFloat64(at, true));
    case "pcm":
      return integer(view, layout.sampleBytes);
    default:
      return layout.kind satisfies never;
  }
}

function companded(view: DataView, table: Int16Array): (at: number) => number {
  return (at) => (table[view.getUint8(at)] ?? 0) / 0x8000;
}

/** 8 bits are unsigned around 128, more are signed. */
function integer(view: DataView, sampleBytes: number): (at: number) => number {
  if (sampleBytes === 1) return (at) => (view.getUint8(at) - 0x80) / 0x80;
  if (sampleBytes === 2) return (at) => view.getInt16(at, true) / 0x8000;
  if (sampleBytes === 3) return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 0x1_0000) / 0x80_0000;
  return (at) => view.getInt32(at, true) / 0x8000_0000;
}

function usable(value: number): number {
  return Number.isFinite(value) ? Math.max(-4, Math.min(4, value)) : 0;
}
