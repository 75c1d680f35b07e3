import { setTimeout as wait } from "node:timers/promises";
import {
  ChimeSDKVoiceClient,
  CreateSipMediaApplicationCallCommand,
  UpdateSipMediaApplicationCallCommand,
} from "@aws-sdk/client-chime-sdk-voice";
import type { SipAddress } from "../../src/app/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createMedia, createPhone, measureSpeech, tone, type Phone, type PhoneCall } from "../../src/testing/index.ts";
import { serveCommands } from "../peer.ts";
import { soakScripts, type Part, type SoakScript } from "../soak/scripts.ts";
import type { ExampleFacts } from "./example-server.ts";

/** Calls to make, and how many of them at one time. */
export interface SoakBatch extends ExampleFacts {
  readonly example: string;
  readonly calls: number;
  readonly concurrency: number;
}

/** What became of them so far. */
export interface SoakOutcome {
  readonly completed: number;
  readonly failed: number;
  /** Tries that were put off since the server (503) or the callers' own media had no room. */
  readonly putOff: number;
  /** Why calls failed. */
  readonly failures: Readonly<Record<string, number>>;
  /** Sum of all that parties heard that is not silence, milliseconds. */
  readonly heardMs: number;
  readonly isDone: boolean;
}

/** Nothing that the examples say takes longer. */
const longestCallMs = 120_000;
/** Who listened so long must have heard something. */
const silentMs = 1_500;

const outcome = {
  completed: 0,
  failed: 0,
  putOff: 0,
  failures: {} as Record<string, number>,
  heardMs: 0,
  isDone: false,
};
const state: { phone?: Phone; script?: SoakScript } = {};
/** Calls that the API was asked for, by the number that is called. */
const awaited = new Map<string, (problem: string | undefined) => void>();

const between = ([from, to]: readonly [number, number]) => from + Math.random() * (to - from);

function choose(parts: readonly Part[]): Part {
  let rest = Math.random() * parts.reduce((sum, { weight }) => sum + weight, 0);
  for (const part of parts) if ((rest -= part.weight) < 0) return part;
  return { weight: 1, steps: [] };
}

/** Plays a part in an answered call until it is over.
 * @returns what went wrong; undefined: nothing */
async function play(call: PhoneCall, { steps }: Part): Promise<string | undefined> {
  const limit = setTimeout(() => call.hangUp(), longestCallMs);
  const hasLeft = { itself: false };
  try {
    await call.answered;
    void act(call, steps, hasLeft).catch(() => undefined); // the call ended before
  } catch {
    // How it ended is told below.
  }
  const { end, heard, answered, durationMs, problem } = await call.ended;
  clearTimeout(limit);
  const { speechMs } = measureSpeech(heard);
  outcome.heardMs += speechMs;
  if (problem !== undefined) return problem;
  if (!answered) return end.type === "rejected" ? `refused with ${end.status}` : `not answered: ${end.type}`;
  if (end.type !== "bye" && !hasLeft.itself) return `ended by ${end.type} after ${Math.round(durationMs / 1000)} s`;
  return call.direction === "outgoing" && durationMs > silentMs && speechMs === 0 ? "heard nothing" : undefined;
}

async function act(call: PhoneCall, steps: Part["steps"], hasLeft: { itself: boolean }): Promise<void> {
  for (const step of steps) {
    await wait(between(step.afterMs));
    if (step.speakMs !== undefined) await call.play(tone(500, step.speakMs, -15));
    if (step.press !== undefined) await call.pressKeys(step.press, { toneMs: 60, gapMs: 60 });
    if (step.hangUp === undefined) continue;
    hasLeft.itself = true;
    call.hangUp();
  }
}

/** Somebody is called by the example. */
async function take(call: PhoneCall): Promise<void> {
  const part = choose(state.script?.called ?? []);
  await wait(between([50, 400]));
  if (part.reject === undefined) call.answer();
  else call.reject(part.reject);
  const problem = await play(call, part);
  awaited.get(calledNumber(call))?.(part.reject === undefined ? problem : undefined);
}

