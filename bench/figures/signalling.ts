import type { SipAddress } from "../../src/sip/index.ts";
import type { Bench } from "../bench.ts";
import { cpuBetween, type CpuUse } from "../cpu.ts";
import { startPeer } from "../peer.ts";
import { percentile } from "../percentile.ts";
import type { SignallingLoad, SignallingOutcome } from "../processes/signalling-load.ts";
import type { Row } from "../report.ts";

const outstanding = 40;

/** How fast INVITEs are answered with no function and no media. */
export async function measureSignalling({ server, load, windows, isQuick }: Bench): Promise<readonly Row[]> {
  const agent = startPeer("processes/signalling-server", server);
  const caller = startPeer("processes/signalling-load", load);
  try {
    const { port } = await agent.ask<SipAddress>("start");
    const run = (durationMs: number) =>
      caller.ask<SignallingOutcome>("run", { port, durationMs, outstanding } satisfies SignallingLoad);
    await run(isQuick ? 2_000 : 8_000);
    return await windows.calm(async () => {
      const before = await agent.ask<CpuUse>("cpu");
      const outcome = await run(4_000);
      return rowsOf(outcome, cpuBetween(before, await agent.ask<CpuUse>("cpu")));
    });
  } finally {
    await caller.end();
    await agent.end();
  }
}

function rowsOf({ calls, tookMs, answerMs, lost }: SignallingOutcome, cpu: CpuUse): readonly Row[] {
  const what = "INVITE answered (100, 200, ACK, BYE, 200), signalling only";
  return [
    {
      ...{ name: "signalling", what, value: (1_000 * calls) / tookMs, unit: "calls/s" },
      ...{ target: { atLeast: 5_000 }, relativeTo: "sha256" },
      note: `p99 ${percentile(answerMs, 0.99).toFixed(1)} ms with ${outstanding} at a time, ${lost} lost`,
    },
    {
      ...{
        name: "signalling-cpu",
        what: "  processor time per such call",
        value: (1_000 * cpu.processMs) / calls,
        unit: "us",
      },
      note: `${Math.round((100 * cpu.processMs) / cpu.atMs)} % of a core`,
    },
  ];
}
