import type { Clock } from "../kernel/index.ts";
import type { OnStep } from "./check/check-setup.ts";
import type { SetupFinding } from "./check/finding.ts";
import type { Config } from "./config/types.ts";

/** Checks a setup (`check/check-setup.ts`). The modules are loaded at this call, as for a start: other commands need none of them. */
export async function checkSetup(config: Config, clock: Clock, onStep: OnStep): Promise<readonly SetupFinding[]> {
  const check = await import("./check/check-setup.ts");
  return check.checkSetup(config, clock, onStep);
}
