import { e164Pattern } from "../sip-syntax/index.ts";

/** Where a value of a call's data stands, which decides how it is redacted.
 * - program: what the author wrote, kept as it is
 * - name: mostly the author's, such as the key of a file; long numbers in it go
 * - pattern: a regular expression; long numbers in it go
 * - data: what may be about a person or secret; all of it goes */
export type Place = "program" | "name" | "pattern" | "data";

/** Members of replies whose values are the author's: they say how, not what or to whom. */
const programMembers = new Set([
  "SchemaVersion",
  "Type",
  "ParticipantTag",
  "DurationInMilliseconds",
  "SipResponseCode",
  "sipResponseCode",
  "CallTimeoutSeconds",
  "Repeat",
  "PlaybackTerminators",
  "TerminatorDigits",
  "RecordingTerminators",
  "MinNumberOfDigits",
  "MaxNumberOfDigits",
  "RepeatDurationInMilliseconds",
  "InBetweenDigitsDurationInMilliseconds",
  "FlushDigitsDurationInMilliseconds",
  "ToneDurationInMilliseconds",
  "DurationInSeconds",
  "SilenceDurationInSeconds",
  "SilenceThreshold",
  "TextType",
  "Engine",
  "VoiceId",
  "LanguageCode",
  "Track",
  "BridgeEndpointType",
  "Arn",
  "Enable",
]);
const nameMembers = new Set(["CallId", "BucketName", "Key", "Prefix", "Location"]);
/** Everything in these is data, whatever its name. */
const dataMembers = new Set(["TransactionAttributes", "SipHeaders", "Arguments"]);

/** A spot in a value: the member it is in (of a list, the member that the list is in), and whether all around it is data. */
export interface Spot {
  readonly member: string;
  readonly isInData: boolean;
}

/** The whole of a function's reply. */
export const replySpot: Spot = { member: "", isInData: false };
/** Attributes, arguments, headers: a value that is data with all that it holds. */
export const dataSpot: Spot = { member: "", isInData: true };

/** The spot of a member. */
export function spotOf(parent: Spot, member: string): Spot {
  return { member, isInData: parent.isInData || dataMembers.has(member) };
}

/** How what stands there is redacted. */
export function placeOf({ member, isInData }: Spot): Place {
  if (isInData) return "data";
  if (programMembers.has(member)) return "program";
  if (nameMembers.has(member)) return "name";
  return member === "InputDigitsRegex" ? "pattern" : "data";
}

/** Runs of digits in a file's name that may be a telephone number or an account. */
export const longNumbers = /\+?\d{4,}/g;

/** The parts of a regular expression: one with a group that took part is digits that are looked for as they stand, or a class that never
 * ends; classes, counts and escapes are not. */
export const patternParts = /\\[^]|\[(?:\\[^]|[^\]\\])*(?:\]|(\\?))|\{\d{0,9}(?:,\d{0,9})?\}|(\d{2,})/g;

/** Words that tell nothing and that functions decide by. */
export const plainWords: ReadonlySet<string> = new Set(["", "LEG-A", "LEG-B", "true", "false"]);

/** Whether a JSON number is a counter, and no secret. */
export function isCounter(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 100;
}

/** What kind of value a text is; a stand-in is of the same kind. */
export type TextKind = "plain" | "number" | "digits" | "uri" | "text";

/** The kind of a text at a place for data. */
export function kindOf(text: string): TextKind {
  if (plainWords.has(text)) return "plain";
  if (text.startsWith("+") && e164Pattern.test(text)) return "number";
  if (/^[\d*#,A-D]{1,128}$/.test(text) && /[\d*#,]/.test(text)) return "digits";
  return /^sip:./i.test(text) ? "uri" : "text";
}
