import { join } from "node:path";
import { createCallSounds, type CallSounds } from "../recordings/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Config } from "./config/config.ts";

/** What the server is opened with. */
interface Opening {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
}

/** While a function is written, the sound of the latest calls is kept for who looks at them. */
export async function openSounds({ config, clock, log }: Opening, cleanup: Cleanup): Promise<CallSounds | undefined> {
  if (config.mode !== "development") return undefined;
  return cleanup.add(await createCallSounds(join(config.dataFolder, "sounds"), clock, log));
}
