import type { CallFact } from "../call/index.ts";
import { describeFinding } from "../contract/index.ts";
import { describeEncryption, describeLegAudio, nameProblem } from "../engine/index.ts";

/** One line of the timeline: who, and what. */
export interface TimelineEntry {
  readonly source: "call" | "event" | "reply" | "action" | "audio" | "warning" | "error";
  readonly text: string;
}

const longestParameters = 100;
/** So many findings of a reply have a line. */
const mostFindings = 10;
const unremarkable = ["ParticipantTag", "CallId", "Engine", "TextType", "VoiceId"];
/** Whoever has these may take part in a meeting. */
const secret = ["JoinToken"];

/** What a fact looks like on the timeline. Some facts need no line of their own.
 * @param isRepeated a failure of the function that was told in full already */
export function describeFact(fact: CallFact, isRepeated = false): readonly TimelineEntry[] {
  switch (fact.type) {
    case "call-started":
      return [{ source: "call", text: `${fact.direction} call from ${fact.from} to ${fact.to}` }];
    case "invoked":
      return [{ source: "event", text: describeEvent(fact.sequence, fact.event) }];
    case "replied":
      return [
        { source: "reply", text: `${fact.sequence} ${describeActions(fact.response)} (${Math.round(fact.tookMs)} ms)` },
      ];
    case "function-failed":
      return describeFailure(fact, isRepeated);
    case "response-findings":
      return describeFindings(fact);
    case "response-ignored":
      return [{ source: "reply", text: `${fact.sequence} not used: ${fact.why}` }];
    case "response-invalid":
      return [{ source: "error", text: `reply ${fact.sequence} refused, ${fact.errorType}: ${fact.message}` }];
    case "action-started":
      return [{ source: "action", text: `${fact.action} ${describeParameters(fact.parameters)}`.trimEnd() }];
    case "action-ended":
      return describeActionEnd(fact);
    case "audio-encryption":
      return describeEncrypted(fact);
    case "speech-by":
      return [
        {
          source: fact.isStandIn ? "warning" : "audio",
          text: `${fact.engine} speaks to ${fact.participantTag}${fact.isStandIn ? " in place" : ""}: ${fact.why}`,
        },
      ];
    case "audio-started":
      return [{ source: "audio", text: describeAudio(fact.participantTag, fact.sinceReplyMs) }];
    case "audio-problem": {
      const { participantTag, problem } = fact;
      return [{ source: "warning", text: `${participantTag} ${nameProblem(problem)}: ${problem.message}` }];
    }
    case "audio-ended":
      return isUsed(fact.audio)
        ? [{ source: "audio", text: `${fact.participantTag} ${describeLegAudio(fact.audio)}` }]
        : [];
    case "leg-changed":
      return describeLeg(fact);
    case "recording-stored": {
      const lost =
        fact.lostSamples === undefined || fact.lostSamples === 0
          ? ""
          : `, ${Math.round(fact.lostSamples / 8)} ms of it lost`;
      const seconds = (fact.durationMs / 1000).toFixed(1);
      return [
        {
          source: "audio",
          text: `recording of ${fact.participantTag}, ${seconds} s${lost}: ${fact.bucket}/${fact.key}`,
        },
      ];
    }
    case "recording-lost": {
      const kept = fact.path === undefined ? "" : `; it is kept in ${fact.path}`;
      return [{ source: "error", text: `recording not stored as ${fact.bucket}/${fact.key}: ${fact.message}${kept}` }];
    }
    case "leg-signalled":
      return [];
    case "function-loops":
      return [{ source: "warning", text: describeLoop(fact) }];
    case "function-looped":
      return [{ source: "warning", text: `${fact.count} times in a row: ${fact.what}` }];
    case "call-ended":
      return [{ source: "call", text: `over after ${(fact.durationMs / 1000).toFixed(1)} s: ${fact.cause}` }];
    default:
      return fact satisfies never;
  }
}

/** Nothing of audio in the clear that nobody wanted to encrypt. */
function describeEncrypted({
  participantTag,
  encryption,
}: Extract<CallFact, { type: "audio-encryption" }>): readonly TimelineEntry[] {
  const isNews = encryption.sent !== "none" || encryption.instead !== undefined;
  const source = encryption.instead === undefined ? "audio" : "warning";
  return isNews ? [{ source, text: `${participantTag} is ${describeEncryption(encryption)}` }] : [];
}

function describeLeg(fact: Extract<CallFact, { type: "leg-changed" }>): readonly TimelineEntry[] {
  const { participantTag, state, cause, meeting } = fact;
  if (meeting !== undefined) {
    const { meetingId, attendeeId } = meeting;
    return [
      { source: "call", text: `${participantTag} is the meeting ${meetingId}, joined as attendee ${attendeeId}` },
    ];
  }
  return state === "ended" && cause !== undefined
    ? [{ source: "call", text: `${participantTag} ended: ${cause}` }]
    : [];
}

/** Whether a session carried anything; that of a call which was refused did not. */
function isUsed({ packetsReceived, packetsSent }: Extract<CallFact, { type: "audio-ended" }>["audio"]): boolean {
  return packetsReceived + packetsSent > 0;
}

