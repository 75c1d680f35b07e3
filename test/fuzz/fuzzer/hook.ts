import { readFileSync } from "node:fs";
import type { LoadHook } from "node:module";
import { fileURLToPath } from "node:url";
import { instrument } from "./instrument.ts";

/** Our code, the planted fault, and what reads for us. */
const isInstrumented =
  /\/dist\/src\/(?!testing\/)|\/fuzzer\/planted\/|\/node_modules\/(?:sdp-transform|yaml|saxes|xmlchars|@eslint-community\/regexpp|@bufbuild\/protobuf)\//;

/** A hook of Node that instruments modules as they are loaded. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  if (loaded.format !== "module" || !isInstrumented.test(url)) return loaded;
  return { ...loaded, source: instrument(readFileSync(fileURLToPath(url), "utf8"), seedOf(url)) };
};

/** Of the path within the repository, so that blocks have the same numbers wherever it lies. */
function seedOf(url: string): number {
  let seed = 0;
  const from = Math.max(url.lastIndexOf("/dist/"), url.lastIndexOf("/node_modules/"));
  for (const character of url.slice(from)) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) | 0;
  return seed;
}
