import type { TimelineEntry } from "../../history/index.ts";
import { defineOperation } from "../operation.ts";
import { asRefusal, refuseAdmin } from "../refuse-admin.ts";
import { callId } from "../shapes/calls.ts";
import { callTimeline } from "../shapes/timeline.ts";
import { showTime } from "../shapes/words.ts";

/** What is told of the media and of what comes after a call: no history has it. */
const beside = new Set([
  ...[
    "audio-started",
    "audio-problem",
    "audio-encryption",
    "speech-by",
    "caller-step",
    "recording-stored",
    "recording-lost",
  ],
]);

/** What happened in a call. */
export const getTimeline = defineOperation({
  id: "GetTimeline",
  method: "GET",
  path: "/calls/{callId}/timeline",
  summary:
    "What happened in a call, live or over, in order and whole: events and replies, actions with parameters and results, keys, findings, when audio began.",
  input: { type: "object", additionalProperties: false, required: ["callId"], properties: { callId } },
  answer: callTimeline,
  async handle({ callId: id }, { source }) {
    const isLive = source.liveCall(id) !== undefined;
    const kept = await source.timeline(id).catch(asRefusal);
    const lately = source.feed.ofCall(id).map(({ at, fact }) => ({ ...fact, at }));
    if (kept === undefined && lately.length === 0 && !isLive) {
      const shown = JSON.stringify(id.slice(0, 80));
      throw refuseAdmin("API_NOT_FOUND", `Nothing is kept of a call ${shown}: it never was, or it was too long ago.`);
    }
    if (kept === undefined) {
      const why =
        "No history of this call is written (histories.write in the configuration): events, replies and parameters are in short, and keys are missing.";
      const isWhole = lately.some(({ type }) => type === "call-ended");
      return { ...{ id, isLive, isRedacted: false, isWhole }, entries: lately.map(showEntry), notes: [why] };
    }
    const entries = [...kept.entries, ...lately.filter(({ type }) => beside.has(type))];
    return {
      ...{ id, isLive, isRedacted: kept.isRedacted, isWhole: kept.isWhole },
      entries: entries.toSorted((one, other) => one.at - other.at).map(showEntry),
      notes: notesOf(kept, isLive),
    };
  },
});

function notesOf({ isWhole, isCut }: { isWhole: boolean; isCut: boolean }, isLive: boolean): readonly string[] {
  if (isCut) return ["The call is too long to be told whole: this is its beginning."];
  if (isWhole || isLive) return [];
  return ["What is kept of this call breaks off before its end, as when a server was killed."];
}

function showEntry({ at, ...entry }: TimelineEntry) {
  return { ...entry, at: showTime(at) };
}
