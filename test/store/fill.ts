import { closeSync, openSync, writeSync } from "node:fs";

/** Writes a file until its disk is full. */
export function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (const piece = Buffer.alloc(4_096); ;) writeSync(file, piece);
  } catch {
    closeSync(file);
  }
}
