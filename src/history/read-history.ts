import { readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError, errorMessage, whyUnreadable } from "../kernel/index.ts";
import {
  defaultCompatibility,
  documentedLimits,
  positionsBefore,
  type Answer,
  type CallInput,
  type CallState,
  type MachineConfig,
} from "../call/index.ts";
import {
  formatName,
  formatVersion,
  type History,
  type KeptEffect,
  type RecordedLadderLine,
  type RecordedLegAudio,
  type RecordedStep,
} from "./format.ts";

/** Reads the history of a call from a file.
 * @throws AppError HISTORY_UNREADABLE, HISTORY_MALFORMED, HISTORY_OTHER_VERSION, HISTORY_EMPTY */
export async function readHistoryFile(path: string): Promise<History> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("HISTORY_UNREADABLE", `${path} cannot be read: ${whyUnreadable(error)}.`, { cause: error });
  }
  return parseHistory(text);
}

/** Reads the history of a call. A last line that was not written to its end is left out.
 * @throws AppError HISTORY_MALFORMED, HISTORY_OTHER_VERSION, HISTORY_EMPTY */
export function parseHistory(text: string): History {
  const reading = parseByLine(text);
  for (let read = reading.next(); ; read = reading.next()) if (read.done === true) return read.value;
}

/** How much of a text is read before others have their turn, characters. */
const turnLength = 65_536;

/** The same for servers with calls: other work of this thread goes on meanwhile. Rejects as `parseHistory` throws. */
export async function parseHistoryInTurns(text: string): Promise<History> {
  const reading = parseByLine(text);
  let length = 0;
  for (let read = reading.next(); ; read = reading.next()) {
    if (read.done === true) return read.value;
    length += read.value;
    if (length < turnLength) continue;
    length = 0;
    await nextTurn();
  }
}

/** Reads a history line by line, and gives the length of each. */
function* parseByLine(text: string): Generator<number, History> {
  const lines = text.split("\n");
  // Whole files end with a line break.
  const isCutShort = lines.pop() !== "";
  const [head, ...others] = lines;
  if (head === undefined) malformed(1, "there is not one whole line");
  const known = readHead(head);
  const steps: RecordedStep[] = [];
  const audio: RecordedLegAudio[] = [];
  const ladder: RecordedLadderLine[] = [];
  for (const [index, line] of others.entries()) {
    const value = parseObject(line, index + 2);
    if ("sip" in value || "refused" in value) ladder.push(readLadderLine(value, index + 2));
    else if ("audio" in value) audio.push(readAudio(value, index + 2));
    else steps.push(readStep(value, index + 2));
    yield line.length;
  }
  const history = { ...known, steps, audio, ladder, isCutShort };
  if (history.steps.length > 0) return history;
  throw new AppError("HISTORY_EMPTY", "The file holds no event: it ends before the call's first one.");
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
  const { limits = {}, compatibility = {} } = settings;
  if (!isObject(limits)) malformed(1, `"settings.limits" must be an object`);
  if (!isObject(compatibility)) malformed(1, `"settings.compatibility" must be an object`);
  for (const [name, value] of Object.entries(documentedLimits)) {
    const found = limits[name];
    if (found !== undefined && typeof found !== typeof value)
      malformed(1, `"settings.limits.${name}" must be a ${typeof value}`);
  }
  return {
    redacted,
    // A setting that came later is as documented, a switch where it stood before there was one.
    settings: {
      limits: { ...documentedLimits, ...limitsBefore, ...limits },
      compatibility: { ...defaultCompatibility, ...positionsBefore, ...compatibility },
    },
    call: readCall(call),
  };
}

/** The state, also of an engine that knew legs by their tags and had their timers and joins beside them: none of those are there before
 * the first input. */
function readCall({ bridged: _bridged, legs, ...call }: Readonly<Record<string, unknown>>): CallState {
  const read = (legs as readonly Readonly<Record<string, unknown>>[]).map(({ tag: _tag, ...leg }) => ({
    ...{ kind: "telephone", meeting: undefined, calledFor: undefined, joinedWith: undefined, timers: {} },
    ...leg,
  }));
  return { ...laterMembers, ...call, legs: read } as unknown as CallState;
}

/** Where limits stood before there were such. */
const limitsBefore: Pick<MachineConfig["limits"], "closedPrefixes"> = { closedPrefixes: [] };

/** Members of states that came after the first histories. */
const laterMembers = {
  ...{ search: undefined, searches: 0, failures: undefined },
  ...{ lookUp: undefined, lookUps: 0, known: [], endType: undefined },
} satisfies Partial<CallState>;

/** What is read of a state outside of the machine, and enough of the rest to tell a state from something else. */
function checkCall(call: Readonly<Record<string, unknown>>): void {
  checkMembers(call, "call", { transactionId: "string", accountId: "string", startedAt: "time" });
  checkMembers(call, "call", { sequence: "number", nextId: "number", timers: "object", list: "object" });
  checkMembers(call, "call", { dialHeaders: "object", target: "object", fallbackTargets: "list", legs: "list" });
  checkMembers(call, "call", { pendingEvents: "list", listeners: "list", recordings: "list", warnings: "list" });
  checkMembers(call, "call", { invokedAt: "list" });
  const { target, fallbackTargets, legs } = call;
  for (const one of [target, ...(fallbackTargets as readonly unknown[])]) {
    checkMembers(one, "a target of call", { functionArn: "string", region: "string", applicationId: "string" });
  }
  const all = legs as readonly unknown[];
  for (const [index, leg] of (all.length === 0 ? [undefined] : all).entries()) {
    checkMembers(leg, `call.legs[${index}]`, { id: "string", direction: "string", to: "string", from: "string" });
    checkMembers(leg, `call.legs[${index}]`, { startedAt: "time", state: "object" });
  }
}

