import { readFileSync } from "node:fs";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createOffer, type LocalAudio } from "../../src/sdp/index.ts";
import { createUserAgent, type UserAgent } from "../../src/sip/index.ts";
import type { Bench } from "../bench.ts";
import { pause } from "../pause.ts";
import { startPeer } from "../peer.ts";
import { speechNumbers, type SpeechServerFacts } from "../processes/speech-words.ts";
import { openEchoSocket } from "../echo-socket.ts";
import { median } from "../percentile.ts";
import type { Row } from "../report.ts";

const callsOfEach = 12;
const callsOfQuickLook = 4;
const atOnce = 10;
const patienceMs = 10_000;
const newTextMs = 150;
const keptTextMs = 25;
/** What is left of the text before is made in this time, so that calls do not meet. */
const restMs = 700;

/** From the reply of a local function, which answers the call with a Speak, to the first packet with sound at the phone. */
export async function measureSpeech({ server: side, isQuick }: Bench): Promise<readonly Row[]> {
  const server = startPeer("processes/speech-server", side);
  const agent = await createUserAgent({
    listeners: [{ transport: "udp", host: "127.0.0.1", port: 0 }],
    userAgent: "offhook-bench",
    clock: systemClock,
    log: silentLogger,
    onInvite: (call) => call.reject(486),
  });
  try {
    const facts = await server.ask<SpeechServerFacts>("start");
    const caller = createCaller(agent, facts);
    await caller(speechNumbers.cached); // Loads the function, and makes what is kept.
    const rows: Row[] = [];
    for (const [name, what, atMostMs] of [
      ["cached", "of a text that was spoken before", keptTextMs],
      ["short", "of 60 new characters", newTextMs],
      ["long", "of 1,000 new characters", newTextMs],
      ["sentence", "of 1,000 new characters without a sign", newTextMs],
    ] as const) {
      const times: number[] = [];
      for (let index = 0; index < (isQuick ? callsOfQuickLook : callsOfEach); index++) {
        times.push(await caller(speechNumbers[name]));
        await pause(restMs);
      }
      rows.push(...rowsOf(name, what, times, atMostMs));
    }
    const together = await Promise.all(Array.from({ length: atOnce }, () => caller(speechNumbers.long)));
    return [...rows, rowOfMany(together)];
  } finally {
    await agent.close();
    await server.end();
  }
}

function rowsOf(name: string, what: string, times: readonly number[], atMost: number): Row[] {
  const words = `function's reply to first sound ${what}`;
  return [
    { name: `speech-${name}-p50`, what: `${words}, p50`, value: median(times), unit: "ms", target: { atMost } },
    { name: `speech-${name}-worst`, what: `${words}, worst`, value: Math.max(...times), unit: "ms" },
  ];
}

function rowOfMany(times: readonly number[]): Row {
  const inOrder = times.toSorted((one, other) => one - other).map((time) => Math.round(time));
  return {
    name: "speech-together",
    what: `the same of ${atOnce} such texts at once, the last to be heard`,
    value: Math.max(...times),
    unit: "ms",
    note: `each: ${inOrder.join(", ")}`,
  };
}

/** Makes what places a call and gives the milliseconds from the function's reply to sound. */
function createCaller(agent: UserAgent, { sip, replyTimes }: SpeechServerFacts): (number: string) => Promise<number> {
  let calls = 0;
  return async (number) => {
    const from = `+1510555${String(++calls).padStart(4, "0")}`;
    let hear: (atNs: bigint) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const sound = new Promise<bigint>((resolve, reject) => ([hear, fail] = [resolve, reject]));
    const limit = setTimeout(() => fail(new Error(`${number}: no sound`)), patienceMs);
    const socket = await openEchoSocket((_port, _atMs, packet) => {
      if (hasSound(packet)) hear(process.hrtime.bigint());
    });
    const local: LocalAudio = {
      address: "127.0.0.1",
      port: socket.address().port,
      codecs: ["PCMU"],
      sessionId: "1",
      sessionVersion: 1,
    };
    const call = agent.call({
      requestUri: `sip:${number}@${sip.host}:${sip.port}`,
      to: `sip:${number}@${sip.host}`,
      from: `sip:${from}@127.0.0.1`,
      nextHop: sip,
      headers: [],
      offer: createOffer(local),
      delegate: { onAnswered: () => undefined, onEnded: (end) => fail(new Error(`${number}: ${end.type}`)) },
    });
    try {
      return Number((await sound) - repliedAt(replyTimes, from)) / 1e6;
    } finally {
      clearTimeout(limit);
      call.hangUp();
      socket.close();
    }
  };
}

/** Whether one sample of a packet of u-law is over a two hundredth of full scale. */
function hasSound(packet: Buffer): boolean {
  return packet.subarray(12).some((code) => (code & 0x7f) < 0x70);
}

function repliedAt(file: string, from: string): bigint {
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((each) => each.startsWith(from));
  return BigInt(line?.split(" ")[1] ?? 0);
}
