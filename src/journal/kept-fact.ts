import type { CallFact } from "../call/index.ts";
import type { CallRedactor } from "./call-redactor.ts";
import { publicCause } from "./public-cause.ts";

/** What of a fact is kept with its call: what it can be told by afterwards, and nothing that rows have anyway (events, replies, parameters are in the history).
 * @param redact puts stand-ins in place of texts; then words for people are left out, since they can name anybody; undefined: all is kept as it is
 * @returns undefined: nothing of it is kept */
export function keepFact(fact: CallFact, redact: Pick<CallRedactor, "text"> | undefined): object | undefined {
  const words = <Worded extends object>(worded: Worded): Worded | object => (redact === undefined ? worded : {});
  switch (fact.type) {
    case "leg-signalled": {
      if (redact === undefined) return fact;
      const { sipCallId: _named, ...rest } = fact;
      return rest;
    }
    case "leg-changed":
      return redact === undefined ? fact : { ...fact, cause: publicCause(fact.cause) };
    case "function-failed": {
      const { type, sequence, reason, consequence } = fact;
      return { type, sequence, reason, consequence };
    }
    case "response-findings":
      return { type: fact.type, sequence: fact.sequence, findings: fact.findings.length };
    case "response-invalid": {
      const { type, sequence, errorType, message } = fact;
      return { type, sequence, errorType, ...words({ message }) };
    }
    case "action-started": {
      const { type, action, participantTag } = fact;
      return { type, action, participantTag };
    }
    case "action-ended": {
      const { type, action, participantTag, outcome, errorType, message } = fact;
      return { type, action, participantTag, outcome, errorType, ...words({ message }) };
    }
    case "audio-encryption": {
      const { sent, received, instead } = fact.encryption;
      return { ...fact, encryption: { sent, received, ...words({ instead }) } };
    }
    case "audio-problem":
      return { ...fact, problem: withoutWords(fact.problem, redact) };
    case "audio-ended": {
      const problems = fact.audio.problems.map((problem) => withoutWords(problem, redact));
      return { ...fact, audio: { ...fact.audio, problems } };
    }
    case "speech-by": {
      const { type, participantTag, engine, isStandIn } = fact;
      return { type, participantTag, engine, isStandIn };
    }
    case "recording-stored":
      return { ...fact, key: redact?.text(fact.key) ?? fact.key };
    case "recording-lost": {
      const { message, path, key, ...rest } = fact;
      const isTriedAgain = path !== undefined;
      return { ...rest, key: redact?.text(key) ?? key, isTriedAgain, ...words({ message, path }) };
    }
    case "audio-started":
      return fact;
    case "call-started":
    case "invoked":
    case "replied":
    case "response-ignored":
    case "function-loops":
    case "function-looped":
    case "call-ended":
      return undefined;
    default:
      return fact satisfies never;
  }
}

/** What was wrong is told by kind and cause; in words it names addresses of the far end. */
function withoutWords<Problem extends { readonly message: string }>(
  { message, ...problem }: Problem,
  redact: object | undefined,
): object {
  return redact === undefined ? { ...problem, message } : problem;
}
