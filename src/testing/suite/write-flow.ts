import { writeFile } from "node:fs/promises";
import { actions } from "../../actions/index.ts";
import { readHistoryFile, walkHistory } from "../../history/index.ts";
import { createFlowGatherer, onSceneFact } from "../observe/index.ts";
import type { Script } from "./find-scripts.ts";

/** Gathers the flow of all calls that scripts make from now on, and of recorded ones.
 * @returns what writes it to a file as JSON, once they have run */
export async function writeFlow(file: string, histories: readonly Script[]): Promise<() => Promise<void>> {
  const gatherer = createFlowGatherer();
  for (const history of histories) {
    for (const { effects } of walkHistory(await readHistoryFile(history.file), actions)) {
      for (const effect of effects) {
        if (effect.do === "observe") gatherer.take({ call: history.file, fact: effect.fact, attributes: undefined });
      }
    }
  }
  onSceneFact(gatherer.take);
  return () => writeFile(file, JSON.stringify(gatherer.flow()));
}
