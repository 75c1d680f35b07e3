import { AppError } from "../kernel/index.ts";
import type { CallObservation } from "../call/index.ts";
import type { CallFeed } from "../admin/index.ts";
import type { SipAddress } from "../sip/index.ts";
import type { Speech, SpeechRequest } from "../speech/index.ts";
import { usualTransport } from "../sip-syntax/index.ts";
import type { Config } from "./config/config.ts";
import type { Server } from "./server.ts";

/** A caller who follows a script. */
export interface CallerOrder {
  /** A number of the inventory. */
  readonly number: string;
  /** Who it says that it is. */
  readonly from: string;
  /** Steps in YAML. */
  readonly script: string;
}

/** A step of a caller, when it begins and when it is over. */
export interface ToldStep {
  /** From 1. */
  readonly step: number;
  readonly text: string;
  readonly state: "began" | "done" | "failed";
  /** Of one that failed: what was expected, and what came. */
  readonly message?: string;
}

/** What a caller needs of the server that it calls. */
export interface CallerDoor {
  /** Where the server takes calls. */
  readonly sip: SipAddress;
  /** The folder with a folder for each bucket; undefined: prompts are elsewhere, and are not known by their sound. */
  readonly promptsFolder: string | undefined;
  /** The server's own voice. */
  readonly speech: Speech;
  /** Tells what happens in calls, until the function is called that this gives. */
  watch(listener: (observation: CallObservation) => void): () => void;
  /** Tells the words that the server is to say. */
  listen(listener: (request: SpeechRequest) => void): () => void;
}

/** Places the call of a caller, who goes on by itself. Resolves with the transaction's id as soon as the call is known; rejects with
 * `TESTING_BAD_SCENE`, and with `API_UNPROCESSABLE` where the server did not take the call. */
export type RunCaller = (
  order: CallerOrder,
  door: CallerDoor,
  tell: (callId: string, step: ToldStep) => void,
) => Promise<{ readonly callId: string; readonly over: Promise<void> }>;

/** Callers that a server has at one time. */
const mostCallers = 5;

/** Callers by script of a server, and what they hear of it. */
export interface ScriptedCallers {
  /** The server's speech, which tells callers what is said. */
  listenTo(speech: Speech): Speech;
  readonly observe: (observation: CallObservation) => void;
  /** Rejects as `RunCaller`, and with `API_CONFLICT` where there are enough. */
  call(order: CallerOrder): Promise<{ readonly callId: string }>;
}

/** Makes room for them. Nothing is listened to while there is none. */
export function createScriptedCallers(
  run: RunCaller,
  { config, feed, now, server }: { config: Config; feed: CallFeed; now: () => number; server: () => Server },
): ScriptedCallers {
  const watchers = new Set<(observation: CallObservation) => void>();
  const listeners = new Set<(request: SpeechRequest) => void>();
  const spoken: { speech?: Speech } = {};
  let callers = 0;
  const hear = (request: SpeechRequest) => {
    for (const listener of listeners) listener(request);
  };
  const door = (): CallerDoor => {
    const { speech } = spoken;
    const { sipListeners } = server();
    const sip = sipListeners.find(({ transport }) => transport === usualTransport.name);
    if (sip === undefined || speech === undefined)
      throw new AppError(
        "API_UNPROCESSABLE",
        "Callers by script call over UDP, and this server does not listen there (sip.listen).",
      );
    return {
      ...{ sip, speech, promptsFolder: config.objectsFolder },
      watch: (listener) => register(watchers, listener),
      listen: (listener) => register(listeners, listener),
    };
  };
  return {
    listenTo(speech) {
      spoken.speech = speech;
      return {
        ...speech,
        synthesize(request) {
          hear(request);
          return speech.synthesize(request);
        },
        begin(request, tell) {
          hear(request);
          return speech.begin(request, tell);
        },
      };
    },
    observe(observation) {
      for (const watcher of watchers) watcher(observation);
    },
    async call(order) {
      if (callers >= mostCallers)
        throw new AppError("API_CONFLICT", `${mostCallers} callers by script are in calls; wait until one is done.`);
      callers += 1;
      try {
        const tell = (callId: string, step: ToldStep) =>
          feed.note({ at: now(), callId, fact: { type: "caller-step", ...step } as { type: string } });
        const { callId, over } = await run(order, door(), tell);
        void over.finally(() => (callers -= 1));
        return { callId };
      } catch (error) {
        callers -= 1;
        throw error;
      }
    },
  };
}

function register<Listener>(all: Set<Listener>, listener: Listener): () => void {
  all.add(listener);
  return () => void all.delete(listener);
}
