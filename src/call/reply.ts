import { nearestWord } from "../kernel/index.ts";
import type { JsonObject } from "./state.ts";
import type { MachineConfig } from "./turn.ts";

/** An action of a reply: its type is known, its parameters are an object. */
export interface ReplyAction {
  readonly type: string;
  readonly parameters: JsonObject;
}

/** What a reply says, once it is known to be acceptable. */
export type CheckedReply =
  | {
      readonly type: "accepted";
      /** Empty when the reply brings none: then nothing changes. */
      readonly actions: readonly ReplyAction[];
      /** undefined: keep; an empty object: clear; else the new map. */
      readonly attributes: JsonObject | undefined;
      /** Why nothing of a reply was used whose form is wrong, but whose actions would not run anyway; undefined for a good form. */
      readonly unusable: string | undefined;
    }
  | { readonly type: "invalid"; readonly errorType: string; readonly message: string };

const nothing = { type: "accepted", actions: [], attributes: undefined, unusable: undefined } as const;

/** Checks a function's reply as a whole. `useActions` false: the event's actions are ignored whatever they are.
 * A reply of `null`, or a bare empty array, is an empty list. Contract: events sections 3, 4 and 7, leniency section 1. */
export function checkReply(value: unknown, useActions: boolean, config: MachineConfig): CheckedReply {
  if (value === null || value === undefined) {
    const isRefused = useActions && !config.compatibility.acceptBlankReply;
    return isRefused ? invalid("BlankResponse", "Response is blank or empty. Expected an object.") : nothing;
  }
  if (Array.isArray(value) && value.length === 0) return nothing;

  const mismatch = findVersionMismatch(value);
  if (mismatch !== undefined)
    return useActions ? invalid("SchemaVersionMismatch", mismatch) : { ...nothing, unusable: mismatch };
  const reply = value as JsonObject;

  const attributes = checkAttributes(reply["TransactionAttributes"], config);
  if (attributes.type === "invalid") return attributes;
  if (!useActions) return { ...nothing, attributes: attributes.map };
  const actions = checkActions(reply["Actions"], config);
  if (actions.type === "invalid") return actions;
  return { ...nothing, actions: actions.list, attributes: attributes.map };
}

function invalid(errorType: string, message: string) {
  return { type: "invalid", errorType, message } as const;
}

const versionText = "The schema version in the invocation request does not match the schema version in the response.";

function findVersionMismatch(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `${versionText} Expected an object with SchemaVersion "1.0", found ${nameOfKind(value)}.`;
  }
  if ("SchemaVersion" in value && value.SchemaVersion === "1.0") return undefined;
  if ("statusCode" in value && "body" in value) {
    return `${versionText} Found an HTTP response (statusCode, body); return the object with SchemaVersion "1.0" and Actions itself.`;
  }
  const found = "SchemaVersion" in value ? JSON.stringify(value.SchemaVersion) : "none";
  return `${versionText} Expected SchemaVersion "1.0", found ${found}.`;
}

function nameOfKind(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "string" ? "a string (return the object, not its JSON text)" : `a ${typeof value}`;
}

function checkAttributes(value: unknown, config: MachineConfig) {
  if (value === undefined || value === null) return { type: "valid", map: undefined } as const;
  if (!isObject(value)) {
    return invalid(
      "TransactionAttributesInvalid",
      `TransactionAttributes must be an object, found ${nameOfKind(value)}.`,
    );
  }
  return checkSize(value, config);
}

/** Whether attributes are within the limits. */
export function checkSize(value: JsonObject, { limits }: MachineConfig) {
  const { entries, bytes } = limits.attributes;
  if (Object.keys(value).length > entries) {
    return invalid(
      "TransactionAttributesInvalidMapSize",
      `Transaction Attributes has too many mappings. Maximum number of mappings is ${entries}`,
    );
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(value));
  if (sizeBytes > bytes) {
    return invalid(
      "TransactionAttributesInvalidMapSize",
      `Transaction Attributes is too large. Maximum size is ${bytes} bytes, found ${sizeBytes}`,
    );
  }
  return { type: "valid", map: value } as const;
}

function checkActions(value: unknown, config: MachineConfig) {
  if (value === undefined || value === null) return { type: "valid", list: [] as ReplyAction[] } as const;
  if (!Array.isArray(value)) {
    return invalid(
      "ActionsListInvalid",
      `Error while reading actions list. Actions must be an array, found ${nameOfKind(value)}.`,
    );
  }
  const most = config.limits.actionsPerReply;
  if (value.length > most) {
    return invalid(
      "TooManyActions",
      `Too many actions specified in a response. Found ${value.length}, at most ${most} are allowed.`,
    );
  }
  const list: ReplyAction[] = [];
  for (const [index, entry] of (value as unknown[]).entries()) {
    const action = checkAction(entry, `Actions[${index}]`, config);
    if (action.type === "invalid") return action;
    list.push(action.action);
  }
  return { type: "valid", list } as const;
}

function checkAction(entry: unknown, path: string, config: MachineConfig) {
  if (!isObject(entry)) {
    return invalid(
      "ActionsListInvalid",
      `Error while reading actions list. ${path} must be an object, found ${nameOfKind(entry)}.`,
    );
  }
  const type = entry["Type"];
  if (typeof type !== "string") {
    return invalid(
      "ActionsListInvalid",
      `Error while reading actions list. ${path}.Type must be a string, found ${nameOfKind(type)}.`,
    );
  }
  if (!config.actions.has(type)) {
    const known = [...config.actions.keys()];
    const nearest = nearestAction(type, known);
    const hint = nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`;
    return invalid("UnsupportedAction", `Unsupported action ${type} specified. ${path}.Type: ${hint}`);
  }
  const parameters = entry["Parameters"] ?? {};
  if (!isObject(parameters)) {
    return invalid(
      "ActionsListInvalid",
      `Error while reading actions list. ${path}.Parameters must be an object, found ${nameOfKind(parameters)}.`,
    );
  }
  return { type: "valid", action: { type, parameters } } as const;
}

/** The action with the nearest spelling, else one that the word begins with or that begins with the word (SpeakText, Play). */
function nearestAction(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const begins = (name: string) => lower.startsWith(name) || (lower.length > 2 && name.startsWith(lower));
  return nearestWord(word, known) ?? known.find((name) => begins(name.toLowerCase()));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
