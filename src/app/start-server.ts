import { actions } from "../actions/index.ts";
import { createApi } from "../api/index.ts";
import { createCallEngine, type CallEngine, type CallObservation } from "../call/index.ts";
import { createInvoker, type FunctionOutput } from "../invoke/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import { createMedia } from "../media/index.ts";
import { createFolderStore } from "../objects/index.ts";
import { answerOffer, createOffer, readAnswer } from "../sdp/index.ts";
import { createUserAgent, type SipAddress, type SipTraceEntry } from "../sip/index.ts";
import { createSpeech } from "../speech/index.ts";
import { createStore } from "../store/index.ts";
import type { Config } from "./config.ts";
import { createConfiguredRecords } from "./configured-records.ts";
import { createCleanup } from "./cleanup.ts";

/** What a server is started with besides its configuration. */
export interface ServerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where calls go when the configuration names no trunk; asked at each call. */
  readonly defaultRoute?: () => SipAddress | undefined;
  readonly onObservation?: (observation: CallObservation) => void;
  readonly onTrace?: (entry: SipTraceEntry) => void;
  readonly onFunctionOutput?: (output: FunctionOutput) => void;
  readonly onFunctionReload?: (functionName: string, changedFile: string) => void;
}

/** What is open now; all zero when idle, but for the listeners, the workers and the warm function processes. */
export interface ServerLedger {
  readonly calls: number;
  readonly timers: number;
  readonly invocations: number;
  readonly functionProcesses: number;
  readonly sipTransactions: number;
  readonly sipDialogs: number;
  readonly sipTimers: number;
  readonly rtpSessions: number;
  readonly rtpSockets: number;
}

/** A running server. */
export interface Server {
  /** What an SDK takes as `endpoint`. */
  readonly apiUrl: string;
  readonly sipListeners: readonly SipAddress[];
  ledger(): ServerLedger;
  /** Ends the calls that are up, then closes everything in the reverse order of its start. */
  close(): Promise<void>;
}

/** Time that live calls get to end at a stop. */
const stopGraceMs = 3_000;
const version = "0.1.0";

/** Builds the rooms from the configuration and opens the doors. Rejects with the `AppError` of the room that could not start; what
 * had been opened is closed then. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const cleanup = createCleanup();
  try {
    return await open(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function open(options: ServerOptions, cleanup: ReturnType<typeof createCleanup>): Promise<Server> {
  const { config, clock, log } = options;
  const store = cleanup.add(await createStore({ path: config.storePath, log }));
  await createConfiguredRecords(config, store, clock.now(), log);

  const invoker = cleanup.add(
    await createInvoker({
      functions: config.functions,
      region: config.region,
      accountId: config.accountId,
      clock,
      log,
      ...(options.onFunctionOutput === undefined ? {} : { onOutput: options.onFunctionOutput }),
      ...(options.onFunctionReload === undefined ? {} : { onReload: options.onFunctionReload }),
    }),
  );
  const speech = cleanup.add(await createSpeech({ engine: "flite", cacheFolder: config.speechCacheFolder, log }));
  const warm = Promise.all([invoker.warmUp(), speech.warmUp()]);
  const media = cleanup.add(await createMedia({ ...config.media, log }));

  const late: { engine?: CallEngine } = {};
  const userAgent = cleanup.add(
    await createUserAgent({
      listeners: config.sip.listeners,
      userAgent: `Offhook/${version}`,
      clock,
      log,
      onInvite: (call) => {
        if (late.engine === undefined) call.reject(503);
        else late.engine.acceptInvite(call);
      },
      ...(options.onTrace === undefined ? {} : { onTrace: options.onTrace }),
    }),
  );
  const calls = createCallEngine(
    {
      userAgent,
      media,
      sessionDescriptions: { createOffer, answerOffer, readAnswer },
      speech,
      objects: createFolderStore(config.objectsFolder),
      invoker,
      store,
      clock,
      log,
    },
    {
      accountId: config.accountId,
      numbers: config.numbers,
      maxCalls: config.limits.maxCalls,
      route: () => config.trunk ?? options.defaultRoute?.(),
      advertisedAddress: config.sip.advertisedAddress,
      machine: { limits: config.limits, actions },
      ...(options.onObservation === undefined ? {} : { onObservation: options.onObservation }),
    },
  );
  late.engine = calls;
  cleanup.add({ close: () => calls.close(stopGraceMs) });
  await warm;

  const api = cleanup.add(
    await createApi({
      address: config.api.address,
      port: config.api.port,
      basePath: config.api.basePath,
      store,
      calls,
      region: config.region,
      accountId: config.accountId,
      numbers: config.numbers,
      clock,
      log,
    }),
  );

  return {
    apiUrl: api.url,
    sipListeners: userAgent.listeners,
    ledger: () => {
      const call = calls.ledger();
      const sip = userAgent.ledger();
      const rtp = media.ledger();
      return {
        calls: call.calls,
        timers: call.timers,
        invocations: call.invocations,
        functionProcesses: invoker.ledger().processes,
        sipTransactions: sip.transactions,
        sipDialogs: sip.dialogs,
        sipTimers: sip.timers,
        rtpSessions: rtp.sessions,
        rtpSockets: rtp.sockets,
      };
    },
    close: () => cleanup.run(),
  };
}
