import { nameLastEvent, type ScriptedCall } from "../scene/index.ts";
import type { WrittenStep } from "../script/index.ts";

/** Something that is wrong with a call. */
export interface Fault {
  readonly kind: "silence" | "endless loop" | "failing list" | "nobody ends it";
  /** The same for the same fault of another call. */
  readonly key: string;
  /** What happens, in a sentence. */
  readonly what: string;
  /** Steps that fail as long as it is so. */
  readonly shownBy: readonly WrittenStep[];
}

/** So long nothing may happen around somebody who is left, milliseconds of virtual time. */
const patienceMs = 5_000;
/** So long a call may go on in which no far end does anything. */
export const longestAloneMs = 30 * 60_000;
/** So many invocations without anything of a far end are a loop. */
const mostInvocations = 100;

/** Looks for what is wrong at this moment of a call. */
export async function findFault(call: ScriptedCall): Promise<Fault | undefined> {
  const [finding] = call.findings;
  if (finding !== undefined) {
    const key = `failing list: ${withoutIds(finding)}`;
    return { kind: "failing list", key, what: finding, shownBy: [{ hasNoFindings: true }] };
  }
  if (call.leftInSilence.length === 0) return undefined;
  await call.waits(patienceMs);
  const left = call.leftInSilence;
  if (left.length === 0) return undefined;
  const after = nameLastEvent(call.events);
  const what = `${left.join(" and ")} hears nothing, and nothing is to come, after ${after}`;
  return {
    kind: "silence",
    key: `silence: ${left.join()} ${after}`,
    what,
    shownBy: [{ waits: patienceMs }, { nobodyIsLeft: true }],
  };
}

/** Lets far ends do nothing any more, and looks whether the call comes to its end. */
export async function findEndlessness(call: ScriptedCall): Promise<Fault | undefined> {
  const from = call.elapsedMs;
  const before = call.events.length;
  while (call.endedBy === undefined && call.elapsedMs - from < longestAloneMs) {
    await call.waits(10_000);
    const fault = await findFault(call);
    if (fault !== undefined) return fault;
    const invocations = call.events.length - before;
    if (invocations < mostInvocations) continue;
    const after = nameLastEvent(call.events);
    const what = `the function is asked ${invocations} times in ${Math.round((call.elapsedMs - from) / 1_000)} s in which nobody does anything; last ${after}`;
    return {
      kind: "endless loop",
      key: `endless loop: ${after}`,
      what,
      shownBy: [{ ends: true, withinMs: longestAloneMs }],
    };
  }
  if (call.endedBy !== undefined) return findRefusal(call);
  if (call.isBridged) return undefined;
  const after = nameLastEvent(call.events);
  const what = `the call goes on after ${longestAloneMs / 60_000} minutes in which nobody does anything; last ${after}`;
  return {
    kind: "nobody ends it",
    key: `nobody ends it: ${after}`,
    what,
    shownBy: [{ ends: true, withinMs: longestAloneMs }],
  };
}

/** A caller whom no action answered. */
function findRefusal(call: ScriptedCall): Fault | undefined {
  if (call.endedBy === undefined || !/no action answered/.test(call.endedBy)) return undefined;
  const what = `the caller hears ringing only: ${call.endedBy}`;
  return { kind: "silence", key: "silence: unanswered", what, shownBy: [{ isAnswered: true }] };
}

function withoutIds(text: string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(id)").replace(/\d{3,}/g, "(number)");
}
