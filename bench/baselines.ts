import { createHash } from "node:crypto";
import { startPeer } from "./peer.ts";
import type { Row } from "./report.ts";

/** What the machine itself can do at this moment: the measures that other figures are divided by. */
export async function measureBaselines(): Promise<readonly Row[]> {
  return [
    { name: "sha256", what: "baseline: SHA-256 of 1 KB", value: hashesPerSecond(), unit: "/s" },
    {
      name: "udp-round-trips",
      what: "baseline: UDP round trips between two Node processes",
      value: await roundTripsPerSecond(),
      unit: "/s",
    },
  ];
}

const measuredMs = 1_000;

function hashesPerSecond(): number {
  const block = Buffer.alloc(1_024, 7);
  return perSecond(measuredMs, 500, () => void createHash("sha256").update(block).digest());
}

/** Calls `work` for `durationMs`, asking the time every `batch` calls. @returns calls per second */
export function perSecond(durationMs: number, batch: number, work: () => void): number {
  for (let index = 0; index < batch; index++) work();
  const startedAt = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    for (let index = 0; index < batch; index++) work();
    count += batch;
    elapsedMs = performance.now() - startedAt;
  }
  return (1_000 * count) / elapsedMs;
}

async function roundTripsPerSecond(): Promise<number> {
  const echo = startPeer("processes/udp-echo");
  const asking = startPeer("processes/udp-echo");
  try {
    const port = await echo.ask<number>("open");
    return await asking.ask<number>("askFor", { port, durationMs: measuredMs, outstanding: 32 });
  } finally {
    await asking.end();
    await echo.end();
  }
}
