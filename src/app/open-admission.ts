import type { Shares } from "../cluster/index.ts";
import { createAdmission, readDescriptors, whyTooFewDescriptors, type Admission } from "../control/index.ts";
import type { Invoker } from "../invoke/index.ts";
import { mainThreadMs, type Clock, type Logger } from "../kernel/index.ts";
import type { Media } from "../media/index.ts";
import type { Config } from "./config/config.ts";
import { allCalls } from "./shared-limits.ts";

/** What it is opened with. */
interface Parts {
  readonly config: Pick<Config, "limits">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens admission: how many calls this server takes, of those that all may have. */
export function openAdmission(
  { config, clock, log }: Parts,
  shares: Pick<Shares, "of">,
  invoker: Invoker,
  media: Media,
): Admission {
  const descriptors = readDescriptors();
  const tooFew = whyTooFewDescriptors(descriptors, config.limits.maxCalls);
  if (tooFew !== undefined) log.warn({ limit: descriptors.limit }, tooFew);
  return createAdmission({
    descriptors,
    maxCalls: config.limits.maxCalls,
    shareOf: (maxCalls, calls) => shares.of(allCalls, maxCalls, calls),
    clock,
    log,
    invokerLoad: () => invoker.load(),
    mediaLoad: () => media.load(),
    mainThreadMs,
  });
}
