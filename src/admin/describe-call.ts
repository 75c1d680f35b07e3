import { tagOf, type CallState, type Leg } from "../call/index.ts";
import type { PastCall, PastCallRecord, PastInvocation } from "../history/index.ts";
import type { callDetail, callSummary } from "./shapes/calls.ts";
import type { ValueOf } from "./shapes/schema-node.ts";
import type { KeptDetail } from "./describe-record.ts";
import { showTime } from "./shapes/words.ts";

type Summary = ValueOf<typeof callSummary>;
type Detail = ValueOf<typeof callDetail>;

/** A call that is up, in short. */
export function summarizeLive(state: CallState, now: number): Summary {
  const { transactionId: id, startedAt, legs, target, sipRuleId, cause, endType } = state;
  const [leg] = legs;
  return {
    ...{ id, state: "live", startedAt: showTime(startedAt), durationMs: Math.max(0, now - startedAt) },
    ...(leg === undefined ? {} : { direction: leg.direction, from: leg.from, to: leg.to }),
    applicationId: target.applicationId,
    ...(sipRuleId === undefined ? {} : { sipRuleId }),
    ...(endType === undefined ? {} : { endType }),
    ...(cause === undefined ? {} : { cause }),
    isRedacted: false,
  };
}

/** A call that is over, in short. */
export function summarizePast({ startedAt, endedAt, ...rest }: PastCall): Summary {
  const ended = endedAt !== undefined && { endedAt: showTime(endedAt), durationMs: Math.max(0, endedAt - startedAt) };
  return { ...rest, startedAt: showTime(startedAt), ...ended };
}

/** What a call that is up does now. */
export function describeLive(state: CallState): Pick<Detail, "legs" | "action" | "waitingActions" | "waitsFor"> {
  const { legs, list, invocation, recordings } = state;
  const { running } = list;
  const legOf = (legId: string) => legs.find(({ id }) => id === legId);
  const described = legs.map((leg) => describeLeg(leg, recordings.find(({ legId }) => legId === leg.id)?.state));
  const acting = running && legOf(running.legId);
  return {
    legs: described,
    ...(running === undefined
      ? {}
      : {
          action: {
            type: running.request.type,
            ...(acting === undefined ? {} : { participantTag: tagOf(acting) }),
            parameters: running.echo,
          },
        }),
    waitingActions: [...list.queue, ...(list.replacement ?? [])].map(({ type }) => type),
    ...(invocation === undefined
      ? {}
      : {
          waitsFor: {
            sequence: invocation.sequence,
            eventType: invocation.pending.type,
            askedAt: showTime(invocation.askedAt),
          },
        }),
  };
}

/** The same, with what the database has of the same legs: their dialogs, and when they rang. */
export function withKeptLegs(live: ReturnType<typeof describeLive>, kept: KeptDetail["legs"]): typeof live {
  return { ...live, legs: live.legs.map((leg) => ({ ...kept.find(({ callId }) => callId === leg.callId), ...leg })) };
}

function describeLeg(leg: Leg, recording: Detail["legs"][number]["recording"]): Detail["legs"][number] {
  const { id, kind, direction, from, to, startedAt, state } = leg;
  return {
    ...{ participantTag: tagOf(leg), callId: id, kind, direction, from, to, startedAt: showTime(startedAt) },
    state: state.type,
    ...(state.type === "answered" ? { answeredAt: showTime(state.answeredAt) } : {}),
    ...(state.type === "ended" ? { endedAt: showTime(state.endedAt) } : {}),
    ...(recording === undefined ? {} : { recording }),
  };
}

/** What a history alone has of a call: legs are those that it began with. undefined: there is none. */
export function describeHistory(record: PastCallRecord | undefined): KeptDetail {
  return {
    legs: record?.legs.map((leg) => ({ ...leg, startedAt: showTime(leg.startedAt) })) ?? [],
    invocations: record?.invocations.map(describeInvocation) ?? [],
    audio: record?.audio.map((one) => ({ ...one })) ?? [],
    ...{ steps: [], actions: [], recordings: [] },
  };
}

/** Invocations with their events and replies, which only a history has. */
export function withContent(
  invocations: Detail["invocations"],
  history: PastCallRecord | undefined,
): Detail["invocations"] {
  if (history === undefined) return invocations;
  const { invocations: contents } = history;
  const known = new Map(invocations.map((one) => [one.sequence, one]));
  // One that is under way is in the history only, and one that was told by another server in the database only.
  const all = contents.map((content) => ({ ...known.get(content.sequence), ...describeInvocation(content) }));
  const told = new Set(contents.map(({ sequence }) => sequence));
  return [...all, ...invocations.filter(({ sequence }) => !told.has(sequence))];
}

function describeInvocation({ at, event, reply, ...rest }: PastInvocation): Detail["invocations"][number] {
  return { ...rest, at: showTime(at), event, ...(reply === undefined ? {} : { reply }) };
}
