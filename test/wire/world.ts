import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import type { ServerOptions } from "../../src/app/index.ts";
import { silentLogger, systemClock, type Clock } from "../../src/kernel/index.ts";
import { createTextThreads } from "../../src/engine/index.ts";
import { createInvoker, type Invoker, type InvokerOptions } from "../../src/invoke/index.ts";
import { createMedia, type Media, type MediaOptions, type PacketIo } from "../../src/media/index.ts";
import { createDgramIo } from "../../src/media/io/dgram.ts";
import type { SipNetwork } from "../../src/sip/index.ts";
import { nodeNetwork } from "../../src/sip/transport/node-network.ts";
import { createSpeech, type Speech } from "../../src/speech/index.ts";
import { createStore } from "../../src/store/index.ts";
import { createInlineFunctions, type InlineFunctions } from "../../src/testing/internal/inline-functions.ts";
import { createMemoryNetwork, type PhoneOptions } from "../../src/testing/index.ts";
import { createMemoryPackets } from "../../src/testing/internal/memory-packets.ts";
import { createRandom } from "../../src/testing/internal/random.ts";
import { createRoughPackets, type RoughPackets } from "../../src/testing/internal/rough-packets.ts";
import { startVirtualTime } from "../../src/testing/internal/virtual-time.ts";
import { createFastClock, type FastClock } from "../interop/fast-clock.ts";

/** What a server and the phones of a test stand on. */
export interface World {
  /** The server's clock, and that of phones. */
  readonly clock: FastClock;
  /** The clock that tests wait by. */
  readonly waiting: Clock;
  /** Where SIP sockets come from. */
  readonly network: SipNetwork;
  /** Where RTP sockets come from. */
  readonly packets: PacketIo;
  /** The same on virtual time, where a relay between them does what it is told. */
  readonly relay?: RoughPackets;
  /** What the server takes of it. */
  readonly server: Pick<ServerOptions, "network" | "rooms">;
  /** What phones take of it. */
  readonly phone: Pick<PhoneOptions, "clock" | "network">;
  /** RTP for phones, on a port range of its own. */
  openMedia(): Promise<Media>;
  /** Waits for what goes on outside of the world, a request by HTTP for one. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Rejects when the world's time is over. */
  readonly expired: Promise<never>;
  close(): void;
}

const phoneMedia = { address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger } as const;

let newStore: Promise<Uint8Array> | undefined;

/** A new store begins as a copy of one whose tables are made: to make them takes longer than all else that a server starts with. */
const createInlineStore: typeof createStore = async (options) => {
  const { path, postgres } = options;
  if (postgres === undefined && path !== ":memory:" && !existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    newStore ??= makeNewStore();
    writeFileSync(path, await newStore, { mode: 0o600 });
  }
  return createStore({ ...options, hasThread: false });
};

async function makeNewStore(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-new-store-"));
  const path = join(folder, "store.db");
  try {
    await (await createStore({ path, log: silentLogger, hasThread: false })).close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The machine's sockets, processes, workers and time.
 * @param functions the server's functions, in this process; else they run in processes as always
 * @param hasThreads whether RTP has threads of its own, which take most of the time of a short test to start; else it goes over
 *   sockets of this one */
export function createSocketWorld(functions?: (clock: Clock) => InlineFunctions, hasThreads = true): World {
  const clock = createFastClock();
  const packets = createDgramIo();
  const local = { clock: systemClock, io: packets };
  const media = hasThreads ? {} : { createMedia: (options: MediaOptions) => createMedia({ ...options, local }) };
  const inline = functions && { createInvoker: async () => createInlineFunctions(functions(clock), clock) };
  return {
    clock,
    waiting: systemClock,
    network: nodeNetwork,
    packets,
    // The thread of SQLite has tests of its own; each server's would cost them a fifth of a second.
    server: {
      rooms: { createSpeech: async () => sharedSpeech(), createStore: createInlineStore, ...inline, ...media },
    },
    phone: { clock: systemClock },
    openMedia: () => createMedia(phoneMedia),
    during: (work) => work,
    expired: new Promise(() => undefined),
    close: () => undefined,
  };
}

/** A world on virtual time, where SIP and RTP go over a network in memory. The server, its phones, its HTTP API, its files and its
 * speech are real.
 * @param functions the server's functions, in this process; else they run in processes as always, while time stands still */
export function createVirtualWorld(functions?: (clock: Clock) => InlineFunctions): World {
  const time = startVirtualTime();
  const { clock, during, expired, stop } = time;
  const network = createMemoryNetwork(clock);
  const packets = createRoughPackets(createMemoryPackets(clock), clock, createRandom(1));
  const local = { clock, io: packets };
  return {
    clock: { ...clock, run: () => undefined },
    waiting: clock,
    network,
    packets,
    relay: packets,
    server: {
      network,
      rooms: {
        createInvoker: async (options) =>
          functions === undefined
            ? createHeldFunctions(options, during)
            : createInlineFunctions(functions(clock), clock),
        createMedia: (options) => createMedia({ ...options, local }),
        // Virtual time does not know of statements in a thread.
        createStore: createInlineStore,
        createSpeech: async () => sharedSpeech(during),
        makeTextThreads: (_clock, bounds) => {
          const words = createTextThreads(systemClock, bounds);
          return {
            readReply: (result) => during(words.readReply(result)),
            search: (...question) => during(words.search(...question)),
            close: () => words.close(),
          };
        },
      },
    },
    phone: { clock, network },
    openMedia: () => createMedia({ ...phoneMedia, local }),
    during,
    expired,
    close: stop,
  };
}

/** Functions in processes, which have the machine's time. */
async function createHeldFunctions(options: InvokerOptions, during: World["during"]): Promise<Invoker> {
  const functions = await createInvoker({ ...options, clock: systemClock });
  return {
    ...functions,
    invoke: (...words) => during(functions.invoke(...words)),
    warmUp: () => during(functions.warmUp()),
    close: () => during(functions.close()),
  };
}

let speech: Promise<Speech> | undefined;
after(async () => (await speech)?.close());

/** One speech for all servers of a process: it warms up at the first words. */
function sharedSpeech(during?: World["during"]): Speech {
  speech ??= createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger });
  const shared = speech;
  const whole: Speech["synthesize"] = async (request) => (await shared).synthesize(request);
  const early: Speech["begin"] = async (request) => (await shared).begin(request);
  // Virtual time does not know of audio that grows in a thread of its own.
  const waited: Speech["begin"] = (request) => during?.(whole(request)) ?? early(request);
  return {
    synthesize: whole,
    begin: waited,
    prepare: () => undefined,
    warmUp: async () => undefined,
    close: async () => undefined,
  };
}
