import { parseMessage } from "../../src/sip-syntax/message/parse.ts";
import { perSecond } from "../baselines.ts";
import { cpuBetween, type CpuUse } from "../cpu.ts";
import { startPeer } from "../peer.ts";
import type { SignallingLoad, SignallingOutcome } from "../processes/signalling-load.ts";
import { inviteText } from "../sip-messages.ts";
import { percentile, type Row } from "../report.ts";
import type { SipAddress } from "../../src/sip/index.ts";

/** How fast messages are read, and how fast INVITEs are read and answered with no function and no media. */
export async function measureSip(processor: number | undefined): Promise<readonly Row[]> {
  const parsing: Row = {
    name: "sip-parse",
    what: "SIP messages parsed (INVITE, top fields read)",
    value: perSecond(2_000, 200, parseOnce),
    unit: "/s",
    relativeTo: "sha256",
  };
  return [parsing, ...(await measureSignalling(processor))];
}

const invite = Buffer.from(inviteText({ host: "127.0.0.1", port: 5060, localPort: 5070, id: "1" }));

/** Reads what each request makes the server read. */
function parseOnce(): void {
  const result = parseMessage(invite);
  if (result.type !== "message") throw new Error("the INVITE was not read");
  const { via, cseq, fromTag, toTag, callId } = result.message;
  if (via === undefined || cseq === undefined || fromTag === "" || toTag !== "" || callId === "") {
    throw new Error("the INVITE was read wrong");
  }
}

async function measureSignalling(processor: number | undefined): Promise<readonly Row[]> {
  const server = startPeer("processes/signalling-server", { processor });
  const load = startPeer("processes/signalling-load", {
    processor: processor === undefined ? undefined : processor + 1,
  });
  try {
    const target = await server.ask<SipAddress>("start");
    const run = (durationMs: number, outstanding: number) =>
      load.ask<SignallingOutcome>("run", { target, durationMs, outstanding } satisfies SignallingLoad);
    await run(1_000, 20);
    const before = await server.ask<CpuUse>("cpu");
    const outcome = await run(4_000, 40);
    const cpu = cpuBetween(before, await server.ask<CpuUse>("cpu"));
    const rate = (1_000 * outcome.calls) / outcome.tookMs;
    return [
      {
        name: "sip-calls",
        what: "INVITE answered (100, 200, ACK, BYE, 200), signalling only",
        value: rate,
        unit: "calls/s",
        target: { atLeast: 5_000 },
        relativeTo: "udp-round-trips",
        note: `p99 ${percentile(outcome.answerMs, 0.99).toFixed(1)} ms with 40 at a time, ${outcome.lost} lost`,
      },
      {
        name: "sip-cpu",
        what: "server CPU per such call",
        value: (1_000 * cpu.processMs) / outcome.calls,
        unit: "us",
        note: `${Math.round((100 * cpu.processMs) / cpu.atMs)} % of a core`,
      },
    ];
  } finally {
    await load.end();
    await server.end();
  }
}