type Kind = "string" | "number" | "truth" | "object" | "list" | "texts" | "time" | "verdict" | "answers";
const kindNames: Readonly<Record<Kind, string>> = {
  string: "a text",
  number: "a number",
  truth: "true or false",
  object: "an object",
  list: "a list",
  texts: "a list of texts",
  time: "a time in milliseconds",
  verdict: 'true, false or "too-slow"',
  answers: "a list of true, false, null and texts",
};

function checkMembers(value: unknown, path: string, kinds: Readonly<Record<string, Kind>>, line = 1): void {
  if (!isObject(value)) malformed(line, `"${path}" must be an object`);
  for (const [name, kind] of Object.entries(kinds)) {
    if (!isOfKind(value[name], kind)) malformed(line, `"${path}.${name}" must be ${kindNames[kind]}`);
  }
}

/** The last moment that a date can have. */
const lastMoment = 8.64e15;

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === "list") return Array.isArray(value);
  if (kind === "object") return isObject(value);
  if (kind === "time") return typeof value === "number" && Math.abs(value) <= lastMoment;
  if (kind === "answers") return Array.isArray(value) && value.every(isAnswer);
  if (kind === "texts") return Array.isArray(value) && value.every((entry) => typeof entry === "string");
  if (kind === "truth") return typeof value === "boolean";
  if (kind === "verdict") return typeof value === "boolean" || value === "too-slow";
  return typeof value === kind;
}

/** What each input must have besides its type and time. */
const members: Readonly<Record<CallInput["type"], Readonly<Record<string, Kind>>>> = {
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
  "meeting-joined": { legId: "string", meetingId: "string", attendeeId: "string" },
  "meeting-refused": { legId: "string", why: "string", isOurs: "truth" },
  "meeting-left": { legId: "string", why: "string" },
  "attendees-muted": { muteId: "string", unknown: "texts" },
  "attendees-not-muted": { muteId: "string", error: "object" },
  "recording-started": { recordingId: "string" },
  "recording-ended": { recordingId: "string", end: "string" },
  "recording-failed": { recordingId: "string", error: "object" },
  "pattern-searched": { searchId: "string", verdict: "verdict" },
  "looked-up": { lookUpId: "string", answers: "answers" },
  "timer-fired": { timerId: "string" },
  "hang-up-requested": { legId: "string" },
  shutdown: {},
};

/** Reads a line of a ladder: a message, or why one was refused.
 * @throws AppError HISTORY_MALFORMED */
export function readLadderLine(value: Readonly<Record<string, unknown>>, line: number): RecordedLadderLine {
  checkMembers(value, "line", { at: "time" }, line);
  const { at, sip, refused, participantTag } = value;
  const of = typeof participantTag === "string" ? { participantTag } : {};
  if (sip === undefined) {
    checkMembers(refused, "refused", { cause: "string", method: "string" }, line);
    return { at, ...of, refused, line } as RecordedLadderLine;
  }
  checkMembers(sip, "sip", { direction: "string", transport: "string", peer: "string", startLine: "string" }, line);
  return { at, ...of, sip, line } as RecordedLadderLine;
}

function readAudio(value: Readonly<Record<string, unknown>>, line: number): RecordedLegAudio {
  const { at, participantTag, audio } = value;
  checkMembers({ at, participantTag, audio }, "line", { at: "time", participantTag: "string", audio: "object" }, line);
  const { encryption } = value;
  return { at, participantTag, audio, ...(isObject(encryption) ? { encryption } : {}) } as RecordedLegAudio;
}

function readStep(value: Readonly<Record<string, unknown>>, line: number): RecordedStep {
  const { input, answers = [], effects = [], broke = false } = value;
  if (!isObject(input)) malformed(line, `"input" must be an object`);
  if (!isOfKind(answers, "answers")) malformed(line, `"answers" must be ${kindNames.answers}`);
  if (!Array.isArray(effects) || !effects.every(isObject)) malformed(line, `"effects" must be a list of objects`);
  return {
    line,
    input: checkInput(input, line),
    answers: answers as readonly Answer[],
    effects: effects as readonly KeptEffect[],
    broke: broke === true,
  };
}

function checkInput(input: Readonly<Record<string, unknown>>, line: number): CallInput {
  const { type } = input;
  const wanted =
    typeof type === "string" && Object.hasOwn(members, type) ? members[type as CallInput["type"]] : undefined;
  if (wanted === undefined) malformed(line, `"input.type" is ${JSON.stringify(type)}, which is no input of a call`);
  checkMembers(input, "input", { at: "time", ...wanted }, line);
  const { reply } = input;
  if (isObject(reply) && reply["type"] !== "response" && reply["type"] !== "failed")
    malformed(line, `"input.reply.type" must be "response" or "failed"`);
  return input as unknown as CallInput;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "boolean" || typeof value === "string" || value === null;
}

/** Reads a line. @throws AppError HISTORY_MALFORMED */
export function parseObject(text: string, line: number): Readonly<Record<string, unknown>> {
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
