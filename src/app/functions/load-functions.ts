import type { Invoker, UnloadedFunction } from "../../invoke/index.ts";
import { AppError, type Logger } from "../../kernel/index.ts";
import type { Config } from "../config/types.ts";

/** Loads every function, so that the first call finds it warm, and logs those that cannot be loaded.
 * @throws AppError INVOKE_CANNOT_LOAD in production when an application has such a function, unless the configuration allows it */
export async function loadFunctions(
  config: Pick<Config, "applications" | "functionsMustLoad" | "mode">,
  invoker: Pick<Invoker, "warmUp">,
  log: Logger,
): Promise<readonly UnloadedFunction[]> {
  const unloaded = await invoker.warmUp();
  for (const { functionName, message, stack } of unloaded) {
    log.error({ function: functionName, stack }, `function ${functionName} cannot be loaded: ${message}`);
  }
  if (config.mode !== "production" || !config.functionsMustLoad) return unloaded;
  const needed = unloaded.flatMap(({ functionName, message }) => {
    const users = config.applications.filter(({ functionArn }) => nameOf(functionArn) === functionName);
    const names = users.map(({ name }) => `"${name}"`).join(", ");
    return users.length === 0 ? [] : [`Function ${functionName} of ${names} cannot be loaded: ${message}`];
  });
  if (needed.length > 0) {
    const hint = "functionsMustLoad: false in the configuration starts the server all the same.";
    throw new AppError("INVOKE_CANNOT_LOAD", [...needed, hint].join("\n"));
  }
  return unloaded;
}

function nameOf(functionArn: string): string | undefined {
  return functionArn.split(":function:")[1]?.split(":")[0];
}
