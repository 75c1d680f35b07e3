import type { CallFact } from "../../call/index.ts";

/** What is told of a fact to those who watch: all but what is long, and what a history has anyway (events, replies, parameters, stacks). */
export function outlineFact(fact: CallFact): { readonly type: string } {
  switch (fact.type) {
    case "invoked": {
      const { type, sequence, event } = fact;
      return { type, sequence, eventType: wordOf(event, "InvocationEventType") } as { type: string };
    }
    case "replied": {
      const { type, sequence, tookMs, response } = fact;
      return { type, sequence, tookMs, actions: actionsOf(response) } as { type: string };
    }
    case "function-failed": {
      const { stack: _long, ...rest } = fact;
      return rest;
    }
    case "response-findings": {
      const { type, sequence, findings } = fact;
      return { type, sequence, findings: findings.length } as { type: string };
    }
    case "action-started": {
      const { type, action, participantTag } = fact;
      return { type, action, participantTag } as { type: string };
    }
    case "audio-ended": {
      const { type, participantTag, audio } = fact;
      const { packetsSent, packetsReceived, packetsLost, jitterMs, mos } = audio;
      return { type, participantTag, packetsSent, packetsReceived, packetsLost, jitterMs, mos } as { type: string };
    }
    default:
      return fact;
  }
}

/** Most action types of a reply that are told. */
const mostActions = 10;

function actionsOf(response: unknown): readonly string[] {
  const actions: unknown = (response as { readonly Actions?: unknown } | null | undefined)?.Actions;
  return Array.isArray(actions) ? actions.slice(0, mostActions).map((action) => wordOf(action, "Type")) : [];
}

const longestWord = 64;

function wordOf(value: unknown, name: string): string {
  const found = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof found === "string" ? found.slice(0, longestWord) : "";
}
