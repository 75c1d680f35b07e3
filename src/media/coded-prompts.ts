import { pcma, pcmu } from "./codec/g711.ts";
import type { AudioCodec } from "../sdp/index.ts";
import type { CodedSamples } from "./worker/messages.ts";
import type { Pcm } from "./types.ts";

/** The codes of prompts, each made once for all legs that it is played to: for a worker that carries a thousand, encoding is a twentieth of its work. */
export interface CodedPrompts {
  /** The codes of whole audio of usual length, where each sample has a code of its own; undefined for others, which are encoded as they are played. */
  of(pcm: Pcm, codec: AudioCodec["name"] | undefined): CodedSamples | undefined;
}

/** Half a minute, which takes less than a millisecond. Longer audio is mostly played to few at one time. */
const MOST_SAMPLES = 240_000;

/** Makes it; codes are kept for as long as their samples are. */
export function createCodedPrompts(): CodedPrompts {
  const kept = new WeakMap<Pcm["samples"], Map<AudioCodec["name"], CodedSamples>>();
  return {
    of({ samples, growth }, name) {
      const codec = [pcmu, pcma].find((one) => one.name === name);
      if (codec === undefined || growth !== undefined || samples.length > MOST_SAMPLES) return undefined;
      const known = kept.get(samples)?.get(codec.name);
      if (known !== undefined) return known;
      const codes = new Uint8Array(new SharedArrayBuffer(samples.length));
      codec.createEncoder().encode(samples, 0, samples.length, codes, 0);
      const coded: CodedSamples = { codec: codec.name, codes };
      kept.set(samples, (kept.get(samples) ?? new Map<AudioCodec["name"], CodedSamples>()).set(codec.name, coded));
      return coded;
    },
  };
}
