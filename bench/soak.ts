import { soakExample } from "./soak/example-soak.ts";
import { soakAtLoad, type LoadKind } from "./soak/load-soak.ts";
import { soakMeeting } from "./soak/meeting-soak.ts";
import { soakScripts } from "./soak/scripts.ts";
import { readWords } from "../src/testing/internal/read-words.ts";

const usage = `npm run soak -- [--example <name>] [--calls <number>] [--concurrency <number>]
npm run soak -- --example meeting-dial-in --minutes <number>
npm run soak -- --load <kind> [--minutes <number>] [--at <number>]
  --example      ${Object.keys(soakScripts).join(", ")} (default: voicemail)
  --calls        how many in all (default: 1000)
  --concurrency  how many at one time (default: 100)
  --load         calls: they come and go, a function decides; legs: calls of 45 s that play
  --minutes      how long (default: 30); with an example of meetings: one browser and three phones stay in one meeting for so long
  --at           so many calls per second, or legs (default: 80 % of what is measured first)`;

const meetingExamples: ReadonlySet<string> = new Set(["meeting-dial-in"]);

const { values } = readWords(usage, {
  options: {
    example: { type: "string", default: "voicemail" },
    calls: { type: "string", default: "1000" },
    concurrency: { type: "string", default: "100" },
    load: { type: "string" },
    minutes: { type: "string" },
    at: { type: "string" },
  },
});
const [calls, concurrency, minutes] = [Number(values.calls), Number(values.concurrency), Number(values.minutes ?? 30)];
const at = values.at === undefined ? undefined : Number(values.at);
const load: LoadKind | undefined = values.load === "calls" || values.load === "legs" ? values.load : undefined;
const isUsable =
  soakScripts[values.example] !== undefined &&
  (values.minutes === undefined || values.load !== undefined || meetingExamples.has(values.example)) &&
  [calls, concurrency, minutes, at ?? 1].every((number) => number > 0) &&
  (values.load === undefined || load !== undefined);

if (!isUsable) {
  console.error(usage);
  process.exitCode = 2;
} else {
  process.exitCode = (await soak()) ? 0 : 1;
}

function soak(): Promise<boolean> {
  if (load !== undefined) return soakAtLoad(load, minutes, at);
  if (values.minutes !== undefined) return soakMeeting(values.example, minutes);
  return soakExample(values.example, calls, concurrency);
}
