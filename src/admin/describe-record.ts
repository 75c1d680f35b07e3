import type { KeptCall, WholeCall } from "../store/index.ts";
import { describeEnding } from "./end-sentence.ts";
import type { callDetail, callSummary } from "./shapes/calls.ts";
import type { ValueOf } from "./shapes/schema-node.ts";
import { showTime } from "./shapes/words.ts";

type Summary = ValueOf<typeof callSummary>;
type Detail = ValueOf<typeof callDetail>;

/** A fact as it is kept; which members it has depends on its type, and whether texts are kept. */
interface KeptFact {
  readonly at: number;
  readonly type: string;
  readonly participantTag?: string;
  readonly state?: string;
  readonly cause?: string;
  readonly action?: string;
  readonly outcome?: NonNullable<Detail["actions"][number]["outcome"]>;
  readonly errorType?: string;
  readonly message?: string;
  readonly bucket?: string;
  readonly isTriedAgain?: boolean;
  readonly key?: string;
  readonly durationMs?: number;
  readonly samples?: number;
  readonly lostSamples?: number;
  readonly sha256?: string;
  readonly audio?: object;
  readonly encryption?: { readonly sent: string; readonly received: string };
  readonly trunk?: string;
  readonly problem?: { readonly type: string; readonly direction: string; readonly cause: string };
}

/** A call of the database, in short. */
export function summarizeKept(call: KeptCall, now: number): Summary {
  const { transactionId: id, startedAt, endedAt, direction, from, to, applicationId, sipRuleId } = call;
  const { endType, cause, isRedacted } = call;
  return {
    ...{ id, state: endedAt === undefined ? "live" : "ended", startedAt: showTime(startedAt) },
    ...(endedAt === undefined ? {} : { endedAt: showTime(endedAt) }),
    ...{ durationMs: Math.max(0, (endedAt ?? now) - startedAt), direction, from, to, applicationId },
    ...(sipRuleId === undefined ? {} : { sipRuleId }),
    ...(endType === undefined ? {} : { endType }),
    ...(cause === undefined ? {} : { cause }),
    isRedacted,
  };
}

/** What the database has of one call beyond that. */
export type KeptDetail = Pick<
  Detail,
  "legs" | "steps" | "actions" | "invocations" | "audio" | "recordings" | "nodeId" | "sentence" | "endedBy"
>;

/** All that the database has of one call. */
export function describeKept(call: WholeCall): KeptDetail {
  const facts = (call.facts as readonly KeptFact[]).toSorted((a, b) => a.at - b.at);
  return {
    nodeId: call.nodeId,
    ...describeEnding(call),
    legs: call.legs.map((leg) => describeLeg(leg, facts, call.isRedacted)),
    steps: describeSteps(call, facts),
    actions: describeActions(facts),
    invocations: call.invocations.map(({ sequence, event, target, askedAt, tookMs, outcome, why, mayRepeat }) => ({
      ...{ sequence, eventType: event, at: showTime(askedAt), target, outcome, mayRepeat },
      ...(outcome === "replied" ? { tookMs } : { failure: { reason: outcome, message: why ?? "" } }),
    })),
    audio: describeAudio(facts),
    recordings: describeRecordings(facts),
  };
}

function describeLeg(
  leg: WholeCall["legs"][number],
  facts: readonly KeptFact[],
  isRedacted: boolean,
): Detail["legs"][number] {
  const { id: callId, tag, kind, direction, from, to, startedAt, answeredAt, endedAt, cause, trunk, sipStatus } = leg;
  const sipCallId = isRedacted ? undefined : leg.sipCallId;
  const rang = facts.find((fact) => fact.state === "ringing" && fact.participantTag === tag && fact.at >= startedAt);
  return {
    ...{ participantTag: tag === "LEG-B" ? "LEG-B" : "LEG-A", callId, kind: kind === "meeting" ? kind : "telephone" },
    ...{ direction, from, to, startedAt: showTime(startedAt) },
    ...(rang === undefined ? {} : { ringingAt: showTime(rang.at) }),
    ...(answeredAt === undefined ? {} : { answeredAt: showTime(answeredAt) }),
    ...(endedAt === undefined ? {} : { endedAt: showTime(endedAt), state: "ended" }),
    ...present({ cause, sipStatus, sipCallId, trunk }),
  };
}

/** Actions of one type on one leg run one after the other. */
function describeActions(facts: readonly KeptFact[]): Detail["actions"] {
  const actions: { started: KeptFact; ended: KeptFact | undefined }[] = [];
  for (const fact of facts) {
    if (fact.type === "action-started") actions.push({ started: fact, ended: undefined });
    if (fact.type !== "action-ended") continue;
    const isOf = ({ started, ended }: (typeof actions)[number]) =>
      ended === undefined && started.action === fact.action && started.participantTag === fact.participantTag;
    const of = actions.findLast(isOf);
    if (of === undefined) actions.push({ started: fact, ended: fact });
    else of.ended = fact;
  }
  return actions.map(({ started, ended }) => ({
    ...{ type: started.action ?? "", ...tagOf(started), startedAt: showTime(started.at) },
    ...(ended === undefined ? {} : { endedAt: showTime(ended.at), tookMs: ended.at - started.at }),
    ...present({ outcome: ended?.outcome, errorType: ended?.errorType, message: ended?.message }),
  }));
}

