import type { Clock } from "../kernel/index.ts";
import { readCard, type ReadUses, type Shares } from "../cluster/index.ts";
import type { Admission } from "../control/index.ts";
import type { KeptNode } from "../store/index.ts";
import { callsOfTrunk, type Trunks } from "../trunks/index.ts";
import type { Config } from "./config/config.ts";

/** The name of limits.maxCalls among the limits that servers on one database share. */
export const allCalls = "calls";

/** What is in use here of limits that last as long as calls. */
export function usesOf(
  { limits }: Pick<Config, "limits">,
  admission: Pick<Admission, "calls">,
  trunks: Pick<Trunks, "list" | "report"> | undefined,
): ReturnType<ReadUses> {
  const report = trunks?.report() ?? {};
  const ofTrunks = (trunks?.list() ?? []).flatMap(({ name, maxCalls }) =>
    maxCalls === undefined ? [] : [[callsOfTrunk(name), { limit: maxCalls, use: report[name]?.calls ?? 0 }] as const],
  );
  return Object.fromEntries([[allCalls, { limit: limits.maxCalls, use: admission.calls() }], ...ofTrunks]);
}

/** A database that says nothing is not waited for longer. */
const longestWaitMs = 6_000;

/** Resolves when this server has its share of what others on the database have had until now: before that it would refuse calls which they have room for. */
export async function untilShared(
  { settled }: Pick<Shares, "settled">,
  clock: Pick<Clock, "startTimer">,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const limit = clock.startTimer(longestWaitMs, resolve);
    void settled.then(() => {
      limit.cancel();
      resolve();
    });
  });
}

/** What others on the database have of them. */
export function sharesOf(others: readonly KeptNode[]): Parameters<Shares["take"]>[0] {
  return others.map(({ nodeId: id, card }) => ({ id, shares: readCard(card)?.shares }));
}
