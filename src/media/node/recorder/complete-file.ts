import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { WAV_HEADER_BYTES, wavHeader } from "../../wav/wav-header.ts";

/** The part of a file handle that is used here. */
export type OpenedFile = Pick<FileHandle, "write" | "read" | "truncate" | "datasync" | "close">;

const READ_BYTES = 65_536;

/** Completes a 16 bit WAV file whose data is written: cuts an incomplete frame off its end, writes the header, syncs the file, and reads it for
 * the checksum. */
export async function completeFile(
  file: OpenedFile,
  channels: 1 | 2,
  writtenBytes: number,
): Promise<{ readonly samples: number; readonly sha256: string }> {
  const samples = Math.floor(writtenBytes / (2 * channels));
  const dataBytes = samples * 2 * channels;
  await file.truncate(WAV_HEADER_BYTES + dataBytes);
  await writeAll(file, wavHeader(channels, dataBytes), 0);
  await file.datasync();
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(READ_BYTES);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, position);
    if (bytesRead === 0) return { samples, sha256: hash.digest("hex") };
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Writes all bytes at a position; `onWritten` gets the size of each part that was written. */
export async function writeAll(
  file: OpenedFile,
  bytes: Uint8Array,
  position: number,
  onWritten: (bytes: number) => void = () => undefined,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
    onWritten(bytesWritten);
  }
}
