import { parseArgs } from "node:util";
import { soakExample } from "./soak/example-soak.ts";
import { soakAtLoad, type LoadKind } from "./soak/load-soak.ts";
import { soakScripts } from "./soak/scripts.ts";

const usage = `npm run soak -- [--example <name>] [--calls <number>] [--concurrency <number>]
npm run soak -- --load <kind> [--minutes <number>] [--at <number>]
  --example      ${Object.keys(soakScripts).join(", ")} (default: voicemail)
  --calls        how many in all (default: 1000)
  --concurrency  how many at one time (default: 100)
  --load         calls: they come and go, a function decides; legs: calls of 45 s that play
  --minutes      how long (default: 30)
  --at           so many calls per second, or legs (default: 80 % of what is measured first)`;

const { values } = parseArgs({
  options: {
    example: { type: "string", default: "voicemail" },
    calls: { type: "string", default: "1000" },
    concurrency: { type: "string", default: "100" },
    load: { type: "string" },
    minutes: { type: "string", default: "30" },
    at: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const [calls, concurrency, minutes] = [Number(values.calls), Number(values.concurrency), Number(values.minutes)];
const at = values.at === undefined ? undefined : Number(values.at);
const load: LoadKind | undefined = values.load === "calls" || values.load === "legs" ? values.load : undefined;
const isUsable =
  soakScripts[values.example] !== undefined &&
  [calls, concurrency, minutes, at ?? 1].every((number) => number > 0) &&
  (values.load === undefined || load !== undefined);

if (values.help || !isUsable) {
  console.error(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const isGood = load === undefined ? soakExample(values.example, calls, concurrency) : soakAtLoad(load, minutes, at);
  process.exitCode = (await isGood) ? 0 : 1;
}
