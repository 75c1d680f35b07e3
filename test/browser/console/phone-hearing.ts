import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Download, Page } from "playwright-core";
import { pcmFromSamples, toneLevelDbfs, type Pcm } from "../../../src/testing/index.ts";

const rateHz = 8_000;

/** How loud these frequencies are, dBFS, in what the server keeps of a call's leg: of its last half second. */
export async function levelsAtServer(
  api: string,
  callId: string,
  side: "heard" | "said",
  frequencies: readonly number[],
): Promise<readonly number[]> {
  const response = await fetch(`${api}/calls/${callId}/audio/1-${side}/sound`);
  // Nothing is on the disk yet.
  if (response.status === 422) return frequencies.map(() => -Infinity);
  assert.equal(response.status, 200);
  const file = Buffer.from(await response.arrayBuffer());
  const [channels, step] = [file.readUInt16LE(22), file.readUInt32LE(24) / rateHz];
  const count = Math.floor((file.length - 44) / 2 / channels);
  const channel = side === "heard" ? 0 : channels - 1;
  const first = Math.max(0, count - (rateHz / 2) * step);
  const samples = Array.from({ length: Math.floor((count - first) / step) }, (_, index) =>
    file.readInt16LE(44 + 2 * (channel + channels * (first + Math.floor(index * step)))),
  );
  return frequencies.map((frequencyHz) => toneLevelDbfs(pcmFromSamples(samples), frequencyHz));
}

/** What is in a file that the page gave: decoded by its own browser. */
export async function decode(page: Page, download: Download): Promise<Pcm> {
  const file = await readFile(await download.path());
  const samples = await page.evaluate<number[]>(`(async () => {
    const bytes = Uint8Array.from(atob("${file.toString("base64")}"), (one) => one.charCodeAt(0));
    const audio = await new OfflineAudioContext(1, 1, ${rateHz}).decodeAudioData(bytes.buffer);
    return Array.from(audio.getChannelData(0), (one) => Math.round(one * 32767));
  })()`);
  return pcmFromSamples(samples);
}
