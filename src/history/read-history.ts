import { readFile } from "node:fs/promises";
import { AppError, errorCode, errorMessage } from "../kernel/index.ts";
import { defaultCompatibility, documentedLimits, type Answer, type CallInput, type CallState } from "../call/index.ts";
import { formatName, formatVersion, type History, type KeptEffect, type RecordedStep } from "./format.ts";

/** Reads the history of a call from a file.
 * @throws AppError HISTORY_UNREADABLE, HISTORY_MALFORMED, HISTORY_OTHER_VERSION */
export async function readHistoryFile(path: string): Promise<History> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const why = errorCode(error) === "ENOENT" ? "there is no such file" : errorMessage(error);
    throw new AppError("HISTORY_UNREADABLE", `${path} cannot be read: ${why}.`, { cause: error });
  }
  return parseHistory(text);
}

/** Reads the history of a call. A last line that was not written to its end is left out.
 * @throws AppError HISTORY_MALFORMED, HISTORY_OTHER_VERSION */
export function parseHistory(text: string): History {
  const lines = text.split("\n");
  // Whole files end with a line break.
  const isCutShort = lines.pop() !== "";
  const [head, ...others] = lines;
  if (head === undefined) malformed(1, "there is not one whole line");
  return { ...readHead(head), steps: others.map((line, index) => readStep(line, index + 2)), isCutShort };
}

function readHead(line: string): Pick<History, "redacted" | "settings" | "call"> {
  const { format, version, redacted, settings, call } = parseObject(line, 1);
  if (format !== formatName) malformed(1, `"format" must be "${formatName}"; this is another kind of file`);
  if (version !== formatVersion) {
    const found = typeof version === "number" ? `version ${version}` : "no version";
    throw new AppError(
      "HISTORY_OTHER_VERSION",
      `The file was written in ${found} of the form; this Offhook reads version ${formatVersion}.`,
    );
  }
  if (typeof redacted !== "boolean") malformed(1, `"redacted" must be true or false`);
  if (!isObject(settings)) malformed(1, `"settings" must be an object`);
  if (!isObject(call)) malformed(1, `"call" must be an object`);
  checkCall(call);
  const { limits, compatibility } = settings;
  return {
    redacted,
    // A setting that came later is as documented.
    settings: {
      limits: { ...documentedLimits, ...(isObject(limits) ? limits : {}) },
      compatibility: { ...defaultCompatibility, ...(isObject(compatibility) ? compatibility : {}) },
    },
    call: call as unknown as CallState,
  };
}

function checkCall(call: Readonly<Record<string, unknown>>): void {
  for (const name of ["transactionId", "accountId"]) {
    if (typeof call[name] !== "string") malformed(1, `"call.${name}" must be a text`);
  }
  for (const name of ["legs", "pendingEvents", "listeners", "recordings", "warnings", "fallbackTargets"]) {
    if (!Array.isArray(call[name])) malformed(1, `"call.${name}" must be a list`);
  }
  for (const name of ["target", "list", "timers", "dialHeaders"]) {
    if (!isObject(call[name])) malformed(1, `"call.${name}" must be an object`);
  }
  for (const name of ["startedAt", "sequence", "nextId"]) {
    if (typeof call[name] !== "number") malformed(1, `"call.${name}" must be a number`);
  }
  const [leg] = call["legs"] as readonly unknown[];
  if (!isObject(leg) || typeof leg["id"] !== "string" || !isObject(leg["state"]))
    malformed(1, `"call.legs" must begin with LEG-A`);
}

/** What each input must have besides its type and time. */
const members: Readonly<Record<CallInput["type"], Readonly<Record<string, "string" | "object">>>> = {
  start: {},
  "leg-ringing": { legId: "string" },
  "leg-early-media": { legId: "string" },
  "leg-answered": { legId: "string" },
  "leg-ended": { legId: "string", end: "object" },
  "function-replied": { invocationId: "string", reply: "object" },
  "update-requested": { arguments: "object" },
  digit: { legId: "string", digit: "string" },
  "playback-finished": { playbackId: "string" },
  "playback-failed": { playbackId: "string", error: "object" },
  "digits-sent": { sendId: "string" },
  "recording-started": { recordingId: "string" },
  "recording-ended": { recordingId: "string", end: "string" },
  "recording-failed": { recordingId: "string", error: "object" },
  "timer-fired": { timerId: "string" },
  shutdown: {},
};

function readStep(text: string, line: number): RecordedStep {
  const { input, answers = [], effects = [], broke = false } = parseObject(text, line);
  if (!isObject(input)) malformed(line, `"input" must be an object`);
  if (!Array.isArray(answers) || !answers.every(isAnswer))
    malformed(line, `"answers" must be a list of true, false, null and texts`);
  if (!Array.isArray(effects) || !effects.every(isObject)) malformed(line, `"effects" must be a list of objects`);
  return {
    line,
    input: checkInput(input, line),
    answers,
    effects: effects as readonly KeptEffect[],
    broke: broke === true,
  };
}

function checkInput(input: Readonly<Record<string, unknown>>, line: number): CallInput {
  const { type, at } = input;
  const wanted =
    typeof type === "string" && Object.hasOwn(members, type) ? members[type as CallInput["type"]] : undefined;
  if (wanted === undefined) malformed(line, `"input.type" is ${JSON.stringify(type)}, which is no input of a call`);
  if (typeof at !== "number") malformed(line, `"input.at" must be a number`);
  for (const [name, kind] of Object.entries(wanted)) {
    const found = input[name];
    if (kind === "object" ? !isObject(found) : typeof found !== kind) {
      malformed(line, `"input.${name}" must be ${kind === "object" ? "an object" : "a text"}`);
    }
  }
  const { reply } = input;
  if (isObject(reply) && reply["type"] !== "response" && reply["type"] !== "failed")
    malformed(line, `"input.reply.type" must be "response" or "failed"`);
  return input as unknown as CallInput;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "boolean" || typeof value === "string" || value === null;
}

function parseObject(text: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    malformed(line, `it is not JSON: ${errorMessage(error)}`);
  }
  return isObject(value) ? value : malformed(line, "it must be a JSON object");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(line: number, why: string): never {
  throw new AppError("HISTORY_MALFORMED", `Line ${line}: ${why}.`, { details: { line } });
}
