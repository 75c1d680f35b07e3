import {
  describeFound,
  isObject,
  nameOfKind,
  noteNoEffect,
  noteUnknownMembers,
  replyRefused,
  type CallFacts,
  type Finding,
  type JsonObject,
} from "../../contract/index.ts";
import { checkAttributes } from "./attributes.ts";
import { countActions, findAttributesCut, isOfAttributes, type Cut } from "./reply-bounds.ts";
import type { MachineParts } from "../turn.ts";
import { checkReplyActions, type ReplyAction } from "./reply-actions.ts";

/** The content of an acceptable reply. */
export type CheckedReply = {
  /** All faults against the contract, whatever the server does about them. */
  readonly findings: readonly Finding[];
} & (
  | {
      readonly type: "accepted";
      /** Empty when the reply brings none: then nothing changes. */
      readonly actions: readonly ReplyAction[];
      /** undefined: keep; an empty object: clear; else the new map. */
      readonly attributes: JsonObject | undefined;
      /** Why nothing of a reply was used whose form is wrong, but whose actions would not run anyway; undefined for a good form. */
      readonly unusable: string | undefined;
    }
  | { readonly type: "invalid"; readonly errorType: string; readonly message: string }
);

const nothing = { type: "accepted", actions: [], attributes: undefined, unusable: undefined, findings: [] } as const;
const blankText = "Response is blank or empty. Expected an object.";
const blankReply = replyRefused("", "blank or empty", "BlankResponse", blankText);
const members = ["SchemaVersion", "Actions", "TransactionAttributes"];
const knownMembers = new Set(members);

/** Checks a function's reply as a whole. A reply of `null`, or a bare empty array, is an empty list.
 * Contract: events-reply, events-reply-ignored-faults, leniency-reply-blank, leniency-reply-bare-list
 * @param useActions false: the event's actions are ignored whatever they are
 * @param call undefined: there is none, the reply is looked at by itself
 * @param cuts what was too long to be read to its end */
export function checkReply(
  value: unknown,
  useActions: boolean,
  machine: MachineParts,
  call: CallFacts | undefined,
  cuts: readonly Cut[] = [],
): CheckedReply {
  if (value === null || value === undefined) {
    const isRefused = useActions && !machine.config.compatibility.acceptBlankReply;
    return isRefused ? concluded([blankReply], [], undefined) : nothing;
  }
  if (Array.isArray(value) && value.length === 0) return nothing;

  const mismatch = findVersionMismatch(value);
  if (mismatch?.consequence.type === "reply-refused" && !useActions) {
    return { ...nothing, unusable: mismatch.consequence.errorMessage };
  }
  const findings: Finding[] = mismatch === undefined ? [] : [mismatch];
  // If it is no reply at all, there are no further findings.
  if (!isObject(value) || mismatch?.path === "") return concluded(findings, [], undefined);

  const attributes = checkAttributes(value["TransactionAttributes"], machine.config.limits, findAttributesCut(cuts));
  if (attributes.type === "invalid") {
    findings.push(replyRefused("TransactionAttributes", attributes.what, attributes.errorType, attributes.message));
  }
  for (const { path, what } of cuts)
    if (!isOfAttributes(path)) noteNoEffect({ path, findings }, { what, withoutValue: what });
  const stored = attributes.type === "valid" ? attributes.map : undefined;
  if (!useActions) return concluded(findings, [], stored);
  const actions = checkReplyActions(value["Actions"], machine, { call, sent: countActions(cuts), findings });
  noteUnknownMembers({ path: "", findings }, value, members, knownMembers);
  return concluded(findings, actions, stored);
}

/** The first fault that the reply is refused for decides what its function is told. Contract: leniency-reply-explained */
function concluded(
  findings: readonly Finding[],
  actions: readonly ReplyAction[],
  attributes: JsonObject | undefined,
): CheckedReply {
  for (const { consequence } of findings) {
    if (consequence.type !== "reply-refused") continue;
    return { type: "invalid", errorType: consequence.errorType, message: consequence.errorMessage, findings };
  }
  return { ...nothing, actions, attributes, findings };
}

const versionText = "The schema version in the invocation request does not match the schema version in the response.";

/** A reply of another version, or of no version: what was found, in short and as the function is told. */
function findVersionMismatch(value: unknown): Finding | undefined {
  const mismatch = (path: string, what: string, explanation: string) =>
    replyRefused(path, what, "SchemaVersionMismatch", `${versionText} ${explanation}`);
  if (!isObject(value)) {
    const found = `found ${nameOfKind(value)}`;
    return mismatch("", found, `Expected an object with SchemaVersion "1.0", ${found}.`);
  }
  const { SchemaVersion: version } = value;
  if (version === "1.0") return undefined;
  if ("statusCode" in value && "body" in value) {
    const advice = 'return the object with SchemaVersion "1.0" and Actions itself';
    const found = "ound an HTTP response (statusCode, body)";
    return mismatch("", `f${found}; ${advice}`, `F${found}; ${advice}.`);
  }
  const found = "SchemaVersion" in value ? describeFound(version) : "none";
  const what = "SchemaVersion" in value ? `found ${describeFound(version)}, allowed is "1.0"` : "missing";
  return mismatch("SchemaVersion", what, `Expected SchemaVersion "1.0", found ${found}.`);
}
