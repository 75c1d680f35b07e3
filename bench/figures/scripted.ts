import type { Bench } from "../bench.ts";
import { startPeer } from "../peer.ts";
import type { Row } from "../report.ts";
import type { scriptedCalls } from "../workloads/scripted-calls.ts";

const scenes: readonly (readonly [keyof typeof scriptedCalls, string])[] = [
  ["greeting", "calls by script per second: words, and the end"],
  ["bridge", "  a menu, a key, and a bridge"],
];

/** How many calls `offhook/testing` plays, 10,000 of each. */
export async function measureScripted({ server, windows, isQuick }: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [scene, what] of scenes) {
    const peer = startPeer("processes/pure-work", server);
    try {
      const times = isQuick ? 2_000 : 10_000;
      const value = await windows.calm(() => peer.ask<number>("scriptedCalls", { scene, times }));
      rows.push({
        ...{ name: `scripted-${scene}`, what, value, unit: "calls/s" },
        ...{ target: { atLeast: 1_000 }, relativeTo: "sha256" },
      });
    } finally {
      await peer.end();
    }
  }
  return rows;
}
