import { createAdmin } from "../admin/index.ts";
import type { OwnRoutes } from "../api/index.ts";
import { createSite } from "../pages/index.ts";
import type { Media } from "../media/index.ts";
import { createMetrics, type CallCounts, type Snapshot } from "../metrics/index.ts";
import { join } from "node:path";
import { packageRoot, type Logger } from "../kernel/index.ts";
import { createAdminSource, type AdminSourceParts } from "./admin-source.ts";

/** What a server shows of itself comes from these. */
export interface AdminParts extends AdminSourceParts {
  readonly media: Media;
  readonly counts: CallCounts;
  readonly log: Logger;
}

/** Where the build puts the console. */
const consoleFolder = join(packageRoot(), "dist", "console");

/** Opens what a server shows of itself on the port of its API. */
export function openAdmin(parts: AdminParts): OwnRoutes {
  const { version, admission, counts, calls, clock, log } = parts;
  const isLive = (transactionId: string) => calls.stateOf(transactionId) !== undefined;
  return createAdmin({
    ...{ source: createAdminSource(parts), version, clock, log },
    site: createSite(consoleFolder),
    whyNotReady: () => whyNotReady(admission),
    metrics: createMetrics({ version, calls: counts, isLive, snapshot: () => takeSnapshot(parts) }),
  });
}

function whyNotReady(admission: AdminParts["admission"]) {
  const closed = admission.whyClosed("ping");
  return closed?.cause === "starting" || closed?.cause === "draining"
    ? { status: closed.cause, why: closed.why }
    : undefined;
}

function takeSnapshot({ admission, config, media, server }: AdminParts): Snapshot {
  const running = server();
  const { rtpPackets, refusals, trunks: _described, ...open } = running.ledger();
  const unstored = running.unstoredRecordings();
  const closed = whyNotReady(admission);
  return {
    isReady: closed === undefined,
    isDraining: closed?.status === "draining",
    maxCalls: config.limits.maxCalls,
    ...{ open, packets: rtpPackets, media: media.load(), refusals, sipMessages: running.sipMessages() },
    functions: Object.fromEntries(
      Object.entries(running.functionCounts()).map(([name, one]) => [
        name,
        { ...one, isCircuitOpen: one.circuit?.state === "open" || one.circuit?.state === "trying" },
      ]),
    ),
    trunks: running.trunks().map(({ name, state, calls, isRegistered }) => ({ name, state, calls, isRegistered })),
    spool: {
      waiting: unstored.filter(({ isTriedAgain }) => isTriedAgain).length,
      givenUp: unstored.filter(({ isTriedAgain }) => !isTriedAgain).length,
    },
    kept: running.journal(),
  };
}
