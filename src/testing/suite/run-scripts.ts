import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, describe, test } from "node:test";
import { readHistoryFile } from "../../history/index.ts";
import { errorMessage, whyUnreadable } from "../../kernel/index.ts";
import { SceneError } from "../scene/index.ts";
import { loadFunction, type FunctionChoice, type LoadedFunction } from "../script/load-function.ts";
import { playScene } from "../script/play-scene.ts";
import { readScenes } from "../script/read-scenes.ts";
import { findProject } from "./find-project.ts";
import type { Script } from "./find-scripts.ts";
import { repeatHistory } from "./repeat-history.ts";

/** What scripts are run with. */
export interface ScriptOptions extends FunctionChoice {
  /** The function of histories, which name none. */
  readonly function?: string | undefined;
  /** Scenes of this function only: an absolute path. */
  readonly only?: string | undefined;
  /** Scenes are played over SIP and RTP. */
  readonly real?: boolean | undefined;
}

/** Makes each script a suite of Node's runner, in this process. */
export async function runScripts(scripts: readonly Script[], options: ScriptOptions): Promise<void> {
  for (const { file, kind } of scripts.filter((one) => one.kind !== "history")) {
    // What goes wrong while a script loads is a test that fails.
    const tests = kind === "code" ? undefined : await orFailure(() => scenesOf(file, options));
    describe(file, async () => {
      const load = tests ?? (await orFailure(() => import(pathToFileURL(resolve(file)).href)));
      if (load instanceof Error) test("loads", () => Promise.reject(kind === "code" ? load : withoutStack(load)));
      else if (typeof load === "function") (load as () => void)();
    });
  }
  const histories = scripts.filter(({ kind }) => kind === "history");
  if (histories.length > 0) describeHistories(histories, options);
}

async function orFailure<T>(load: () => Promise<T>): Promise<T | Error> {
  try {
    return await load();
  } catch (error) {
    return error instanceof Error ? error : new Error(errorMessage(error));
  }
}

/** The message of what is wrong in a scene has its place; where we are in our own code tells its author nothing. */
function withoutStack(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** Reads scenes and loads their function. @returns what declares their tests */
async function scenesOf(file: string, { only, real = false }: ScriptOptions): Promise<() => void> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`${file} cannot be read: ${whyUnreadable(error)}`, { cause: error });
  });
  const project = findProject(file);
  const { scenes, handler, environment, function: functionFile } = readScenes(text, file, project.inventory);
  const path = resolve(dirname(file), functionFile);
  if (only !== undefined && path !== only) return () => undefined;
  const loaded = await loadFunction(path, { handler, environment });
  return () => {
    after(() => loaded.close());
    for (const scene of scenes) {
      const { objects } = scene.placeCall ?? scene.dial ?? {};
      const folder = objects === undefined ? project.objects : resolve(dirname(file), objects);
      const place = folder === undefined ? {} : { objects: folder };
      test(scene.title, async () => {
        await playScene(scene, loaded.app, { ...place, ...(real ? { real } : {}) }).catch((error: unknown) => {
          throw error instanceof SceneError ? withoutStack(error) : error;
        });
      });
    }
  };
}

function describeHistories(histories: readonly Script[], { function: file = "", ...choice }: ScriptOptions): void {
  describe(`histories with ${file}`, () => {
    const opened: { app?: LoadedFunction } = {};
    after(() => opened.app?.close());
    for (const { file: history } of histories) {
      test(history, async () => {
        opened.app ??= await loadFunction(file, choice);
        await repeatHistory(await readHistoryFile(history), opened.app.app);
      });
    }
  });
}
