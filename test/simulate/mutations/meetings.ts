import type { ActionDefinition, CheckContext } from "../../../src/call/index.ts";
import { changeActions, changeEffects, changeOutcome, dropEffects, type Mutation, type Taken } from "./mutation.ts";

/** An action that is checked as if the call were another one. */
function checkAs(change: (context: CheckContext) => Partial<CheckContext>) {
  return (action: ActionDefinition): ActionDefinition => ({
    ...action,
    check: (parameters, context) => action.check(parameters, { ...context, ...change(context) }),
  });
}

const withoutPartner = checkAs(() => ({ partner: undefined }));

/** The leg of the meeting that was left in this step, as it was before. */
function meetingThatWasLeft({ before, after }: Taken) {
  const isOver = (id: string) => after.legs.find((leg) => leg.id === id)?.state.type === "ended";
  return before.legs.find(({ id, kind, state }) => kind === "meeting" && state.type === "answered" && isOver(id));
}

/** Faults in meetings that calls join. */
export const meetingMutations: readonly Mutation[] = [
  {
    meaning: "a meeting is not left when its telephone is gone",
    breaks: "a meeting is left once, at the latest with its telephone",
    mutate: dropEffects((effect, { after }) => effect.do === "leave-meeting" && after.legs[0]?.state.type === "ended"),
  },
  {
    meaning: "a meeting that is given up while it is joined is not left",
    breaks: "a meeting is left once, at the latest with its telephone",
    mutate: dropEffects((effect, { input }) => effect.do === "leave-meeting" && input.type === "timer-fired"),
  },
  {
    meaning: "HANGUP is told of a meeting that left with its telephone",
    breaks: "one HANGUP per leg that existed, and none after",
    mutate: changeOutcome((taken) => {
      const left = meetingThatWasLeft(taken);
      const { after } = taken;
      const index = after.pendingEvents.findIndex((event) => event.type === "HANGUP");
      const hangUp = after.pendingEvents[index];
      if (left === undefined || hangUp === undefined || after.legs[0]?.state.type !== "ended") return {};
      const Parameters = { SipResponseCode: 0, CallId: left.id, ParticipantTag: "LEG-B" };
      const more = { ...hangUp, legId: left.id, actionData: { Type: "Hangup", Parameters } };
      return { after: { ...after, pendingEvents: after.pendingEvents.toSpliced(index, 0, more) } };
    }),
  },
  {
    meaning: "HANGUP is told too of a meeting that a Hangup left",
    breaks: "actions and events follow the contract",
    mutate: (machine) => (config, before, input) =>
      machine({ ...config, compatibility: { ...config.compatibility, hangupEventOfMeeting: true } }, before, input),
  },
  {
    meaning: "the end of a meeting takes its telephone along",
    breaks: "actions and events follow the contract",
    mutate: (machine) => (config, before, input) => {
      const [after, effects] = machine(config, before, input);
      if (input.type !== "meeting-left" || after === before || after.finished) return [after, effects];
      const [next, more] = machine(config, after, { type: "shutdown", at: input.at });
      return [next, [...effects, ...more]];
    },
  },
  {
    meaning: "the participants are told a meeting that is joined no more as connected",
    breaks: "actions and events follow the contract",
    mutate: changeOutcome((taken) => {
      const left = meetingThatWasLeft(taken);
      if (left === undefined) return {};
      const pendingEvents = taken.after.pendingEvents.map((event) => ({
        ...event,
        participants: event.participants.map((one) =>
          one["CallId"] === left.id ? { ...one, Status: "Connected" } : one,
        ),
      }));
      return { after: { ...taken.after, pendingEvents } };
    }),
  },
  {
    meaning: "a call in a meeting calls a second party",
    breaks: "actions and events follow the contract",
    mutate: changeActions(withoutPartner, "CallAndBridge"),
  },
  {
    meaning: "a call that has a LEG-B joins a meeting",
    breaks: "actions and events follow the contract",
    mutate: changeActions(withoutPartner, "JoinChimeMeeting"),
  },
  {
    meaning: "attendees of another meeting are muted",
    breaks: "actions and events follow the contract",
    mutate: changeActions(
      (action) => ({
        ...action,
        check: (parameters, context) =>
          action.check({ ...parameters, MeetingId: context.leg.meeting?.meetingId ?? "" }, context),
      }),
      "ModifyChimeMeetingAttendees",
    ),
  },
  {
    meaning: "a file is played to a meeting",
    breaks: "actions and events follow the contract",
    mutate: changeActions((action) => ({ ...action, legs: "any" }), "PlayAudio"),
  },
  {
    meaning: "attendees are muted who shall speak",
    breaks: "what is asked for is what the action says",
    mutate: changeEffects((effect) => (effect.do === "mute-attendees" ? { ...effect, isMuted: true } : effect)),
  },
  {
    meaning: "a token that lets nobody in fails as if the server did",
    breaks: "a failure is named for what went wrong",
    mutate: (machine) => (config, before, input) =>
      machine(config, before, input.type === "meeting-refused" ? { ...input, isOurs: true } : input),
  },
  {
    meaning: "muting somebody who is not there succeeds",
    breaks: "an action ends when its work is done",
    mutate: (machine) => (config, before, input) =>
      machine(config, before, input.type === "attendees-muted" ? { ...input, unknown: [] } : input),
  },
  {
    meaning: "a meeting that never answers is waited for",
    breaks: "an action ends when its work is done",
    mutate: changeActions(
      (action) => ({
        ...action,
        start(value, context) {
          const started = action.start(value, context);
          if (started.type !== "running") return started;
          return { ...started, effects: started.effects.filter((effect) => effect.do !== "start-timer") };
        },
      }),
      "JoinChimeMeeting",
    ),
  },
];
