import { tagOf } from "../../../src/call/index.ts";
import {
  changeActions,
  changeEffects,
  changeGiven,
  changeOutcome,
  dropEffects,
  type Given,
  type Machine,
  type Mutation,
} from "./mutation.ts";

/** The list stands still when the leg is answered, though its action waits for that. */
function forgetAnswer(machine: Machine): Machine {
  return (config, before, input) => {
    const { running } = before.list;
    if (input.type !== "leg-answered" || running?.phase.type !== "answering") return machine(config, before, input);
    const [after, effects] = machine(config, { ...before, list: { ...before.list, running: undefined } }, input);
    return [{ ...after, list: { ...after.list, running } }, effects];
  };
}

/** Points each action that names a leg in two ways to the one of the tag. */
function followTag({ before, input }: Given): Partial<Given> {
  if (input.type !== "function-replied" || input.reply.type !== "response") return {};
  const text = JSON.stringify(input.reply.value);
  if (text === undefined) return {};
  const value: unknown = JSON.parse(text, (_key, member: unknown) => {
    if (typeof member !== "object" || member === null || !("CallId" in member && "ParticipantTag" in member))
      return member;
    const leg = before.legs.findLast((one) => tagOf(one) === member.ParticipantTag);
    return leg === undefined ? member : { ...member, CallId: leg.id };
  });
  return { input: { ...input, reply: { ...input.reply, value } } };
}

/** Faults in the order of the list and in the timers of the call. */
export const listMutations: readonly Mutation[] = [
  {
    meaning: "a failed action does not clear the list",
    breaks: "actions and events follow the contract",
    mutate: changeOutcome(({ before, after, effects }) => {
      const hasFailed = effects.some(
        ({ do: what, ...effect }) =>
          what === "observe" &&
          "fact" in effect &&
          effect.fact?.type === "action-ended" &&
          effect.fact.outcome === "failed",
      );
      const isCleared = hasFailed && after.list.queue.length === 0 && before.list.running !== undefined;
      return isCleared ? { after: { ...after, list: { ...after.list, queue: before.list.queue } } } : {};
    }),
  },
  {
    meaning: "a success in mid-list does not hold the list",
    breaks: "actions and events follow the contract",
    mutate: changeOutcome(({ after }) => ({ after: { ...after, list: { ...after.list, heldByReply: false } } })),
  },
  {
    meaning: "an action that cannot be interrupted is",
    breaks: "actions and events follow the contract",
    mutate: changeActions((action) => ({ ...action, interruptible: true })),
  },
  {
    meaning: "an interrupted action goes on playing",
    breaks: "what is opened on a leg is closed, and closed once",
    mutate: changeActions((action) => ({ ...action, stop: () => [] })),
  },
  {
    meaning: "an answered leg does not begin the action that answered it",
    breaks: "actions and events follow the contract",
    mutate: forgetAnswer,
  },
  {
    meaning: "an action goes on though its leg has left",
    breaks: "actions and events follow the contract",
    mutate: changeOutcome(({ before, after, input }) => {
      const { running } = before.list;
      const isGone = input.type === "leg-ended" && running?.legId === input.legId && after.list.running === undefined;
      return isGone && running?.phase.type === "running"
        ? { after: { ...after, list: { ...after.list, running } } }
        : {};
    }),
  },
  {
    meaning: "events wait for ever for a recording that never comes",
    breaks: "timers run while they are needed, and no longer",
    mutate: dropEffects((effect, { after }) => effect.do === "start-timer" && effect.timerId === after.timers.awaited),
  },
  {
    meaning: "a cancelled timer is forgotten, but fires",
    breaks: "timers run while they are needed, and no longer",
    mutate: dropEffects((effect) => effect.do === "cancel-timer"),
  },
  {
    meaning: "the id of a timer is used again",
    breaks: "timers run while they are needed, and no longer",
    mutate: changeOutcome(({ before, after, effects }) => {
      const names = Object.keys(after.timers) as (keyof typeof after.timers)[];
      const started = names.filter((name) => after.timers[name] !== before.timers[name]);
      const ids = new Map(started.map((name) => [after.timers[name], `t-${name}`]));
      const timers = Object.fromEntries(names.map((name) => [name, ids.get(after.timers[name]) ?? after.timers[name]]));
      return {
        after: { ...after, timers },
        effects: effects.map((effect) =>
          effect.do === "start-timer" ? { ...effect, timerId: ids.get(effect.timerId) ?? effect.timerId } : effect,
        ),
      };
    }),
  },
  {
    meaning: "ParticipantTag wins over CallId",
    breaks: "actions and events follow the contract",
    mutate: changeGiven(followTag),
  },
  {
    meaning: "the operator is not told why an action failed",
    breaks: "a failure is named for what went wrong",
    mutate: dropEffects((effect) => effect.do === "warn"),
  },
  {
    meaning: "the time of a timer is doubled",
    breaks: "timers run while they are needed, and no longer",
    mutate: changeEffects((effect) =>
      effect.do === "start-timer" ? { ...effect, delayMs: effect.delayMs * 2 } : effect,
    ),
  },
];
