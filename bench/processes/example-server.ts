import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, startServer, type Server, type ServerLedger, type SipAddress } from "../../src/app/index.ts";
import { packageRoot, silentLogger, systemClock } from "../../src/kernel/index.ts";
import { serveCommands } from "../peer.ts";

/** Which example to run, and where its outbound calls go. */
export interface ExampleRequest {
  readonly example: string;
  readonly farEnd: SipAddress;
}

/** How a running example is reached. */
export interface ExampleFacts {
  readonly sip: SipAddress;
  readonly apiUrl: string;
  readonly applicationId: string;
  readonly number: string;
}

/** What happened so far. */
export interface ExampleTally {
  readonly callsStarted: number;
  readonly callsEnded: number;
  /** Invocations by event type. */
  readonly events: Readonly<Record<string, number>>;
  /** Failures of actions by type and ErrorType, and of the function. */
  readonly failures: Readonly<Record<string, number>>;
}

/** What the process holds now. */
export interface ExampleUse {
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  /** Open file descriptors; undefined where the system does not tell. */
  readonly openFiles: number | undefined;
  /** Handles and requests that keep the event loop alive. */
  readonly handles: number;
  readonly ledger: ServerLedger;
}

const folder = mkdtempSync(join(tmpdir(), "offhook-soak-"));
const tally = {
  callsStarted: 0,
  callsEnded: 0,
  events: {} as Record<string, number>,
  failures: {} as Record<string, number>,
};
const running: { server?: Server } = {};

const count = (counts: Record<string, number>, name: string) => void (counts[name] = (counts[name] ?? 0) + 1);

function openFiles(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

serveCommands(
  {
    async start({ example, farEnd }: ExampleRequest): Promise<ExampleFacts> {
      const source = join(packageRoot(), "examples", example);
      cpSync(source, folder, {
        recursive: true,
        filter: (path) => !/\.offhook|objects.(messages|recordings)/.test(path),
      });
      // What functions import is where the examples are.
      symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
      const environment = {
        ...{ OFFHOOK_SIP_LISTEN: "udp://127.0.0.1:0", OFFHOOK_API_PORT: "0", OFFHOOK_MEDIA_PORTS: "0-0" },
        ...{ OFFHOOK_LIMITS_MAX_CALLS: "100000", OFFHOOK_LOG_LEVEL: "silent", OFFHOOK_HISTORIES_WRITE: "false" },
      };
      // Development: functions that use an AWS client are led to this server.
      const config = loadConfig({ mode: "development", environment, folder });
      const server = await startServer({
        config,
        clock: systemClock,
        log: silentLogger,
        defaultRoute: () => farEnd,
        onObservation: ({ fact }) => {
          if (fact.type === "call-started") tally.callsStarted++;
          else if (fact.type === "call-ended") tally.callsEnded++;
          else if (fact.type === "invoked") {
            const event = fact.event as {
              InvocationEventType: string;
              ActionData?: { Type?: string; ErrorType?: string };
            };
            count(tally.events, event.InvocationEventType);
            const { Type, ErrorType } = event.ActionData ?? {};
            if (ErrorType !== undefined) count(tally.failures, `${Type} ${ErrorType}`);
          } else if (fact.type === "function-failed") count(tally.failures, `function: ${fact.message}`);
        },
      });
      running.server = server;
      const [sip] = server.sipListeners;
      const [application] = config.applications;
      if (sip === undefined || application === undefined) throw new Error("the example has no listener or application");
      return { sip, apiUrl: server.apiUrl, applicationId: application.id, number: config.numbers[0] ?? "" };
    },
    tally: (): ExampleTally => tally,
    /** Heap and buffers of the main thread that are in use after garbage was collected, bytes; for a process with `--expose-gc`. */
    liveBytes(): number {
      globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    },
    use(): ExampleUse {
      if (running.server === undefined) throw new Error("nothing runs");
      const { rss, heapUsed } = process.memoryUsage();
      return {
        residentBytes: rss,
        heapUsedBytes: heapUsed,
        openFiles: openFiles(),
        handles: process.getActiveResourcesInfo().length,
        ledger: running.server.ledger(),
      };
    },
  },
  async () => {
    await running.server?.close();
    rmSync(folder, { recursive: true, force: true });
  },
);
