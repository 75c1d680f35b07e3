import { changeEffects, changeGiven, changeLimits, changeOutcome, dropEffects, type Mutation } from "./mutation.ts";

/** Faults in how the function is asked and its replies are taken. */
export const invocationMutations: readonly Mutation[] = [
  {
    meaning: "a loop of failing actions is not slowed down",
    breaks: "actions and events follow the contract",
    mutate: changeLimits(({ invocationsPerSecond }) => ({ invocationsPerSecond: invocationsPerSecond + 1 })),
  },
  {
    meaning: "Sequence is not advanced",
    breaks: "one invocation at a time, Sequence without gaps",
    mutate: changeOutcome(({ before, after }) => ({ after: { ...after, sequence: before.sequence } })),
  },
  {
    meaning: "a second invocation begins while one is under way",
    breaks: "one invocation at a time, Sequence without gaps",
    mutate: changeGiven(({ before, input }) =>
      before.pendingEvents.length > 1 && input.type !== "function-replied"
        ? { before: { ...before, invocation: undefined } }
        : {},
    ),
  },
  {
    meaning: "a reply to an earlier invocation is taken",
    breaks: "one invocation at a time, Sequence without gaps",
    mutate: changeGiven(({ before, input }) =>
      input.type === "function-replied" && before.invocation !== undefined
        ? { input: { ...input, invocationId: before.invocation.id } }
        : {},
    ),
  },
  {
    meaning: "no invocation is kept back for HANGUP",
    breaks: "one invocation at a time, Sequence without gaps",
    mutate: changeLimits(({ invocationsPerCall }) => ({ invocationsPerCall: invocationsPerCall + 1 })),
  },
  {
    meaning: "a retry has the whole deadline again",
    breaks: "actions and events follow the contract",
    mutate: changeEffects((effect, { config, after }) =>
      effect.do === "invoke" && after.invocation?.retried === true
        ? { ...effect, deadlineMs: config.limits.functionDeadlineMs }
        : effect,
    ),
  },
  {
    meaning: "a function is asked again before the time that it asked for",
    breaks: "actions and events follow the contract",
    mutate: changeEffects((effect, { after }) =>
      effect.do === "start-timer" && effect.timerId === after.timers.retry
        ? { ...effect, delayMs: effect.delayMs - 1 }
        : effect,
    ),
  },
  {
    meaning: "the function that stands in is not asked",
    breaks: "actions and events follow the contract",
    mutate: changeGiven(({ input }) => {
      if (input.type !== "function-replied" || input.reply.type !== "failed") return {};
      const { fallback: _left, ...reply } = input.reply;
      return { input: { ...input, reply } };
    }),
  },
  {
    meaning: "the function that stands in is asked a third time",
    breaks: "one invocation at a time, Sequence without gaps",
    mutate: changeGiven(({ before }) =>
      before.invocation?.via === undefined
        ? {}
        : { before: { ...before, invocation: { ...before.invocation, retried: false } } },
    ),
  },
  {
    meaning: "the actions for a function that fails are those of the last one that was asked",
    breaks: "actions and events follow the contract",
    mutate: changeGiven(({ before }) => {
      if (before.invocation === undefined) return {};
      const { fallbackActions: _left, ...invocation } = before.invocation;
      return { before: { ...before, invocation } };
    }),
  },
  {
    meaning: "the actions for a function that fails begin again at their end",
    breaks: "actions and events follow the contract",
    mutate: changeGiven(({ before }) => ({ before: { ...before, fallbackRuns: false } })),
  },
  {
    meaning: "a third invalid reply is tolerated",
    breaks: "actions and events follow the contract",
    mutate: changeLimits(({ invalidReplies }) => ({ invalidReplies: invalidReplies + 1 })),
  },
  {
    meaning: "attributes of a reply are merged into the old ones",
    breaks: "actions and events follow the contract",
    mutate: changeOutcome(({ before, after }) =>
      after.attributes === undefined
        ? {}
        : { after: { ...after, attributes: { ...before.attributes, ...after.attributes } } },
    ),
  },
  {
    meaning: "the participants of an event are those of a later one",
    breaks: "actions and events follow the contract",
    mutate: changeOutcome(({ after }) => {
      const participants = after.pendingEvents.at(-1)?.participants ?? [];
      return { after: { ...after, pendingEvents: after.pendingEvents.map((event) => ({ ...event, participants })) } };
    }),
  },
  {
    meaning: "an update is told without its arguments",
    breaks: "events and participants are well-formed",
    mutate: changeGiven(({ input }) =>
      input.type === "update-requested" ? { input: { ...input, arguments: {} } } : {},
    ),
  },
  {
    meaning: "what is wrong with a reply is not told to observers",
    breaks: "actions and events follow the contract",
    mutate: dropEffects((effect) => effect.do === "observe" && effect.fact.type === "response-findings"),
  },
  {
    meaning: "a reply is not told to observers",
    breaks: "every record is written",
    mutate: dropEffects((effect) => effect.do === "observe" && effect.fact.type === "replied"),
  },
  {
    meaning: "an input that does not fit is dropped without a word",
    breaks: "an input is used, or ignored with a reason",
    mutate: dropEffects((effect) => effect.do === "ignore"),
  },
  {
    meaning: "the state of a step before is changed",
    breaks: "the machine is pure, its states are plain data",
    mutate: (machine) => (config, before, input) => {
      const [after, effects] = machine(config, before, input);
      if (after.pendingEvents.length > 0) Object.assign(before, { pendingEvents: after.pendingEvents });
      return [after, effects];
    },
  },
  {
    meaning: "an effect depends on more than the state and the input",
    breaks: "the machine is pure, its states are plain data",
    mutate: (machine) => {
      let steps = 0;
      return changeEffects((effect) => {
        steps += 1;
        return effect.do === "start-timer" ? { ...effect, delayMs: effect.delayMs + (steps % 2) } : effect;
      })(machine);
    },
  },
];
