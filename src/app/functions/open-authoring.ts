import type { CallFeed } from "../../admin/index.ts";
import type { FunctionOutput } from "../../invoke/index.ts";
import type { Clock } from "../../kernel/index.ts";
import { both } from "../both.ts";
import type { Config } from "../config/config.ts";
import { createAuthoring, type OpenedAuthoring, type WriteTest } from "./authoring.ts";

export type { WriteTest } from "./authoring.ts";

/** What it is opened with; who else hears of functions goes on hearing of them. */
interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly writeTest?: WriteTest;
  readonly onFunctionOutput?: (output: FunctionOutput) => void;
  readonly onFunctionReload?: (functionName: string, changedFile: string) => void;
}

/** Opens what a server offers while a function is written; undefined: it is no server of development. */
export function openAuthoring(
  { config, clock, writeTest, onFunctionOutput, onFunctionReload }: Parts,
  feed: CallFeed,
): OpenedAuthoring | undefined {
  if (config.mode !== "development") return undefined;
  const own = createAuthoring(config, feed, clock, writeTest);
  return {
    ...own,
    onFunctionOutput: both(own.onFunctionOutput, onFunctionOutput),
    onFunctionReload(functionName, changedFile) {
      own.onFunctionReload(functionName, changedFile);
      onFunctionReload?.(functionName, changedFile);
    },
  };
}
