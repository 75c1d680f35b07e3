import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CallKit } from "../interop/kit.ts";
import { pcmFromSamples, type Pcm } from "../../src/testing/index.ts";

/** A file of the store with its channels, once its form, length and checksum were compared with its metadata. */
export async function readRecording(kit: Pick<CallKit, "folder">, bucketAndKey: string) {
  const path = join(kit.folder, "objects", bucketAndKey);
  const bytes = await readFile(path);
  const sidecar = join(dirname(path), `.${path.slice(dirname(path).length + 1)}.metadata.json`);
  const metadata = JSON.parse(await readFile(sidecar, "utf8")) as Readonly<Record<string, string>>;
  const channels = bytes.readUInt16LE(22);
  const samples = (bytes.length - 44) / 2 / channels;
  assert.equal(bytes.readUInt32LE(40), bytes.length - 44);
  assert.equal(metadata["recording-samples"], String(samples));
  assert.equal(metadata["recording-sha256"], createHash("sha256").update(bytes).digest("hex"));
  const channel = (index: number): Pcm =>
    pcmFromSamples(
      Int16Array.from({ length: samples }, (_, at) => bytes.readInt16LE(44 + 2 * (at * channels + index))),
    );
  return { metadata, samples, channels: Array.from({ length: channels }, (_, index) => channel(index)) };
}