function describeAudio(facts: readonly KeptFact[]): Detail["audio"] {
  return facts.flatMap((fact, index) => {
    if (fact.type !== "audio-ended") return [];
    const isOf = ({ type, participantTag }: KeptFact) =>
      type === "audio-encryption" && participantTag === fact.participantTag;
    const { encryption } = facts.slice(0, index).findLast(isOf) ?? {};
    return [{ at: fact.at, participantTag: fact.participantTag, audio: fact.audio, ...present({ encryption }) }];
  });
}

/** As each is known last: what was tried again may be stored. */
function describeRecordings(facts: readonly KeptFact[]): Detail["recordings"] {
  const known = facts.filter(({ type }) => type === "recording-stored" || type === "recording-lost");
  const isSame = (one: KeptFact) => (other: KeptFact) =>
    one.bucket === other.bucket && one.key === other.key && one.participantTag === other.participantTag;
  return known.filter((one) => known.findLast(isSame(one)) === one).map(describeRecording);
}

function describeRecording(fact: KeptFact): Detail["recordings"][number] {
  const { participantTag = "", bucket = "", key = "", at } = fact;
  const { durationMs, samples, lostSamples, sha256, message } = fact;
  const isStored = fact.type === "recording-stored";
  return {
    ...{ participantTag, bucket, key, state: isStored ? "stored" : fact.isTriedAgain === true ? "delayed" : "lost" },
    ...{ at: showTime(at), ...present({ durationMs, samples, lostSamples, sha256, message }) },
  };
}

type Step = Detail["steps"][number];
/** A step that is not in its place yet. */
type Moment = Omit<Step, "at" | "sinceBeginMs"> & { readonly at: number };

/** Facts that are steps, in the word for them and what else there is to say. */
const stepOf: Readonly<Record<string, (fact: KeptFact) => Omit<Moment, "at" | "participantTag"> | undefined>> = {
  "leg-signalled": ({ trunk }) => ({ what: "dialled", ...present({ detail: trunk && `by the trunk ${trunk}` }) }),
  "leg-changed": ({ state, cause }) => {
    if (state === "ended") return { what: "left", ...present({ detail: cause }) };
    return { what: state === "answered" ? "answered" : "ringing" };
  },
  "action-started": ({ action }) => ({ what: "action-started", ...present({ detail: action }) }),
  "action-ended": ({ action, outcome, errorType, message }) => ({
    what: "action-ended",
    detail: `${action} ${outcome}${errorType === undefined ? "" : `, ${errorType}`}${message === undefined ? "" : `: ${message}`}`,
  }),
  "audio-started": () => ({ what: "audio" }),
  "audio-encryption": ({ encryption }) => ({
    what: "encrypted",
    detail: encryption === undefined ? "" : `sent with ${encryption.sent}, received with ${encryption.received}`,
  }),
  "audio-problem": ({ problem }) => ({
    what: "problem",
    detail: problem === undefined ? "" : `${problem.type}, ${problem.direction}: ${problem.cause}`,
  }),
  "recording-stored": ({ bucket, key }) => ({ what: "recording-stored", detail: `${bucket}/${key}` }),
  "recording-lost": ({ bucket, key }) => ({ what: "recording-lost", detail: `${bucket}/${key}` }),
};

function describeSteps(call: WholeCall, facts: readonly KeptFact[]): readonly Step[] {
  const { startedAt, endedAt, endType, direction } = call;
  // The INVITE of a caller is the begin.
  const isBegin = ({ type, participantTag }: KeptFact) =>
    type === "leg-signalled" && participantTag === "LEG-A" && direction === "Inbound";
  const told = facts.flatMap((fact): readonly Moment[] => {
    if (isBegin(fact)) return [];
    const step = stepOf[fact.type]?.(fact);
    return step === undefined ? [] : [{ at: fact.at, ...step, ...tagOf(fact) }];
  });
  const asked = call.invocations.flatMap(({ askedAt, tookMs, event, outcome, target }): readonly Moment[] => [
    { at: askedAt, what: "asked", detail: `${event} of ${target}` },
    outcome === "replied"
      ? { at: askedAt + tookMs, what: "replied", detail: event }
      : { at: askedAt + tookMs, what: "not-replied", detail: `${event}: ${outcome}` },
  ]);
  const all: readonly Moment[] = [
    { at: startedAt, what: "began", detail: direction },
    ...[...told, ...asked].toSorted((a, b) => a.at - b.at),
    ...(endedAt === undefined ? [] : [{ at: endedAt, what: "ended", ...present({ detail: endType }) } as const]),
  ];
  // What comes late, such as a recording that is stored, comes after the end.
  return all
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, ...step }) => ({ at: showTime(at), sinceBeginMs: Math.max(0, at - startedAt), ...step }));
}

function tagOf({ participantTag }: KeptFact): { readonly participantTag?: string } {
  return participantTag === undefined ? {} : { participantTag };
}

/** The members that are there. */
function present<Members extends Readonly<Record<string, unknown>>>(members: Members) {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { readonly [Name in keyof Members]?: NonNullable<Members[Name]> };
}
