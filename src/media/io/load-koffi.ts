import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Of ELF64: length of its header, and where that tells place, length and number of sections. */
const HEADER_BYTES = 64;
const SECTIONS_AT = 0x28;
const SECTION_BYTES_AT = 0x3a;
const SECTION_COUNT_AT = 0x3c;

/** Loads koffi, which calls functions of native libraries. Rejects, saying why, where it is not to be had or its own library is not whole. */
export async function loadKoffi() {
  await checkOwnLibraries(process.arch);
  // Has no part for some systems.
  const { default: koffi } = await import("koffi");
  return koffi;
}

/** Rejects where the library of koffi for this processor is not whole. */
export async function checkOwnLibraries(arch: string): Promise<void> {
  for (const path of ownLibraries(arch)) await checkWhole(path);
}

/** Rejects where a native library for Linux ends too early, as after a copy or a download that broke off. Loading one would end the whole
 * process (SIGBUS) at the first page that is missing. Linkers put the table of sections last, and the header tells where that ends. A file that is
 * not there, or is no such library, is left to the loader, which says so. */
export async function checkWhole(path: string): Promise<void> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES || header.toString("latin1", 0, 4) !== "\x7fELF") return;
    const sections = header.readUInt16LE(SECTION_BYTES_AT) * header.readUInt16LE(SECTION_COUNT_AT);
    const whole = Number(header.readBigUInt64LE(SECTIONS_AT)) + sections;
    if (size < whole)
      throw new Error(`${path} is cut off: it has ${size} of ${whole} bytes; install the package koffi again`);
  } finally {
    await file.close();
  }
}

/** Where they are, for both C libraries of Linux; none where the package of this processor is not there. */
function ownLibraries(arch: string): readonly string[] {
  try {
    const koffi = createRequire(createRequire(import.meta.url).resolve("koffi"));
    const folder = dirname(koffi.resolve(`@koromix/koffi-linux-${arch}`));
    return ["linux", "musl"].map((system) => join(folder, `${system}_${arch}`, "koffi.node"));
  } catch {
    return [];
  }
}
