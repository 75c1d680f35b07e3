import { mediaType, type SipMessage } from "../../sip-syntax/index.ts";

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
  const values = readValues(text);
  const signal = values.get("signal");
  const duration = /^\d{1,5}/.exec(values.get("duration") ?? "")?.[0];
  return signal === undefined ? undefined : toDigit(signal, duration);
}

/** The first value of each name in `name=value` lines; what follows a blank or semicolon after it is left out. */
function readValues(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/[\r\n]/)) {
    const equals = line.indexOf("=");
    if (equals < 0) continue;
    const name = line.slice(0, equals).trim().toLowerCase();
    const value =
      line
        .slice(equals + 1)
        .trim()
        .split(/[\s;]/, 1)[0] ?? "";
    if (value !== "" && !values.has(name)) values.set(name, value);
  }
  return values;
}

function toDigit(text: string, duration: string | undefined) {
  const digit = namedDigits[text] ?? text;
  if (!digitPattern.test(digit)) return undefined;
  return { digit: digit.toUpperCase(), durationMs: duration === undefined ? usualDurationMs : Number(duration) };
}
