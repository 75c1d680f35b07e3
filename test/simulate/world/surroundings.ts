import type { CallEffect, FunctionReply } from "../../../src/call/index.ts";
import type { Effect } from "../../../src/testing/internal/call-performer.ts";
import type { FunctionEvent } from "../../../src/testing/internal/scripted-reply.ts";
import type { Entry } from "./agenda.ts";
import { createFarEnds } from "./far-ends.ts";
import { someGuards } from "./guards.ts";
import { beginOutside } from "./outside.ts";
import { createPlayer } from "./player.ts";
import { aFailure, anAnswer, noAnswer, replyOf, type Answer } from "./random-function.ts";
import { createRecorder } from "./recorder.ts";
import { createRooms } from "./rooms.ts";
import type { Scene } from "./scene.ts";
import type { World } from "./world.ts";

/** All that is around a call: performs its effects and gives inputs back, at random. */
export interface Surroundings {
  begin(): void;
  perform(effect: CallEffect): void;
  /** What the function meant by a reply; undefined: the reply is a stray one. */
  answerOf(reply: FunctionReply): Answer | undefined;
}

/** Makes the surroundings of a call. */
export function createSurroundings(world: World, scene: Scene): Surroundings {
  const { choices, agenda, give, known } = world;
  const farEnds = createFarEnds(world);
  const player = createPlayer(world);
  const recorder = createRecorder(world);
  const rooms = createRooms(world);
  const timers = new Map<string, Entry>();
  const answers = new Map<FunctionReply, Answer>();
  const guards = someGuards(choices);

  const invoke = ({ invocationId, event, deadlineMs, target, via }: Effect<"invoke">): void => {
    known.ids.push(invocationId);
    const timed = guards.isAway() ? aFailure(choices) : anAnswer(choices, event as unknown as FunctionEvent);
    const isLate = timed.afterMs >= deadlineMs;
    const meant = isLate ? noAnswer : timed.answer;
    const answer = meant.type === "failed" ? guards.complete(meant, via ?? target.functionArn) : meant;
    const reply = replyOf(answer);
    answers.set(reply, answer);
    agenda.after(isLate ? deadlineMs : timed.afterMs, () => give({ type: "function-replied", invocationId, reply }));
    // A process that was kept warm answers for an earlier event once more.
    if (choices.rarely(25)) {
      agenda.after(choices.below(9_000), () => give({ type: "function-replied", invocationId, reply }));
    }
  };

  const startTimer = ({ timerId, delayMs }: Effect<"start-timer">): void => {
    known.ids.push(timerId);
    const lateMs = choices.rarely(12) ? choices.below(3_000) : 0;
    const fire = (): void => give({ type: "timer-fired", timerId });
    timers.set(timerId, agenda.after(delayMs + lateMs, fire));
  };

  const cancelTimer = ({ timerId }: Effect<"cancel-timer">): void => {
    const entry = timers.get(timerId);
    timers.delete(timerId);
    if (choices.rarely(40)) agenda.after(0, () => give({ type: "timer-fired", timerId }));
    agenda.cancel(entry);
  };

  return {
    begin() {
      known.legs.push(scene.call.legId);
      give({ type: "start" });
      if (scene.call.direction === "Inbound") farEnds.offer(scene.call.legId);
      beginOutside(world);
    },
    answerOf: (reply) => answers.get(reply),
    perform(effect) {
      switch (effect.do) {
        case "invoke":
          return invoke(effect);
        case "start-timer":
          return startTimer(effect);
        case "cancel-timer":
          return cancelTimer(effect);
        case "dial-leg":
          known.legs.push(effect.legId);
          return farEnds.dial(effect);
        case "answer-leg":
          return farEnds.answer(effect);
        case "reject-leg":
        case "hang-up-leg":
          player.close(effect.legId);
          return farEnds.hangUp(effect.legId);
        case "join-meeting":
          known.legs.push(effect.legId);
          return rooms.join(effect);
        case "leave-meeting":
          return rooms.leave(effect);
        case "mute-attendees":
          known.ids.push(effect.muteId);
          return rooms.mute(effect);
        case "play-audio":
          known.ids.push(effect.playbackId);
          return player.play(effect);
        case "stop-playback":
          return player.stop(effect);
        case "send-digits":
          known.ids.push(effect.sendId);
          return player.sendDigits(effect);
        case "record-audio":
          known.ids.push(effect.recordingId);
          return recorder.record(effect);
        case "stop-record-audio":
          return recorder.stopRecord(effect);
        case "start-call-recording":
          known.ids.push(effect.recordingId);
          return recorder.start(effect);
        default:
          return undefined;
      }
    },
  };
}
