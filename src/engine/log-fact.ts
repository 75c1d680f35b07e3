import { describeFinding, describeFindingWithoutValue, type Finding } from "../contract/index.ts";
import type { Logger } from "../kernel/index.ts";
import type { CallFact } from "../call/index.ts";
import { describeEncryption, describeLegAudio, nameProblem } from "./describe-leg-audio.ts";

/** Most findings of a reply in the message. */
const mostShown = 5;

/** Logs what happened in a call: at info and above what somebody may have to fix. Contract: records-log-of-a-call, records-log-keeps-secrets */
export function logFact(log: Logger, fact: CallFact): void {
  switch (fact.type) {
    case "function-failed":
      log.warn({ fact }, `${fact.type}: ${fact.message}${goesOn(fact)}`);
      return;
    case "response-invalid":
      log.info({ fact }, `${fact.type}: ${fact.message}`);
      return;
    case "response-findings":
      // What the function sent may be a caller's number or text.
      log.info({ sequence: fact.sequence }, listFindings(fact, describeFindingWithoutValue));
      log.debug({ fact }, listFindings(fact, describeFinding));
      return;
    case "action-ended": {
      const { outcome, isLegGone, isWarned, repeat, participantTag, action, errorType, message } = fact;
      const isNews = outcome === "failed" && !isLegGone && !isWarned && repeat === 1;
      if (isNews) log.info({ fact }, `${participantTag} ${action} failed, ${errorType}: ${message}`);
      else log.debug({ fact }, fact.type);
      return;
    }
    case "function-looped":
      log.warn({ fact }, `${fact.count} times in a row: ${fact.what}`);
      return;
    case "speech-by": {
      const { participantTag, engine, why, isStandIn } = fact;
      const line = `${engine} speaks to ${participantTag}: ${why}`;
      if (isStandIn) log.info({ participantTag, engine }, line);
      else log.debug({ participantTag, engine }, line);
      return;
    }
    case "audio-problem": {
      const { participantTag, problem } = fact;
      const line = `${participantTag} ${nameProblem(problem)}: ${problem.message}`;
      if (problem.type === "one-way" && problem.cause !== "held") log.warn({ fact }, line);
      else log.info({ fact }, line);
      return;
    }
    case "audio-encryption": {
      const { participantTag, encryption } = fact;
      const line = `the audio of ${participantTag} is ${describeEncryption(encryption)}`;
      if (encryption.instead !== undefined) log.warn({ participantTag, encryption }, line);
      else if (encryption.sent !== "none") log.info({ participantTag, encryption }, line);
      else log.debug({ participantTag, encryption }, line);
      return;
    }
    case "audio-ended": {
      const { participantTag } = fact;
      // It is long.
      const audio = { ...fact.audio, course: undefined };
      log.info({ participantTag, audio }, `the audio of ${participantTag} ended: ${describeLegAudio(fact.audio)}`);
      return;
    }
    default:
      log.debug({ fact }, fact.type);
  }
}

function listFindings(
  { type, findings }: Extract<CallFact, { type: "response-findings" }>,
  describe: (finding: Finding) => string,
): string {
  const more = findings.length > mostShown ? "; and more" : "";
  return `${type}: ${findings.slice(0, mostShown).map(describe).join("; ")}${more}`;
}

function goesOn({ consequence }: Extract<CallFact, { type: "function-failed" }>): string {
  return consequence === "call-goes-on" ? "; the call goes on without new actions" : "";
}
