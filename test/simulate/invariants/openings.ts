import type { CallFact } from "../../../src/call/index.ts";
import type { Fail, Invariant } from "../watch.ts";
import type { BookedLeg } from "../book.ts";

/** Something that an effect opened on a leg. */
interface Open {
  readonly legId: string;
  isPaused: boolean;
}

/** What plays, is recorded or is sent is ended, at the latest with its leg. */
export const openings: Invariant = {
  name: "what is opened on a leg is closed, and closed once",
  rule: "playbacks, recordings and keys being sent end by themselves, by an effect or with their leg; one playback and one background recording a leg",
  watch({ book }, fail) {
    const playing = new Map<string, Open>();
    const recording = new Map<string, Open>();
    const background = new Map<string, Open>();
    const sending = new Map<string, Open>();
    /** The background recording that each leg has had, unless it failed. */
    const recorded = new Map<string, string>();
    const ids = new Set<string>();
    let tag = "";
    let isNew = false;

    return {
      input({ input }) {
        isNew = false;
        if (input.type === "playback-finished" || input.type === "playback-failed") {
          // Ringback that ended by itself is stopped all the same.
          const one = playing.get(input.playbackId);
          if (one !== undefined) one.isPaused = true;
        } else if (input.type === "digits-sent") sending.delete(input.sendId);
        else if (input.type === "recording-ended" || input.type === "recording-failed") {
          recording.delete(input.recordingId);
          if (input.type !== "recording-failed") return;
          background.delete(input.recordingId);
          for (const [legId, id] of recorded) if (id === input.recordingId) recorded.delete(legId);
        }
      },
      effect(effect, { after }) {
        switch (effect.do) {
          case "play-audio":
            open(ids, playing, effect.playbackId, effect.legId, "a playback", fail);
            return;
          case "stop-playback":
            close(playing, effect.playbackId, effect.legId, "a playback", fail);
            return;
          case "send-digits":
            open(ids, sending, effect.sendId, effect.legId, "sending keys", fail);
            return;
          case "record-audio":
            open(ids, recording, effect.recordingId, effect.legId, "a recording", fail);
            return;
          case "stop-record-audio":
            recording.delete(effect.recordingId);
            return;
          case "start-call-recording":
            open(ids, background, effect.recordingId, effect.legId, "a background recording", fail);
            if (recorded.has(effect.legId)) fail("a leg is recorded a second time");
            recorded.set(effect.legId, effect.recordingId);
            isNew = false;
            return;
          case "stop-call-recording":
            close(background, effect.recordingId, effect.legId, "a background recording", fail);
            return;
          case "pause-call-recording":
          case "resume-call-recording": {
            const one = background.get(effect.recordingId);
            const isPause = effect.do === "pause-call-recording";
            if (one?.legId !== effect.legId) return fail(`${effect.do} of a recording that does not run`);
            if (one.isPaused === isPause) fail(`${effect.do}, but that it is already`);
            one.isPaused = isPause;
            return;
          }
          case "observe":
            if (effect.fact.type === "action-started") [tag, isNew] = [effect.fact.participantTag, true];
            else if (effect.fact.type === "action-ended") {
              const leg = book.legs().find((one) => one.tag === tag);
              const recording = [...background.values()].find((one) => one.legId === leg?.id);
              checkControl(recording, effect.fact, isNew && leg !== undefined && recorded.has(leg.id), isNew, fail);
              isNew = false;
            }
            return;
          case "end-call":
            if (after.recordings.length > 0) fail("recordings are left after the call");
            return;
          default:
        }
      },
      step() {
        for (const [id, one] of playing) if (one.isPaused && isOver(book.find(one.legId))) playing.delete(id);
        for (const [id, one] of sending) if (isOver(book.find(one.legId))) sending.delete(id);
        for (const set of [playing, recording, background]) {
          for (const { legId } of set.values()) {
            if (isOver(book.find(legId))) fail("something still plays or is recorded on a leg that is gone");
          }
        }
      },
      end() {
        for (const one of playing.values()) if (!one.isPaused) fail("a playback is never ended");
        if (recording.size + background.size + sending.size > 0) fail("a recording or sending keys is never ended");
      },
    };
  },
};

/** What starts, stops, pauses or resumes a recording has done so, or could not. `isNew`: it began in this step. */
function checkControl(
  recording: Open | undefined,
  { action, outcome }: Extract<CallFact, { type: "action-ended" }>,
  wasRecorded: boolean,
  isNew: boolean,
  fail: Fail,
): void {
  if (!action.endsWith("CallRecording") || !isNew) return;
  if (action.startsWith("Start")) return void (wasRecorded || fail(`${action} fails on a leg that was never recorded`));
  if (outcome === "failed") return void (recording !== undefined && fail(`${action} fails, but the leg is recorded`));
  const isPaused = action.startsWith("Pause");
  const isDone = action.startsWith("Stop") ? recording === undefined : recording?.isPaused === isPaused;
  if (!isDone) fail(`${action} succeeds, but the recording is not so`);
}

function isOver(leg: BookedLeg | undefined): boolean {
  return leg === undefined || leg.state === "over";
}

function open(ids: Set<string>, all: Map<string, Open>, id: string, legId: string, what: string, fail: Fail): void {
  if (ids.has(id)) fail(`the id ${id} is used again`);
  ids.add(id);
  for (const one of all.values()) {
    if (one.legId === legId && !one.isPaused) fail(`${what} begins on a leg that has one`);
  }
  all.set(id, { legId, isPaused: false });
}

function close(all: Map<string, Open>, id: string, legId: string, what: string, fail: Fail): void {
  if (all.get(id)?.legId !== legId) fail(`${what} is stopped that does not run`);
  all.delete(id);
}
