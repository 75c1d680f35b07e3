import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Server, ServerLedger } from "../../src/app/index.ts";
import { keepYoungMemorySmall, packageRoot, silentLogger, systemClock } from "../../src/kernel/index.ts";
import { readCpu } from "../cpu.ts";
import { serveCommands } from "../peer.ts";
import { keptNowhere } from "./kept-nowhere.ts";
import { benchNumbers, type CallsKept, type MemoryUse, type Observed, type ServerFacts } from "./server-words.ts";

// As commands that serve do, before modules are loaded.
keepYoungMemorySmall();
const { collectBetweenCalls, loadConfig, startServer, youngMemory } = await import("../../src/app/index.ts");
const { encodeWav, pcmFromSamples, SAMPLE_RATE_HZ } = await import("../../src/media/index.ts");

const folder = mkdtempSync(join(tmpdir(), "offhook-bench-"));
const observed = { sinceReplyMs: [] as number[], invocationMs: [] as number[], callsEnded: 0 };
const running: { server?: Server } = {};
const collect = collectBetweenCalls(systemClock, youngMemory());

function writePrompt(name: string, seconds: number): void {
  const samples = Int16Array.from({ length: seconds * SAMPLE_RATE_HZ }, (_, index) => 8_000 * Math.sin(index / 3));
  writeFileSync(join(folder, "objects", "prompts", name), encodeWav(pcmFromSamples(samples)));
}

function writeConfig(kept: CallsKept): string {
  const file = join(folder, "offhook.yaml");
  const numbers = Object.values(benchNumbers);
  const document = {
    sip: { listen: ["udp://127.0.0.1:0"] },
    media: { ports: "0-0", workers: 1 },
    numbers,
    functions: {
      bench: {
        file: join(packageRoot(), "bench", "functions", "play-and-hang-up.mjs"),
        environment: { LONG_NUMBER: benchNumbers.long },
      },
    },
    applications: [{ name: "bench", function: "bench" }],
    rules: numbers.map((number) => ({ name: `rule ${number.slice(1)}`, number, applications: ["bench"] })),
    limits: { maxCalls: 100_000 },
    ...(typeof kept === "string" ? {} : { store: kept }),
    log: { level: "silent" },
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

serveCommands(
  {
    async start(kept: CallsKept = "sqlite"): Promise<ServerFacts> {
      const startedAt = performance.now();
      mkdirSync(join(folder, "objects", "prompts"), { recursive: true });
      writePrompt("second.wav", 1);
      writePrompt("long.wav", 60);
      const config = loadConfig({
        mode: "production",
        file: writeConfig(kept),
        environment: { OFFHOOK_API_PORT: "0" },
      });
      const server = await startServer({
        config,
        clock: systemClock,
        log: silentLogger,
        ...(kept === "nowhere" ? { rooms: { createJournal: () => keptNowhere } } : {}),
        onObservation: (observation) => {
          collect(observation);
          const { fact } = observation;
          if (fact.type === "audio-started" && fact.sinceReplyMs !== undefined)
            observed.sinceReplyMs.push(fact.sinceReplyMs);
          else if (fact.type === "replied" && fact.sequence === 1) observed.invocationMs.push(fact.tookMs);
          else if (fact.type === "call-ended") observed.callsEnded++;
        },
      });
      running.server = server;
      const [sip] = server.sipListeners;
      if (sip === undefined) throw new Error("the server has no SIP listener");
      return { sip, readyMs: performance.now() - startedAt };
    },
    takeObserved(): Observed {
      const taken = { ...observed };
      Object.assign(observed, { sinceReplyMs: [], invocationMs: [], callsEnded: 0 });
      return taken;
    },
    cpu: readCpu,
    ledger: (): ServerLedger | undefined => running.server?.ledger(),
    memory: (): MemoryUse => process.memoryUsage(),
    /** The same after garbage was collected; for a process that was started with `--expose-gc`. */
    liveMemory(): MemoryUse {
      globalThis.gc?.();
      return process.memoryUsage();
    },
  },
  async () => {
    await running.server?.close();
    rmSync(folder, { recursive: true, force: true });
  },
);
