import { cardinalWords } from "./number-words.ts";

/** How long something takes, or a time of the day, in words; undefined: it is neither. `1'21"` is one minute twenty one seconds, as with Amazon
 * Polly; `2:30pm`, `14:30` and `14:05:09` are times of the day. */
export function timeWords(text: string): string | undefined {
  return durationWords(text.trim()) ?? clockWords(text.trim());
}

function durationWords(text: string): string | undefined {
  const found = /^(?:(\d{1,4})\s*['′])?\s*(?:(\d{1,4})\s*(?:["″]|''))?$/.exec(text);
  if (found === null || text === "") return undefined;
  const parts = [counted(found[1], "minute"), counted(found[2], "second")];
  return parts.filter((part) => part !== undefined).join(" ");
}

function counted(digits: string | undefined, unit: string): string | undefined {
  if (digits === undefined) return undefined;
  return `${cardinalWords(digits)} ${unit}${Number(digits) === 1 ? "" : "s"}`;
}

function clockWords(text: string): string | undefined {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?\s*(?:([ap])\.?\s*m\.?)?$/i.exec(text);
  if (found === null) return undefined;
  const [, hour = "", minute, second, half] = found;
  if (Number(hour) > 24 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  if (minute === undefined && half === undefined) return undefined;
  const name = half?.toLowerCase() === "a" ? "ay em" : "pee em";
  return [
    cardinalWords(hour),
    minuteWords(minute, half !== undefined),
    second === undefined ? undefined : `and ${counted(second, "second")}`,
    half === undefined ? undefined : name,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

function minuteWords(digits: string | undefined, hasHalf: boolean): string | undefined {
  if (digits === undefined) return undefined;
  if (digits === "00") return hasHalf ? undefined : "o'clock";
  return digits.startsWith("0") ? `oh ${cardinalWords(digits)}` : cardinalWords(digits);
}
