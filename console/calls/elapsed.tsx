import { signal } from "@preact/signals";
import { showClock } from "../parts/show.ts";

/** The time of this machine, each second. */
const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1_000);

/** How long something has lasted that goes on. */
export function Elapsed({ since }: { readonly since: string }) {
  return <>{showClock(now.value - Date.parse(since))}</>;
}
