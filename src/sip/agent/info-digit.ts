import { mediaType } from "../message/body.ts";
import type { SipMessage } from "../message/message.ts";

/** Digits that a key pad has; some senders write 10 and 11 for the star and the hash key. */
const digitPattern = /^[0-9A-D*#]$/i;
const namedDigits: Readonly<Record<string, string>> = { "10": "*", "11": "#" };
const usualDurationMs = 250;

/** The digit of an INFO request: application/dtmf-relay (`Signal=5`, `Duration=160`) or application/dtmf (the digit
 * alone). Undefined when the body is another one. */
export function readInfoDigit(info: SipMessage): { readonly digit: string; readonly durationMs: number } | undefined {
  const type = mediaType(info.first("content-type") ?? "");
  const text = info.body.toString("utf8");
  if (type === "application/dtmf") return toDigit(text.trim(), undefined);
  if (type !== "application/dtmf-relay") return undefined;
  const signal = /^\s*signal\s*=\s*([^\s;]+)/im.exec(text)?.[1];
  const duration = /^\s*duration\s*=\s*(\d{1,5})/im.exec(text)?.[1];
  return signal === undefined ? undefined : toDigit(signal, duration);
}

function toDigit(text: string, duration: string | undefined) {
  const digit = namedDigits[text] ?? text;
  if (!digitPattern.test(digit)) return undefined;
  return { digit: digit.toUpperCase(), durationMs: duration === undefined ? usualDurationMs : Number(duration) };
}
