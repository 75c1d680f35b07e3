import type { KeptLeg, WholeCall } from "../store/index.ts";

/** Whose end was the end of a call, and why it ended in one sentence. */
export interface CallEnding {
  readonly endedBy: "LEG-A" | "LEG-B" | "application" | "server";
  readonly sentence: string;
}

/** By the word for the end: who, and what that one did. `party`: the far end of the leg that ended last. */
const endings: Readonly<Record<string, { readonly by: "party" | "application" | "server"; readonly says: string }>> = {
  bye: { by: "party", says: "hung up" },
  cancelled: { by: "party", says: "gave up before the answer" },
  rejected: { by: "party", says: "refused the call" },
  unreachable: { by: "party", says: "could not be reached" },
  "no-common-codec": { by: "party", says: "and this server know no common codec" },
  "no-ack": { by: "party", says: "never acknowledged the answer" },
  "no-media": { by: "party", says: "sent no audio any more" },
  "not-answered": { by: "party", says: "did not answer in time" },
  "meeting-left": { by: "party", says: "left, since the meeting ended" },
  "hung-up": { by: "application", says: "hung up" },
  overdue: { by: "application", says: "let the caller wait too long for a first action" },
  "no-actions": { by: "application", says: "began without an action" },
  "bad-replies": { by: "application", says: "gave replies that cannot be used" },
  "function-failed": { by: "application", says: "failed" },
  "too-many-invocations": { by: "application", says: "was asked more often than a call may" },
  "too-long": { by: "server", says: "ended it: a call may be no longer" },
  "server-stops": { by: "server", says: "ended it, since it stopped" },
  failed: { by: "server", says: "ended it: something of its own failed" },
};

/** Says it of a call that has ended; undefined: it has not, or nobody knows. */
export function describeEnding(call: WholeCall): CallEnding | undefined {
  const { endedAt, endType, startedAt, legs, cause } = call;
  if (endedAt === undefined || endType === undefined) return undefined;
  const { by, says } = endings[endType] ?? { by: "server", says: `ended it (${endType})` };
  const last = legs.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)).at(-1);
  const tag = last?.tag === "LEG-B" ? "LEG-B" : "LEG-A";
  const who = { party: nameParty(last), application: "The application", server: "The server" }[by];
  const answeredAt = legs.find((leg) => leg.tag === tag)?.answeredAt;
  const when =
    answeredAt === undefined
      ? `${seconds(endedAt - startedAt)} after the call began, without an answer`
      : `${seconds(endedAt - answeredAt)} after the answer`;
  const why = cause === undefined || cause === "" ? "" : ` (${cause})`;
  return { endedBy: by === "party" ? tag : by, sentence: `${whoLeftBefore(legs, last)}${who} ${says}, ${when}${why}.` };
}

/** Of two who talked, the one who left first is often the one that is looked for. */
function whoLeftBefore(legs: readonly KeptLeg[], last: KeptLeg | undefined): string {
  const first = legs.find(({ id, answeredAt }) => id !== last?.id && answeredAt !== undefined);
  if (first === undefined) return "";
  return `${first.tag} left first${first.cause === undefined ? "" : ` (${first.cause})`}. `;
}

function nameParty(leg: Pick<KeptLeg, "tag" | "kind" | "direction"> | undefined): string {
  if (leg?.kind === "meeting") return "The telephone";
  if (leg?.tag === "LEG-B") return "The party that was called for LEG-B";
  return leg?.direction === "Outbound" ? "The called party" : "The caller";
}

function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
}