/** The actions of a reply in a few words. */
function describeActions(response: unknown): string {
  const actions =
    typeof response === "object" && response !== null && "Actions" in response ? response.Actions : undefined;
  if (!Array.isArray(actions) || actions.length === 0) return "no actions";
  return (actions as unknown[])
    .map((action) => (typeof action === "object" && action !== null && "Type" in action ? String(action.Type) : "?"))
    .join(", ");
}

function describeEvent(sequence: number, event: object): string {
  const {
    InvocationEventType: type,
    ActionData: data,
    ErrorType: errorType,
  } = event as {
    InvocationEventType?: string;
    ActionData?: { Type?: string; ErrorType?: string; ReceivedDigits?: string; Parameters?: Record<string, unknown> };
    ErrorType?: string;
  };
  const parts = [`${sequence} ${type ?? "?"}`];
  if (data?.Type !== undefined && data.Type !== "Hangup") parts.push(data.Type);
  const code = data?.Parameters?.["SipResponseCode"];
  if (type === "HANGUP" && typeof code === "number") parts.push(`code ${code}`);
  if (typeof data?.ReceivedDigits === "string" && data.ReceivedDigits !== "") parts.push(`keys ${data.ReceivedDigits}`);
  const error = data?.ErrorType ?? errorType;
  if (error !== undefined) parts.push(error);
  return parts.join("  ");
}

function describeFindings(fact: Extract<CallFact, { type: "response-findings" }>): readonly TimelineEntry[] {
  const { sequence, findings } = fact;
  const lines = findings.slice(0, mostFindings).map((finding) => `reply ${sequence}, ${describeFinding(finding)}`);
  const more = findings.length - lines.length;
  if (more > 0) lines.push(`reply ${sequence}, and ${more} more of the kind`);
  return lines.map((text) => ({ source: "warning", text }));
}

function describeFailure(
  fact: Extract<CallFact, { type: "function-failed" }>,
  isRepeated: boolean,
): readonly TimelineEntry[] {
  const consequences = {
    retried: "asked once more",
    "fallback-asked": "its fallback is asked",
    "next-target": "the next application of the rule is asked",
    "fallback-actions": "its fallbackActions run",
    "fallback-goes-on": "its fallbackActions go on",
    "call-ended": "the call is ended",
    "call-goes-on": "the call goes on without new actions",
    ignored: "the call is over anyway",
  };
  const why = isRepeated ? "as before" : fact.message;
  const head = `function ${fact.target} failed at ${fact.sequence} (${fact.reason}, ${Math.round(fact.tookMs)} ms): ${why}; ${consequences[fact.consequence]}`;
  const stack = isRepeated ? [] : (fact.stack?.split("\n").filter((stackLine) => stackLine.trim() !== "") ?? []);
  return [head, ...stack.map((stackLine) => `  ${stackLine}`)].map((text) => ({ source: "error", text }));
}

function describeActionEnd(fact: Extract<CallFact, { type: "action-ended" }>): readonly TimelineEntry[] {
  switch (fact.outcome) {
    case "succeeded":
      return [{ source: "action", text: `${fact.action} done` }];
    case "failed":
      return fact.isLegGone
        ? [{ source: "action", text: `${fact.action} ended: the party of ${fact.participantTag} has left` }]
        : [{ source: sourceOf(fact), text: `${fact.action} failed, ${fact.errorType ?? ""}: ${fact.message ?? ""}` }];
    case "interrupted":
    case "dropped":
      return [{ source: "action", text: `${fact.action} ${fact.outcome}` }];
    default:
      return fact.outcome satisfies never;
  }
}

/** What callers and called parties do is no error. */
function sourceOf({ errorType }: Extract<CallFact, { type: "action-ended" }>): TimelineEntry["source"] {
  if (errorType === "InvalidDigitsReceived") return "action";
  return errorType === "CallNotAnswered" ? "warning" : "error";
}

function describeLoop(fact: Extract<CallFact, { type: "function-loops" }>): string {
  const { participantTag, action, count, errorType, message } = fact;
  const failure = `${participantTag} ${action} failed ${count} times in a row, ${errorType}: ${message}`;
  return `the function loops: ${failure}; it answers failures with actions that fail; further ones are counted`;
}

function describeAudio(participantTag: string, sinceReplyMs: number | undefined): string {
  const delay = sinceReplyMs === undefined ? "" : `, ${Math.max(1, Math.round(sinceReplyMs))} ms after the reply`;
  return `first packet to ${participantTag}${delay}`;
}

/** The parameters that tell actions apart: what is said, else everything but defaults that everybody has. */
function describeParameters(parameters: object): string {
  const { SpeechParameters, FailureSpeechParameters: _said, ...rest } = parameters as Record<string, unknown>;
  const { Text: spoken, ...others } = { ...(SpeechParameters as object | undefined), ...rest } as Record<
    string,
    unknown
  >;
  const parts = Object.entries(others)
    .filter(([name]) => !unremarkable.includes(name) && !secret.includes(name))
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  if (typeof spoken === "string") parts.unshift(JSON.stringify(spoken));
  const text = parts.join(", ");
  return text.length > longestParameters ? `${text.slice(0, longestParameters)}...` : text;
}
