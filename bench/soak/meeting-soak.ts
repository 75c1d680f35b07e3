import type { SipAddress } from "../../src/app/index.ts";
import { openThings, untilIdle } from "../ledger.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import { median, percentile } from "../percentile.ts";
import type { ExampleFacts, ExampleUse } from "../processes/example-server.ts";
import type { HeardOfMeeting } from "../processes/meeting-members.ts";
import { FLAT_WITHIN, growthOf, megabytes } from "./growth.ts";

const sampleMs = 5_000;
const lineEverySamples = 12;
const members = 4;
/** By then everybody is in, and prompts are over. */
const joinMs = 30_000;
const promptMs = 5_000;
/** A queue that grew by more than this, two packets, has drifted. The browser's own buffer, which is in what it hears, grows and shrinks with the
 * machine's unrest. */
const flatWithinMs = { phone: 40, browser: 200 };
const shortShare = 0.1;
/** Before that everybody's buffers find their length. */
const settleMs = 10_000;
/** More than this share of the steady voice is not to be missing. */
const mostMissing = 0.001;
/** A shorter run is still warming up. */
const minutesToJudgeMemory = 5;
/** Nobody dials out of this example. */
const nowhere: SipAddress = { transport: "udp", host: "127.0.0.1", port: 9 };

/** Lets one browser and three phones talk in one meeting, and prints what came of it.
 * @returns whether queues and memory stayed flat, everything was heard and nothing is left open */
export async function soakMeeting(example: string, minutes: number): Promise<boolean> {
  const server = startPeer("processes/example-server", { nodeWords: ["--expose-gc"] });
  const far = startPeer("processes/meeting-members");
  try {
    const facts = await server.ask<ExampleFacts>("start", { example, farEnd: nowhere });
    await far.ask("join", facts);
    await untilIn(server);
    await pause(promptMs);
    await far.ask("talk", minutes);
    await pause(settleMs);
    await far.ask("forget");
    const watched = await watch(server, far, minutes);
    const heard = await far.ask<HeardOfMeeting[]>("heard");
    await far.ask("leave");
    const ledger = await untilIdle(async () => (await server.ask<ExampleUse>("use")).ledger);
    return report({ minutes, heard, ...watched, left: openThings(ledger) });
  } finally {
    await far.end();
    await server.end();
  }
}

async function untilIn(server: Peer): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const { ledger } = await server.ask<ExampleUse>("use");
    if (ledger.meetingMembers === members) return;
    if (performance.now() - startedAt > joinMs) throw new Error(`${ledger.meetingMembers} of ${members} are in`);
    await pause(200);
  }
}

interface Watched {
  readonly resident: readonly number[];
  readonly liveBytes: readonly number[];
}

async function watch(server: Peer, far: Peer, minutes: number): Promise<Watched> {
  const [resident, liveBytes]: [number[], number[]] = [[], []];
  const startedAt = performance.now();
  const lengthMs = 60_000 * minutes;
  for (let atMs = 0; atMs < lengthMs; atMs = performance.now() - startedAt) {
    await pause(Math.min(sampleMs, lengthMs - atMs));
    const { residentBytes } = await server.ask<ExampleUse>("use");
    resident.push(residentBytes);
    if (performance.now() - startedAt >= (lengthMs * (liveBytes.length + 1)) / 4) {
      liveBytes.push(await server.ask<number>("liveBytes"));
    }
    if (resident.length % lineEverySamples !== 1) continue;
    const heard = await far.ask<HeardOfMeeting[]>("heard");
    const delays = heard.map(({ who, delaysMs }) => `${who} ${inMs(median(delaysMs.slice(-6)))}`).join(", ");
    const atS = Math.round((performance.now() - startedAt) / 1_000);
    console.log(`${`${atS} s`.padStart(7)}  mouth to ear: ${delays}; resident ${megabytes(residentBytes)}`);
  }
  return { resident, liveBytes };
}

interface Soaked extends Watched {
  readonly minutes: number;
  readonly heard: readonly HeardOfMeeting[];
  readonly left: readonly (readonly [string, number])[];
}

function report({ minutes, heard, resident, liveBytes, left }: Soaked): boolean {
  console.log(`\none browser and three phones for ${minutes} min`);
  const faults = heard.flatMap((one) => {
    const { first, last } = edges(one.delaysMs);
    const sounds = `${one.delaysMs.length} of ${one.delaysMs.length + one.missed} calls heard`;
    const gaps = `of the steady voice ${inMs(one.gapMs)} missing, at most ${inMs(one.longestGapMs)} together`;
    console.log(
      `${one.who}: ${sounds}; mouth to ear at best ${inMs(first)} at the start, ${inMs(last)} at the end; ${gaps}`,
    );
    return [
      ...(one.missed > 0 ? [`${one.who} missed ${one.missed} calls`] : []),
      ...(Math.abs(last - first) <= flatWithinMs[one.who === "browser" ? "browser" : "phone"]
        ? []
        : [`the way to ${one.who} drifted by ${inMs(last - first)}`]),
      ...(one.gapMs <= mostMissing * one.heardMs ? [] : [`${one.who} missed ${inMs(one.gapMs)} of the steady voice`]),
    ];
  });
  const { second, fourth, growth } = growthOf(resident);
  const isFlat = growth <= FLAT_WITHIN || minutes < minutesToJudgeMemory;
  if (!isFlat) faults.push("memory grew");
  if (left.length > 0) faults.push("something is left open");
  console.log(`resident memory: second quarter ${megabytes(second)}, last quarter ${megabytes(fourth)} (${growth > 0 ? "+" : ""}${(100 * growth).toFixed(1)} %)
alive in the main thread after each quarter: ${liveBytes.map(megabytes).join(", ")}
ledger at the end: ${left.length === 0 ? "all zero" : left.map(([name, open]) => `${open} ${name}`).join(", ")}
${faults.length === 0 ? "no drift, nothing lost, nothing left" : faults.join("; ")}`);
  return faults.length === 0;
}

/** The short ways (all but one in ten are longer) of the first and of the last third: a queue that grew is in every way, while those of a moment in which
 * the machine was late, for which buffers wait longer, are not. */
function edges(delaysMs: readonly number[]): { readonly first: number; readonly last: number } {
  const count = Math.max(2, Math.floor(delaysMs.length / 3));
  return {
    first: percentile(delaysMs.slice(0, count), shortShare),
    last: percentile(delaysMs.slice(-count), shortShare),
  };
}

function inMs(value: number): string {
  return `${Math.round(value)} ms`;
}
