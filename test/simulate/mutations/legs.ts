import { tagOf } from "../../../src/call/index.ts";
import type { CallEffect, CallState, Leg } from "../../../src/call/index.ts";
import { changeEffects, changeOutcome, dropEffects, type Machine, type Mutation, type Taken } from "./mutation.ts";

type PendingEvent = CallState["pendingEvents"][number];

/** The leg that ended in this step, as it was before. */
function legThatLeft({ before, after }: Taken): Leg | undefined {
  const isUp = (legs: readonly Leg[], id: string): boolean =>
    legs.some((leg) => leg.id === id && leg.state.type !== "ended");
  return before.legs.find(({ id }) => isUp(before.legs, id) && !isUp(after.legs, id));
}

function aHangUp(leg: Leg, { participants }: Pick<PendingEvent, "participants">): PendingEvent {
  return {
    type: "HANGUP",
    actionData: { Type: "Hangup", Parameters: { SipResponseCode: 0, CallId: leg.id, ParticipantTag: tagOf(leg) } },
    error: undefined,
    participants,
    legId: leg.id,
    releasesList: false,
    successAfterwards: undefined,
    awaited: undefined,
  };
}

/** Tells a HANGUP of a leg that left, where the contract has none. */
function hangUpOf(isMeant: (leg: Leg, taken: Taken) => boolean): Mutation["mutate"] {
  return changeOutcome((taken) => {
    const leg = legThatLeft(taken);
    if (leg === undefined || !isMeant(leg, taken) || taken.after.finished) return {};
    const hangUp = aHangUp(leg, { participants: [] });
    return { after: { ...taken.after, pendingEvents: [...taken.after.pendingEvents, hangUp] } };
  });
}

function isStop(effect: CallEffect, id: string | undefined): boolean {
  return effect.do === "cancel-timer" && effect.timerId === id;
}

function startedHangUp({ before, after }: Taken): PendingEvent | undefined {
  const { invocation } = after;
  const isNew = invocation !== undefined && invocation.sequence !== before.invocation?.sequence;
  return isNew && invocation.pending.type === "HANGUP" ? invocation.pending : undefined;
}

/** Takes a step as if the server stopped when one leg leaves and another is up. */
function endAllWithOne(machine: Machine): Machine {
  return (config, before, input) => {
    const [after, effects] = machine(config, before, input);
    const isOneLeft = after.legs.some((leg) => leg.state.type === "answered");
    if (input.type !== "leg-ended" || !isOneLeft) return [after, effects];
    const [next, more] = machine(config, after, { type: "shutdown", at: input.at });
    return [next, [...effects, ...more]];
  };
}

/** Faults in the life of legs. */
export const legMutations: readonly Mutation[] = [
  {
    meaning: "HANGUP is told twice",
    breaks: "one HANGUP per leg that existed, and none after",
    mutate: changeOutcome((taken) => {
      const again = startedHangUp(taken);
      return again === undefined
        ? {}
        : { after: { ...taken.after, pendingEvents: [...taken.after.pendingEvents, again] } };
    }),
  },
  {
    meaning: "a LEG-B that never answered gets a HANGUP",
    breaks: "one HANGUP per leg that existed, and none after",
    mutate: hangUpOf((leg) => leg.calledFor !== undefined && leg.state.type !== "answered"),
  },
  {
    meaning: "a LEG-B that left before LEG-A was up gets a HANGUP",
    breaks: "one HANGUP per leg that existed, and none after",
    mutate: hangUpOf(
      (leg, { after }) =>
        leg.calledFor !== undefined && leg.state.type === "answered" && after.legs[0]?.state.type === "answering",
    ),
  },
  {
    meaning: "the other leg is released when one hangs up",
    breaks: "actions and events follow the contract",
    mutate: endAllWithOne,
  },
  {
    meaning: "the bridge is not closed when a leg leaves",
    breaks: "a bridge joins two legs that have audio, until one leaves",
    mutate: dropEffects((effect) => effect.do === "unbridge-legs"),
  },
  {
    meaning: "a background recording is not stopped with its leg",
    breaks: "what is opened on a leg is closed, and closed once",
    mutate: dropEffects((effect, taken) => effect.do === "stop-call-recording" && legThatLeft(taken) !== undefined),
  },
  {
    meaning: "the ring timer goes on after the answer",
    breaks: "timers run while they are needed, and no longer",
    mutate: dropEffects(
      (effect, { input, before }) => input.type === "leg-answered" && isStop(effect, before.legs[0]?.timers.ring),
    ),
  },
  {
    meaning: "a listener stays when its leg has gone",
    breaks: "the parts of the state fit each other",
    mutate: changeOutcome((taken) => {
      const leg = legThatLeft(taken);
      const kept = taken.before.listeners.filter((listener) => listener.legId === leg?.id);
      return { after: { ...taken.after, listeners: [...taken.after.listeners, ...kept] } };
    }),
  },
  {
    meaning: "the record of a leg does not say why it ended",
    breaks: "every record is written",
    mutate: changeEffects((effect) =>
      effect.do === "observe" && effect.fact.type === "leg-changed"
        ? { ...effect, fact: { ...effect.fact, cause: undefined } }
        : effect,
    ),
  },
  {
    meaning: "a LEG-B that is given up is left ringing",
    breaks: "every call ends",
    mutate: dropEffects((effect, { after }) => {
      if (effect.do !== "hang-up-leg") return false;
      return after.legs.find((leg) => leg.id === effect.legId)?.calledFor !== undefined;
    }),
  },
  {
    meaning: "an outbound call is not dialled when its first event is answered",
    breaks: "actions and events follow the contract",
    mutate: dropEffects((effect, { after }) => effect.do === "dial-leg" && effect.legId === after.legs[0]?.id),
  },
  {
    meaning: "the end of the call is said before its last record",
    breaks: "every call ends",
    mutate: changeOutcome(({ effects }) => ({
      effects: [
        ...effects.filter((effect) => effect.do === "end-call"),
        ...effects.filter((effect) => effect.do !== "end-call"),
      ],
    })),
  },
];
