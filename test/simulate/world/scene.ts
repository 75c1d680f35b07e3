import {
  compatibilityPositions,
  defaultCompatibility,
  documentedLimits,
  searchTexts,
  type CompatibilitySwitches,
  type MachineConfig,
  type NewCall,
  type AnswerSource,
  type PatternMatcher,
  type TargetApplication,
} from "../../../src/call/index.ts";
import type { LegId, TransactionId } from "../../../src/kernel/index.ts";
import type { Choices } from "../choices.ts";

/** What a simulated call begins with. */
export interface Scene {
  readonly call: NewCall;
  readonly config: MachineConfig;
  /** What searches for patterns find. */
  readonly matches: PatternMatcher;
  /** The same, and what is known of numbers and connectors. */
  readonly answers: AnswerSource;
}

/** When simulated calls begin, epoch milliseconds. */
const startAt = 1_700_000_000_000;
const targets = [1, 2, 3].map((n): TargetApplication => ({
  applicationId: `app-${n}`,
  functionArn: `fn-${n}`,
  region: `r-${n}`,
}));
const headers = { "X-Account-Id": "42" };

/** A number of the inventory that is not one of the call's own. */
export const ownedNumber = "+12065550188";

/** A random call that comes in or goes out, with limits that are reached now and then. */
export function aScene(choices: Choices): Scene {
  const { below, one, rarely } = choices;
  const isInbound = below(3) < 2;
  const applications = targets.slice(0, 1 + one([0, 0, 0, 1, 2])) as [TargetApplication, ...TargetApplication[]];
  return {
    call: {
      transactionId: "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11" as TransactionId,
      legId: "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03" as LegId,
      at: startAt,
      accountId: "111122223333",
      direction: isInbound ? "Inbound" : "Outbound",
      to: isInbound ? "+12065550100" : "+15105550101",
      from: isInbound ? "+15105550101" : "+12065550100",
      sipRuleId: isInbound ? "rule-1" : undefined,
      targets: isInbound ? applications : [applications[0]],
      shownHeaders: isInbound && rarely(4) ? headers : undefined,
      dialHeaders: !isInbound && rarely(4) ? headers : {},
      arguments: !isInbound && rarely(2) ? { reason: "reminder" } : undefined,
    },
    config: {
      limits: {
        ...documentedLimits,
        functionDeadlineMs: one([20_000, 20_000, 5_000]),
        ringTimeoutMs: one([60_000, 60_000, 8_000]),
        unansweredMs: one([30_000, 30_000, 4_000]),
        longestCallMs: one([24 * 3_600_000, 24 * 3_600_000, 24 * 3_600_000, 45_000]),
        longestRecordingMs: one([4 * 3_600_000, 4 * 3_600_000, 8_000]),
        invocationsPerCall: rarely(5) ? 3 + below(9) : 40,
        invocationsPerSecond: one([50, 50, 2]),
        actionsPerReply: 6,
        attributes: { entries: 3, bytes: 60 },
      },
      compatibility: switchPositions(choices),
    },
    matches: searchPattern,
    answers,
  };
}

const allSwitches = Object.entries(compatibilityPositions);

/** In half of the calls the defaults, in the others any positions. */
function switchPositions({ below, one }: Choices): CompatibilitySwitches {
  if (below(2) === 0) return defaultCompatibility;
  const switches: Record<string, unknown> = { ...defaultCompatibility };
  for (let left = 2 + below(14); left > 0; left -= 1) {
    const [name, positions] = one(allSwitches);
    switches[name] = one<unknown>(positions);
  }
  return switches as unknown as CompatibilitySwitches;
}

const answers: AnswerSource = {
  search: (pattern, texts) => searchTexts(searchPattern, pattern, texts),
  lookUp: (question) =>
    question.type === "owns-number" ? [ownedNumber, "+12065550100"].includes(question.number) : null,
};

const compiled = new Map<string, RegExp>();

/** Looks for a pattern. Some texts are always too slow, so that a replay sees the same. */
function searchPattern(pattern: string, text: string): boolean | "too-slow" {
  if (text.length % 7 === 6) return "too-slow";
  const known = compiled.get(pattern) ?? new RegExp(pattern);
  compiled.set(pattern, known);
  return known.test(text);
}
