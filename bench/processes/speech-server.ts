import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, startServer, type Server } from "../../src/app/index.ts";
import { packageRoot, silentLogger, systemClock } from "../../src/kernel/index.ts";
import { serveCommands } from "../peer.ts";
import { speechNumbers, type SpeechServerFacts } from "./speech-words.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-bench-"));
const running: { server?: Server } = {};

serveCommands(
  {
    async start(): Promise<SpeechServerFacts> {
      const replyTimes = join(folder, "reply-times");
      writeFileSync(replyTimes, "");
      const file = join(folder, "offhook.yaml");
      writeFileSync(file, JSON.stringify(configuration(replyTimes)));
      const config = loadConfig({ mode: "production", file, environment: { OFFHOOK_API_PORT: "0" } });
      running.server = await startServer({ config, clock: systemClock, log: silentLogger });
      const [sip] = running.server.sipListeners;
      if (sip === undefined) throw new Error("the server has no SIP listener");
      return { sip, replyTimes };
    },
  },
  async () => {
    await running.server?.close();
    rmSync(folder, { recursive: true, force: true });
  },
);

function configuration(replyTimes: string): object {
  const numbers = Object.entries(speechNumbers);
  const environment = Object.fromEntries(numbers.map(([name, number]) => [`NUMBER_${name.toUpperCase()}`, number]));
  return {
    sip: { listen: ["udp://127.0.0.1:0"] },
    media: { ports: "0-0" },
    dataFolder: join(folder, "data"),
    numbers: numbers.map(([, number]) => number),
    functions: {
      speak: {
        file: join(packageRoot(), "bench", "functions", "speak.mjs"),
        environment: { ...environment, REPLY_TIMES: replyTimes },
      },
    },
    applications: [{ name: "speak", function: "speak" }],
    rules: numbers.map(([name, number]) => ({ name, number, applications: ["speak"] })),
    log: { level: "silent" },
  };
}
