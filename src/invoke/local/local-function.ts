import { newId, type Timer } from "../../kernel/index.ts";
import type { InvocableFunction } from "../invocable-function.ts";
import type { FunctionOutput, InvokerOptions, LocalFunction } from "../types.ts";
import { startFunctionProcess } from "./function-process.ts";
import type { FunctionRuntime } from "./function-runtime.ts";
import { createIdleWatch } from "./idle-watch.ts";
import { createOutputMeter } from "./output-meter.ts";
import type { ProcessGuard } from "./process-guard.ts";
import { createProcessPool } from "./pool/process-pool.ts";
import { watchSources } from "./source-watcher.ts";

/** An editor saves in several steps; the new code is loaded once files have been quiet for this long. */
const quietMs = 25;

/** A function in processes of this machine. Watches its folder when `local.reload`. */
export async function openLocalFunction(
  local: LocalFunction,
  runtime: FunctionRuntime,
  options: InvokerOptions,
  guard: ProcessGuard,
): Promise<InvocableFunction> {
  const { clock, log } = options;
  const meter = createOutputMeter(clock, (bytes) =>
    log.warn({ function: local.name, bytes }, `function ${local.name} prints too much: ${bytes} bytes were left out`),
  );
  const onOutput = (output: FunctionOutput): void => options.onOutput?.(output);
  const pool = createProcessPool({
    functionName: local.name,
    timeoutMs: local.timeoutMs,
    maxProcesses: Math.max(1, local.maxProcesses),
    clock,
    newRequestId: newId,
    hasIdleProcessor: createIdleWatch(clock),
    startProcess: (delegate, isFurther) =>
      startFunctionProcess(
        {
          ...{ local, runtime, region: options.region, clock, guard, meter, onOutput, isFurther },
          surroundings: options.environmentFor?.(local) ?? {},
        },
        delegate,
      ),
    onReloaded: (changedFile) => {
      log.info({ function: local.name, file: changedFile }, "function loaded again");
      options.onReload?.(local.name, changedFile);
    },
    onReloadFailed: (changedFile, { message, stack }) => {
      const text = `function ${local.name} cannot be loaded since ${changedFile} changed: ${message}`;
      log.error({ function: local.name, file: changedFile, stack }, text);
    },
  });

  let quiet: Timer | undefined;
  const watcher = local.reload
    ? await watchSources(runtime.folder, runtime.file, (file) => {
        quiet?.cancel();
        quiet = clock.startTimer(quietMs, () => pool.reload(file));
      })
    : undefined;

  return {
    name: local.name,
    invoke: (event) => pool.invoke(event),
    warmUp: () => pool.warmUp(),
    ledger: () => pool.ledger(),
    queue: () => pool.queue(),
    async close() {
      quiet?.cancel();
      await watcher?.close();
      await pool.close();
      meter.close();
    },
  };
}
