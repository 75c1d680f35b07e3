import { readFileSync } from "node:fs";
import { startDecider } from "../asterisk/decider.ts";
import { startAsterisk, type Asterisk } from "../asterisk/program.ts";
import { readCpu, statMs, type CpuUse } from "../cpu.ts";
import { serveCommands } from "../peer.ts";
import type { MemoryUse, Observed, ServerFacts } from "./server-words.ts";

// Asterisk with the program that decides about its calls: answers what `processes/server` does.
const decider = await startDecider();
const running: { asterisk?: Asterisk } = {};

function path(file: string): string {
  return `/proc/${running.asterisk?.processId ?? 0}/${file}`;
}

serveCommands(
  {
    async start(): Promise<ServerFacts> {
      const startedAt = performance.now();
      // Nobody is dialled.
      const asterisk = await startAsterisk({ farPort: 9, deciderPort: decider.port });
      running.asterisk = asterisk;
      const sip = { transport: "udp", host: "127.0.0.1", port: asterisk.sipPort } as const;
      return { sip, readyMs: performance.now() - startedAt };
    },
    takeObserved: (): Observed => ({ sinceReplyMs: [], invocationMs: [], callsEnded: 0 }),
    cpu(): CpuUse {
      const own = readCpu();
      return {
        ...own,
        processMs: statMs(path("stat")) ?? Number.NaN,
        mainThreadMs: undefined,
        childrenMs: own.processMs,
      };
    },
    memory(): Pick<MemoryUse, "rss"> {
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(path("status"), "utf8"))?.[1];
      return { rss: 1_024 * Number(kilobytes) };
    },
  },
  async () => {
    await running.asterisk?.end();
    decider.close();
  },
);
