import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Mutation } from "./mutations.ts";
import type { RunOptions, Summary } from "./run.ts";

/** What became of a mutation. */
export interface MutantOutcome {
  /** Calls until it was found; undefined: it was not. */
  readonly foundAfter: number | undefined;
  /** The invariant that it broke, or how else it was noticed. */
  readonly by: string;
}

/** Compiled rooms that a simulation needs, relative to dist/src. */
const rooms = ["kernel", "contract", "call", "actions", "testing/simulate"];
const compiled = fileURLToPath(new URL("../../", import.meta.url));
/** A mutant that takes longer hangs. */
const longestMs = 60_000;

/** A copy of the compiled engine that can be broken. It lies beside the original, so that packages are found from there. */
export interface MutantFolder {
  /** Simulates calls on the engine with this mutation. */
  run(mutation: Mutation, options: RunOptions): Promise<MutantOutcome>;
  remove(): Promise<void>;
}

/** Makes the copy. */
export async function createMutantFolder(): Promise<MutantFolder> {
  const folder = await mkdtemp(join(compiled, "..", "mutant-"));
  const isNeeded = (path: string): boolean => !/\.(map|d\.ts)$|\.test\.js$/.test(path);
  for (const room of rooms) await cp(join(compiled, room), join(folder, room), { recursive: true, filter: isNeeded });
  const workerUrl = pathToFileURL(join(folder, "testing/simulate/worker.js"));
  return {
    async run({ file, find, replace }, options) {
      const path = join(folder, file);
      const text = await readFile(path, "utf8");
      if (text.split(find).length !== 2) return { foundAfter: undefined, by: "the text does not occur once" };
      await writeFile(
        path,
        text.replace(find, () => replace),
      );
      const outcome = await runWorker(workerUrl, options);
      await writeFile(path, text);
      return outcome;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** How often the text of a mutation occurs in the compiled engine. */
export async function countText({ file, find }: Mutation): Promise<number> {
  return (await readFile(join(compiled, file), "utf8")).split(find).length - 1;
}

async function runWorker(url: URL, options: RunOptions): Promise<MutantOutcome> {
  const worker = new Worker(url);
  const outcome = await new Promise<MutantOutcome>((resolve) => {
    const hangs = setTimeout(() => resolve({ foundAfter: 1, by: "it hangs" }), longestMs);
    const finish = (result: MutantOutcome): void => {
      clearTimeout(hangs);
      resolve(result);
    };
    worker.once("error", (error) => finish({ foundAfter: 1, by: `the worker broke: ${String(error)}` }));
    worker.once("message", ({ broken, calls }: Summary) =>
      finish(
        broken === undefined
          ? { foundAfter: undefined, by: "nothing" }
          : { foundAfter: calls, by: `${broken.invariant}: ${broken.what}` },
      ),
    );
    worker.postMessage(options);
  });
  await worker.terminate();
  return outcome;
}
