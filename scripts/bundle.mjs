/** Puts what runs by itself, the command and each thread, into few files in place of what tsc made of it: loading some hundred modules takes
 * several times as long as loading the same code from one. What is imported from the package keeps a file for each module, and so do tests.
 * Packages are not bundled. */
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Each is named by its path below src/ (src/kernel/own-module.ts). */
const threads = [
  "engine/text/text-worker",
  "media/node/recorder/disk-worker",
  "media/wav/wav-worker",
  "media/worker/rtp-worker",
  "media/worker/starter-worker",
  "speech/espeak/espeak-worker",
  "speech/flite/flite-worker",
  "store/sqlite/sqlite-worker",
];
const measuredParts = ["server", "signalling-server", "pure-work"].map((name) => `bench/processes/${name}.ts`);
const common = {
  absWorkingDir: root,
  outdir: "dist/src",
  outbase: "src",
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  sourcesContent: false,
  // Members that the source groups (`...{ a, b }`) are put where they belong: V8 takes a microsecond to copy each group, and 20 ns for an object without.
  minifySyntax: true,
  allowOverwrite: true,
  logLevel: "warning",
};

/** What loads some of its code only when that is named. */
const inChunks = /** @type {const} */ ({ splitting: true, chunkNames: "chunks/[name]-[hash]", metafile: true });

const [command, , measured] = await Promise.all([
  build({ ...common, ...inChunks, entryPoints: ["src/cli/main.ts"] }),
  build({ ...common, entryPoints: threads.map((path) => `src/${path}.ts`) }),
  // What is measured is what is shipped.
  build({ ...common, ...inChunks, outdir: "dist/bench", outbase: "bench", entryPoints: measuredParts }),
]);
// What builds before this one left; a process that runs goes on with what it has.
for (const [{ metafile }, chunks] of /** @type {const} */ ([
  [command, join(root, "dist/src/chunks")],
  [measured, join(root, "dist/bench/chunks")],
])) {
  const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const name of await readdir(chunks)) if (!made.has(name)) await rm(join(chunks, name));
}
