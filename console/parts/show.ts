import { words } from "../words.ts";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const number = new Intl.NumberFormat("en-GB");

/** A moment: today only its time of day. */
export function showMoment(at: string | number): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

/** A moment with its date. */
export function showWholeMoment(at: string | number): string {
  return whole.format(new Date(at));
}

/** How long: "850 ms", "6.1 s", "2:05", "1:02:05". */
export function showDuration(ms: number | undefined): string {
  if (ms === undefined) return words.none;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return showClock(ms);
}

/** As a clock shows it: "0:06", "2:05", "1:02:05". */
export function showClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${hours > 0 ? `${hours}:${pad(minutes)}` : minutes}:${pad(seconds % 60)}`;
}

/** A place on the time axis of a call: "+0.475 s". */
export function showOffset(ms: number): string {
  return `${ms < 0 ? "−" : "+"}${(Math.abs(ms) / 1_000).toFixed(3)} s`;
}

export function showCount(value: number): string {
  return number.format(value);
}

/** A number or URI as people read it: without "sip:", and the host only where there is no number before it. */
export function showParty(party: string | undefined): string {
  if (party === undefined || party === "") return words.none;
  return party.replace(/^sips?:/, "").replace(/^(\+?\d+)@.*$/, "$1");
}

/** The beginning of an id, which is enough to tell it from others. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
