import type { CallFact } from "../../../call/index.ts";
import type { Fail, Invariant } from "../watch.ts";
import type { Book, BookedLeg } from "../book.ts";

/** Something that an effect opened on a leg. */
interface Open {
  readonly legId: string;
  isPaused: boolean;
}

/** What plays, is recorded or is sent is ended, at the latest with its leg. */
export const openings: Invariant = {
  name: "what is opened on a leg is closed, and closed once",
  rule: "actions sections 2.6 to 2.17: playbacks, recordings and keys being sent end by themselves, by an effect or with their leg; one playback and one background recording a leg",
  watch({ book }, fail) {
    const playing = new Map<string, Open>();
    const recording = new Map<string, Open>();
    const background = new Map<string, Open>();
    const sending = new Map<string, Open>();
    const recorded = new Set<string>();
    let tag = "";

    return {
      input({ input }) {
        if (input.type === "playback-finished" || input.type === "playback-failed") {
          // Ringback that ended by itself is stopped all the same.
          const one = playing.get(input.playbackId);
          if (one !== undefined) one.isPaused = true;
        } else if (input.type === "digits-sent") sending.delete(input.sendId);
        else if (input.type === "recording-ended" || input.type === "recording-failed") {
          recording.delete(input.recordingId);
          if (input.type === "recording-failed") background.delete(input.recordingId);
        }
      },
      effect(effect, { after }) {
        switch (effect.do) {
          case "play-audio":
            open(playing, effect.playbackId, effect.legId, "a playback", fail);
            return;
          case "stop-playback":
            close(playing, effect.playbackId, effect.legId, "a playback", fail);
            return;
          case "send-digits":
            open(sending, effect.sendId, effect.legId, "sending keys", fail);
            return;
          case "record-audio":
            open(recording, effect.recordingId, effect.legId, "a recording", fail);
            return;
          case "stop-record-audio":
            recording.delete(effect.recordingId);
            return;
          case "start-call-recording":
            open(background, effect.recordingId, effect.legId, "a background recording", fail);
            if (recorded.has(effect.recordingId)) fail("a recording id is used again");
            recorded.add(effect.recordingId);
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
            if (effect.fact.type === "action-started") tag = effect.fact.participantTag;
            else if (effect.fact.type === "action-ended") checkControl(background, book, tag, effect.fact, fail);
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

/** What stops, pauses or resumes a recording has done so. */
function checkControl(
  background: ReadonlyMap<string, Open>,
  book: Book,
  tag: string,
  { action, outcome }: Extract<CallFact, { type: "action-ended" }>,
  fail: Fail,
): void {
  if (!action.endsWith("CallRecording") || action.startsWith("Start")) return;
  const leg = book.legs().find((one) => one.tag === tag);
  const recording = [...background.values()].find((one) => one.legId === leg?.id);
  const isDone = action.startsWith("Stop")
    ? recording === undefined
    : recording?.isPaused === action.startsWith("Pause");
  if (outcome === "succeeded" && !isDone) fail(`${action} succeeds, but the recording is not so`);
}

function isOver(leg: BookedLeg | undefined): boolean {
  return leg === undefined || leg.state === "over";
}

function open(all: Map<string, Open>, id: string, legId: string, what: string, fail: Fail): void {
  if (all.has(id)) fail(`the id ${id} is used again`);
  for (const one of all.values()) {
    if (one.legId === legId && !one.isPaused) fail(`${what} begins on a leg that has one`);
  }
  all.set(id, { legId, isPaused: false });
}

function close(all: Map<string, Open>, id: string, legId: string, what: string, fail: Fail): void {
  if (all.get(id)?.legId !== legId) fail(`${what} is stopped that does not run`);
  all.delete(id);
}
