import { nearestWord } from "../../kernel/index.ts";
import {
  describeFound,
  isObject,
  listChoices,
  nameOfKind,
  noteUnknownMembers,
  replyRefused,
  shorten,
  type CallFacts,
  type Finding,
  type JsonObject,
} from "../../contract/index.ts";
import { findFaults } from "../action/action-parameters.ts";
import type { MachineParts } from "../turn.ts";

/** An action of a reply: its type is known, its parameters are an object. */
export interface ReplyAction {
  readonly type: string;
  readonly parameters: JsonObject;
}

/** A check in progress. */
interface Check {
  readonly call: CallFacts | undefined;
  /** How many actions were sent; undefined: as many as there are. */
  readonly sent?: number | undefined;
  /** Grows. */
  readonly findings: Finding[];
}

const members = ["Type", "Parameters"];
const knownMembers = new Set(members);

/** Checks every action of a reply. Unusable ones are left out, and `findings` has why the reply is refused. Parameters take effect when the
 * action's turn comes, but their faults are found now. Contract: events-invalid-ours, events-failure-in-turn */
export function checkReplyActions(value: unknown, machine: MachineParts, check: Check): readonly ReplyAction[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    refuseList("Actions", `must be an array, found ${nameOfKind(value)}`, check);
    return [];
  }
  const most = machine.config.limits.actionsPerReply;
  const { sent = value.length } = check;
  if (sent > most) {
    const message = `Too many actions specified in a response. Found ${sent}, at most ${most} are allowed.`;
    const what = `found ${sent} actions, allowed are at most ${most}`;
    check.findings.push(replyRefused("Actions", what, "TooManyActions", message));
  }
  return (value as unknown[]).slice(0, most).flatMap((entry, index) => {
    return checkAction(entry, `Actions[${index}]`, machine, check) ?? [];
  });
}

function refuseList(path: string, what: string, { findings }: Check): void {
  findings.push(replyRefused(path, what, "ActionsListInvalid", `Error while reading actions list. ${path} ${what}.`));
}

function checkAction(entry: unknown, path: string, machine: MachineParts, check: Check): ReplyAction | undefined {
  const { call, findings } = check;
  if (!isObject(entry)) {
    refuseList(path, `must be an object, found ${nameOfKind(entry)}`, check);
    return undefined;
  }
  const { Type: type } = entry;
  noteUnknownMembers({ path, findings }, entry, members, knownMembers);
  if (typeof type !== "string") {
    refuseList(`${path}.Type`, `must be a string, found ${nameOfKind(type)}`, check);
    return undefined;
  }
  const definition = machine.rules.actions.get(type);
  if (definition === undefined) findings.push(unknownAction(type, `${path}.Type`, [...machine.rules.actions.keys()]));
  const parameters = entry["Parameters"] ?? {};
  if (!isObject(parameters)) {
    refuseList(`${path}.Parameters`, `must be an object, found ${nameOfKind(parameters)}`, check);
    return undefined;
  }
  if (definition === undefined) return undefined;
  findings.push(
    ...findFaults(definition.parameters, parameters, `${path}.Parameters`, {
      limits: machine.config.limits,
      compatibility: machine.config.compatibility,
      call,
      whyUnspeakable: machine.rules.whyUnspeakable,
    }),
  );
  if (definition.unavailable !== undefined) {
    const { errorType, errorMessage, why = errorMessage } = definition.unavailable;
    const what = `found ${describeFound(type)}: ${why.replace(/\.$/, "")}`;
    findings.push({ path: `${path}.Type`, what, consequence: { type: "action-fails", errorType, errorMessage } });
  }
  return { type, parameters };
}

function unknownAction(type: string, path: string, known: readonly string[]): Finding {
  const nearest = nearestAction(type, known);
  const hint = nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`;
  const allowed = nearest === undefined ? `allowed is ${listChoices(known)}` : hint;
  const message = `Unsupported action ${shorten(type)} specified. ${path}: ${hint}`;
  return replyRefused(path, `found ${describeFound(type)}, ${allowed}`, "UnsupportedAction", message);
}

/** The action with the nearest spelling, else one that the word begins with or that begins with the word (SpeakText, Play).
 * Contract: leniency-misspelt-actions */
function nearestAction(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const begins = (name: string) => lower.startsWith(name) || (lower.length > 2 && name.startsWith(lower));
  return nearestWord(word, known) ?? known.find((name) => begins(name.toLowerCase()));
}
