import type { ServerFrame } from "../frames/server-frame.ts";
import type { RoomEffect, Tiding } from "./room-inputs.ts";

/** An effect in one line, for the log and for tests: with ids, and nothing that says who people are. */
export function printEffect(effect: RoomEffect): string {
  switch (effect.do) {
    case "send":
      return `to ${effect.to}: ${printFrame(effect.frame)}`;
    case "send-all":
      return `to all: ${printFrame(effect.frame)}`;
    case "tell":
      return `soon to all: ${effect.tidings.map(printTiding).join(" ")}`;
    case "mix":
      return `mix ${effect.member}${effect.isHeard ? " heard" : ""}${effect.hears ? " hears" : ""}`;
    case "note":
      return `note ${effect.what} ${effect.member}${effect.why === undefined ? "" : `, ${effect.why}`}`;
    case "let-go":
      return `let go of ${effect.member}, ${effect.why}`;
    case "forget":
      return `forget ${effect.member}, ${effect.why ?? "left"}`;
    case "start-timer":
      return `start ${Object.values(effect.timer).join(" ")} ${effect.delayMs}`;
    case "stop-timer":
      return `stop ${Object.values(effect.timer).join(" ")}`;
    case "unmix":
      return `unmix ${effect.member}`;
    case "end-meeting":
      return `end the meeting, ${effect.reason}`;
    case "ignore":
      return "-";
    default:
      return effect satisfies never;
  }
}

function printTiding(tiding: Tiding): string {
  if (tiding.type === "message") return `${tiding.message.topic} of ${tiding.from}`;
  return `${tiding.entry.audioStreamId} ${tiding.entry.muted === true ? "muted" : "open"}, ${printEffect(tiding.note)}`;
}

/** In a roster `+3 a` is an arrival, `-3` a departure, `-3!` a drop, `3 muted` a microphone. */
function printFrame(frame: ServerFrame): string {
  const roster = frame.audioStreamIdInfo?.streams?.map((entry) => {
    const microphone = entry.muted === undefined ? "" : entry.muted ? " muted" : " open";
    if (entry.attendeeId !== undefined) {
      return `+${entry.audioStreamId} ${entry.attendeeId}${microphone}`;
    }
    return entry.muted === undefined
      ? `-${entry.audioStreamId}${entry.dropped ? "!" : ""}`
      : `${entry.audioStreamId}${microphone}`;
  });
  const volumes = frame.audioMetadata?.attendeeStates?.map((one) => `${one.audioStreamId} at ${one.volume}`);
  const messages = frame.dataMessage?.messages?.map(
    (one) => `${one.topic} of ${one.senderAttendeeId}${one.ingestTimeNs === 0n ? " throttled" : ""}`,
  );
  const body = roster ?? volumes ?? messages ?? (frame.index ? [String(frame.index.numParticipants)] : []);
  const name = roster === undefined ? (volumes === undefined ? frame.type : "volumes") : "roster";
  return [name, ...(frame.error ? [String(frame.error.status)] : []), ...body].join(" ");
}
