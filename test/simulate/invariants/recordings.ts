import type { CallState, JsonObject } from "../../../src/call/index.ts";
import type { Invariant } from "../watch.ts";

/** A recording of RecordAudio. */
interface Recording {
  readonly id: string;
  readonly legId: string;
  readonly key: string;
  readonly terminators: readonly string[];
  pressed: string | undefined;
  isOver: boolean;
  /** The key that ended it. */
  used: string | undefined;
}

/** Keys that end a RecordAudio, heard in the audio or signalled. */
export const recordings: Invariant = {
  name: "a recording ends with the first of its keys, and names it",
  rule: "Contract: actions-record-audio, actions-record-audio-key: RecordingTerminatorUsed is the key that ended it, when one did",
  watch(_view, fail) {
    const all: Recording[] = [];
    /** The recording that a key of this step stops. */
    let stops: string | undefined;
    return {
      input({ input, before }) {
        stops = undefined;
        if (input.type === "digit" && isRecording(before, input.legId)) {
          const one = all.findLast(({ legId }) => legId === input.legId);
          if (one === undefined || !one.terminators.includes(input.digit)) return;
          one.pressed ??= input.digit;
          stops = one.id;
        } else if (input.type === "recording-ended") {
          const one = all.find(({ id }) => id === input.recordingId);
          if (one === undefined || one.isOver) return;
          one.isOver = true;
          if (input.end === "terminator") one.used = input.terminator;
          else if (input.end === "stopped") one.used = one.pressed;
        }
      },
      effect(effect) {
        if (effect.do === "record-audio") {
          const { recordingId: id, legId, destination, terminators } = effect;
          all.push({
            ...{ id, legId, key: destination.key, terminators },
            pressed: undefined,
            isOver: false,
            used: undefined,
          });
        } else if (effect.do === "stop-record-audio" && effect.recordingId === stops) stops = undefined;
        if (effect.do !== "invoke" || effect.event["InvocationEventType"] !== "ACTION_SUCCESSFUL") return;
        const data = effect.event["ActionData"] as JsonObject;
        if (data["Type"] !== "RecordAudio") return;
        const { Key } = (data["RecordingDestination"] ?? {}) as JsonObject;
        const used = all.find(({ key }) => key === Key)?.used;
        if (data["RecordingTerminatorUsed"] !== used)
          fail(`${String(data["RecordingTerminatorUsed"])} is told to have ended a recording, not ${used}`);
      },
      step() {
        if (stops !== undefined) fail("a key does not end the recording");
      },
    };
  },
};

function isRecording({ list: { running } }: CallState, legId: string): boolean {
  return running?.legId === legId && running.request.type === "RecordAudio" && running.phase.type === "running";
}
