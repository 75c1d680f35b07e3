import type { ContractError, Finding } from "./finding.ts";
import type { Redaction } from "./redaction.ts";
import { describeFound, shorten } from "./wording.ts";

/** A JSON object as it came or goes over the wire. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A part of a JSON Schema, draft-07. */
export type JsonSchema = JsonObject;

/** What is allowed may depend on these settings of the server. */
export interface ShapeLimits {
  /** Bounds of Pause, milliseconds. */
  readonly pauseMs: { readonly min: number; readonly max: number };
  /** Longest value of a SIP header that a function or an API request sets, characters. */
  readonly sipHeaderLength: number;
  /** Whether short numbers may be called. */
  readonly shortNumbers: boolean;
  /** Numbers that are never called. */
  readonly emergencyNumbers: readonly string[];
  /** Beginnings of E.164 numbers that are not called. */
  readonly closedPrefixes: readonly string[];
}

/** Compatibility switches that decide what is allowed; `src/call/compatibility.ts` says what they mean. */
export interface ShapeSwitches {
  readonly sipHeadersWithPstn: boolean;
  readonly acceptWrongHangupCode: boolean;
  readonly acceptShortFlush: boolean;
  readonly recordingNeedsDuration: boolean;
}

/** What a shape may look at besides the value. */
export interface ReadContext {
  readonly limits: ShapeLimits;
  readonly compatibility: ShapeSwitches;
  /** undefined: the reply is checked without a call. */
  readonly call: CallFacts | undefined;
  /** undefined: not checked here; speaking it fails then. */
  readonly whyUnspeakable?: WhyUnspeakable | undefined;
}

/** What is known of the call and its server. */
export interface CallFacts {
  /** `From` of LEG-A. */
  readonly from: string;
  /** Whether the inventory has this number (E.164). */
  readonly ownsNumber: (number: string) => boolean;
  /** Why there is no route to the Voice Connector of this ARN, for people; undefined when there is one. */
  readonly whyNoConnector: (arn: string) => string | undefined;
}

/** Why a part of a speech (the id of a voice, a language code, an SSML document) cannot be used, for people; undefined: it can. */
export type WhyUnspeakable = (part: "voice" | "language" | "ssml", value: string) => string | undefined;

/** The value that is being read: its path, and where findings go if it is wrong. */
export interface ReadScope {
  readonly path: string;
  readonly context: ReadContext;
  /** What ACTION_FAILED says of a wrong value here. */
  readonly error: ContractError;
  /** Grows while values are read. */
  readonly findings: Finding[];
}

/** A value that was read. */
export interface Read<T> {
  readonly value: T;
  /** As events show it; undefined: as it was sent. */
  readonly echo: unknown;
}

/** How a shape is printed: as functions may send it (numbers also as text), as events echo what was sent, or as events report what was not sent. */
export interface Printing {
  readonly form: "sent" | "echoed" | "reported";
  readonly limits: ShapeLimits;
}

/** What a value may be. One declaration reads values and is printed as JSON Schema and as a TypeScript type. */
export interface Shape<T> {
  /** What such a value can tell of people. */
  readonly redaction: Redaction;
  /** undefined: it is wrong, and `scope.findings` says so. Absent values never come here. */
  read(sent: unknown, scope: ReadScope): Read<T> | undefined;
  schema(printing: Printing): JsonSchema;
  type(printing: Printing): string;
}

/** Why a value is not allowed: what would be (`1 to 120`), or what is wrong with it. */
export type Refusal = ({ readonly allowed: string } | { readonly why: string }) & {
  /** What was found, when the value itself is not the best description. */
  readonly found?: string;
  /** The error of ACTION_FAILED, when it differs from that of other faults of the value. */
  readonly error?: ContractError;
};

/** Most findings that are kept, of those without effect and of all, since a reply can be large. */
const mostFindings = { "no-effect": 50, all: 100 };

/** Sentences can name what was sent. */
const longestSentence = 500;
const longestMessage = 2_000;

/** Adds a finding: the value is wrong. */
export function refuse(scope: ReadScope, sent: unknown, refusal: Refusal): undefined {
  if (scope.findings.length >= mostFindings.all) return undefined;
  const { found = describeFound(sent), error = scope.error } = refusal;
  const [mark, rule] = "why" in refusal ? [":", refusal.why] : [",", `allowed is ${refusal.allowed}`];
  const withoutValue = shorten(rule, longestSentence);
  const said = { what: `found ${shorten(found, longestSentence)}${mark} ${withoutValue}`, withoutValue };
  const { errorType } = error;
  const errorMessage = shorten(error.errorMessage, longestMessage);
  scope.findings.push({ path: scope.path, ...said, consequence: { type: "action-fails", errorType, errorMessage } });
  return undefined;
}

/** Adds a finding that has no effect. */
export function noteNoEffect(
  { path, findings }: Pick<ReadScope, "path" | "findings">,
  said: Pick<Finding, "what" | "withoutValue">,
): void {
  if (!takesNoEffect({ findings })) return;
  findings.push({ path, ...said, consequence: { type: "no-effect" } });
}

/** Whether one more finding without effect is kept. */
export function takesNoEffect({ findings }: Pick<ReadScope, "findings">): boolean {
  return findings.length < mostFindings["no-effect"];
}