function calledNumber({ headers }: PhoneCall): string {
  const to = headers.find(({ name }) => name.toLowerCase() === "to")?.value ?? "";
  return /sip:(\+\d+)@/.exec(to)?.[1] ?? "";
}

/** A caller dials the example. */
function callIn({ number, sip }: SoakBatch): () => Promise<string | undefined> {
  return () => {
    const { phone, script } = ready();
    return play(phone.dial(`sip:${number}@${sip.host}:${sip.port}`), choose(script.callers));
  };
}

/** The example calls a patient of its own number each time, and is told of a change in some calls. */
function askForCall({ apiUrl, applicationId, number }: SoakBatch): () => Promise<string | undefined> {
  const credentials = { accessKeyId: "offhook", secretAccessKey: "offhook" };
  const client = new ChimeSDKVoiceClient({ region: "us-east-1", endpoint: apiUrl, credentials });
  let called = 2_000_000_000;
  return async () => {
    const { update } = ready().script;
    const patient = `+1${called++}`;
    const over = new Promise<string | undefined>((resolve) => awaited.set(patient, resolve));
    try {
      const { SipMediaApplicationCall: placed } = await client.send(
        new CreateSipMediaApplicationCallCommand({
          ...{ SipMediaApplicationId: applicationId, FromPhoneNumber: number, ToPhoneNumber: patient },
          ArgumentsMap: { name: "Ada", time: "Tuesday at ten" },
        }),
      );
      if (update !== undefined && Math.random() < update.share) {
        await wait(between([500, 5_000]));
        const change = { SipMediaApplicationId: applicationId, TransactionId: placed?.TransactionId ?? "" };
        // The call may be over by now.
        await client
          .send(new UpdateSipMediaApplicationCallCommand({ ...change, Arguments: { ...update.arguments } }))
          .catch(() => undefined);
      }
      return await Promise.race([over, wait(longestCallMs, "never rang, or never ended", { ref: false })]);
    } catch (error) {
      return String(error);
    } finally {
      awaited.delete(patient);
    }
  };
}

function ready(): { readonly phone: Phone; readonly script: SoakScript } {
  if (state.phone === undefined || state.script === undefined) throw new Error("nobody is there yet");
  return { phone: state.phone, script: state.script };
}

/** Makes a call; where there is no room for it, again a little later. */
async function untilRoom(call: () => Promise<string | undefined>): Promise<string | undefined> {
  for (;;) {
    const problem = await call();
    if (problem === undefined || !/503|media workers are busy/.test(problem)) return problem;
    outcome.putOff++;
    await wait(between([500, 2_000]));
  }
}

function settle(problem: string | undefined): void {
  if (problem === undefined) {
    outcome.completed++;
    return;
  }
  outcome.failed++;
  outcome.failures[problem] = (outcome.failures[problem] ?? 0) + 1;
}

serveCommands({
  async open(): Promise<SipAddress> {
    const media = await createMedia({
      address: "127.0.0.1",
      workers: 2,
      portRange: { min: 0, max: 0 },
      log: silentLogger,
    });
    state.phone = await createPhone({
      ...{ listen: { transport: "udp", host: "127.0.0.1", port: 0 }, greeting: { type: "ring" } },
      ...{ media, clock: systemClock, log: silentLogger },
      onCall: (call) => void take(call),
    });
    return state.phone.address;
  },
  begin(batch: SoakBatch): void {
    state.script = soakScripts[batch.example] as SoakScript;
    const call = state.script.callers.length > 0 ? callIn(batch) : askForCall(batch);
    let next = 0;
    const work = async () => {
      while (next++ < batch.calls) settle(await untilRoom(call));
    };
    void Promise.all(Array.from({ length: batch.concurrency }, work)).then(() => (outcome.isDone = true));
  },
  outcome: (): SoakOutcome => outcome,
});
