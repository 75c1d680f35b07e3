import type { Bench } from "../bench.ts";
import { startPeer } from "../peer.ts";
import type { PureWork } from "../processes/pure-work.ts";
import type { Row } from "../report.ts";
import type { MixedCosts } from "../workloads/mixed-room.ts";

/** Calls per second through the pure machine, and its steps. */
export async function measureEngine(bench: Bench): Promise<readonly Row[]> {
  const calls = await measure(bench, "engine");
  const steps = calls * (await stepsPerCall(bench));
  return [
    {
      ...{
        name: "engine",
        what: "calls per second by the engine alone, simulated ports",
        value: calls,
        unit: "calls/s",
      },
      ...{ target: { atLeast: 50_000 }, relativeTo: "sha256" },
    },
    { name: "engine-steps", what: "  its steps per second", value: steps, unit: "steps/s", relativeTo: "sha256" },
  ];
}

/** How fast messages are read. */
export async function measureParsing(bench: Bench): Promise<readonly Row[]> {
  const value = await measure(bench, "parse");
  return [
    { name: "parse", what: "SIP messages parsed (INVITE, top fields read)", value, unit: "/s", relativeTo: "sha256" },
  ];
}

/** What the processor can do at this moment: the measure of work that is all computing. */
export async function measureHashing(bench: Bench): Promise<readonly Row[]> {
  const value = await measure(bench, "hash");
  return [{ name: "sha256", what: "measure of the machine: SHA-256 of 1 KB", value, unit: "/s" }];
}

/** What encryption of packets costs a media worker beside their audio and their sockets. */
export async function measureSrtp(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, what] of encrypted) {
    const value = 1_000_000 / (2 * (await measure(bench, name)));
    rows.push({ name, what, value, unit: "us" });
  }
  return rows;
}

const encrypted = [
  ["srtp", "SRTP packet of 80 bytes of audio, protected or opened"],
  ["srtp-telephone", "  of 160 bytes, as telephones have them"],
  ["srtp-256", "  the same by AES_256_CM"],
  ["srtp-gcm", "  the same by AEAD_AES_128_GCM"],
] as const;

/** What keys of SRTP for one browser cost a media worker. */
export async function measureHandshakes({ server, windows, isQuick }: Bench): Promise<readonly Row[]> {
  const peer = startPeer("processes/pure-work", server);
  try {
    const work = () =>
      peer.ask<{ readonly all: number; readonly longest: number }>("handshakeMs", isQuick ? 600 : 2_000);
    const { all, longest } = await windows.calm(work);
    return [
      { name: "handshake", what: "DTLS handshake with a browser, our side", value: all, unit: "ms" },
      { name: "handshake-longest", what: "  its longest step without a pause", value: longest, unit: "ms" },
    ];
  } finally {
    await peer.end();
  }
}

/** What members of a meeting's room cost a media worker. */
export async function measureMixed({ server, windows, isQuick }: Bench): Promise<readonly Row[]> {
  const peer = startPeer("processes/pure-work", server);
  try {
    const costs = await windows.calm(() => peer.ask<MixedCosts>("mixedCosts", isQuick ? 500 : 3_000));
    return [
      { name: "mixed", what: "member of a room that listens in Opus, each 20 ms", value: costs.listener, unit: "us" },
      { name: "mixed-telephone", what: "  that listens by telephone", value: costs.telephone, unit: "us" },
      { name: "mixed-speaker", what: "  that speaks in Opus", value: costs.speaker, unit: "us" },
      {
        ...{ name: "mixed-speaking-telephone", what: "  that speaks by telephone" },
        ...{ value: costs.speakingTelephone, unit: "us" },
      },
      { name: "mixed-meeting", what: "meeting of 4 of whom 2 speak, each 20 ms", value: costs.meeting, unit: "us" },
      {
        ...{ name: "mixed-meeting-thrifty", what: "  in a worker that has little time" },
        ...{ value: costs.thriftyMeeting, unit: "us", note: shareOf(costs.thriftyMeeting) },
      },
    ];
  } finally {
    await peer.end();
  }
}

/** What microseconds of each 20 ms are of a processor. */
function shareOf(us: number): string {
  return `${(us / 200).toFixed(2)} % of a core`;
}

async function measure({ server, windows, isQuick }: Bench, what: PureWork["what"]): Promise<number> {
  const peer = startPeer("processes/pure-work", server);
  try {
    const times = isQuick ? { warmMs: 2_000, measuredMs: 1_000 } : { warmMs: 5_000, measuredMs: 3_000 };
    return await windows.calm(() => peer.ask<number>("run", { what, ...times } satisfies PureWork));
  } finally {
    await peer.end();
  }
}

async function stepsPerCall({ server }: Bench): Promise<number> {
  const peer = startPeer("processes/pure-work", server);
  try {
    return await peer.ask<number>("stepsPerCall");
  } finally {
    await peer.end();
  }
}
