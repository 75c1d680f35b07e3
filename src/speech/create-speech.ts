import { AppError, errorCode, errorMessage, systemClock, type Logger } from "../kernel/index.ts";
import { chooseEngines } from "./choose-engines.ts";
import { createEngineCircuits } from "./engine-circuits.ts";
import { startMaking, type Maker, type Making } from "./making.ts";
import { openEngines } from "./open-engines.ts";
import { openSpeechCache } from "./speech-cache.ts";
import type { Speech, SpeechOptions, SpeechRequest, TtsEngine } from "./types.ts";

/** Functions decide what there is to be warned of, so it has a bound. */
const mostWarnings = 1_000;
const notReady =
  "an engine of speech did not get ready; it is started anew with the first words, which come later for it";
/** Failures that say that an engine is away, not that the text is wrong. */
const away: ReadonlySet<string> = new Set(["SPEECH_UNAVAILABLE", "SPEECH_ACCESS_DENIED", "SPEECH_FAILED"]);

/** Opens speech with its engines and caches. No thread is started before the first words or `warmUp`. */
export async function createSpeech(options: SpeechOptions): Promise<Speech> {
  const log = warnOnce(options.log);
  return createSpeechOf(await openEngines({ ...options, log }), options);
}

/** Speech over any engines: from memory, else from disk, else made by the first that speaks the language, or by the next where that is away; the same
 * request at the same time is made once. */
export async function createSpeechOf(
  engines: readonly TtsEngine[],
  options: Pick<SpeechOptions, "memoryBytes" | "cacheFolder" | "cacheBytes" | "clock" | "log">,
): Promise<Speech> {
  const cache = await openSpeechCache(options);
  const circuits = createEngineCircuits(options.clock ?? systemClock, options.log);
  const underWay = new Map<string, Making>();
  let isClosed = false;

  /** Makes it by one engine; the failure, if another one shall do it. */
  const makeBy = async (engine: TtsEngine, request: SpeechRequest, maker: Maker): Promise<AppError | undefined> => {
    const sink = maker.openSink();
    try {
      await engine.speak(request, sink);
      circuits.reached(engine);
      cache.set(engine, request, sink.own());
      return undefined;
    } catch (error) {
      const isAway = away.has(errorCode(error) ?? "SPEECH_FAILED");
      if (isAway) circuits.failed(engine, errorMessage(error));
      else circuits.reached(engine);
      const isFull = errorCode(error) === "SPEECH_THROTTLED";
      // This machine is not asked for more when it has too much to do.
      if (isAway || (isFull && !engine.isLocal)) return toAppError(error);
      throw error;
    }
  };

  const make = async (request: SpeechRequest, maker: Maker): Promise<void> => {
    let failure: AppError | undefined;
    for (const { engine, passedOver } of chooseEngines(engines, request)) {
      const why = failure === undefined ? passedOver.join(", ") : failure.message;
      const kept = await cache.get(engine, request);
      if (why !== "") maker.tell({ engine: engine.name, why, isStandIn: failure !== undefined });
      if (kept !== undefined) return maker.openSink().add(kept, true);
      const refusal = circuits.whyNotAsked(engine);
      if (refusal !== undefined) {
        failure = new AppError("SPEECH_UNAVAILABLE", `${engine.name}: ${refusal}`, { retry: "later" });
        continue;
      }
      failure = await makeBy(engine, request, maker);
      if (failure === undefined) return undefined;
      // Who asks later gets another try.
      if (!maker.isAwaited()) throw failure;
    }
    throw failure ?? new AppError("SPEECH_FAILED", "no engine was asked");
  };

  const find = (request: SpeechRequest): Making => {
    const { text, textType, voiceId, languageCode, engine } = request;
    const key = JSON.stringify([text, textType, voiceId, languageCode, engine]);
    const begun = underWay.get(key);
    if (begun !== undefined) return begun;
    const making = startMaking((maker) => make(request, maker).finally(() => underWay.delete(key)));
    underWay.set(key, making);
    return making;
  };
  const findAwaited = (request: SpeechRequest): Making => {
    const making = find(request);
    making.await();
    return making;
  };

  return {
    synthesize: async (request) => findAwaited(request).whole,
    async begin(request, tell) {
      const making = findAwaited(request);
      if (tell !== undefined) making.listen(tell);
      return making.begun;
    },
    prepare: (request) => void find(request),
    async warmUp() {
      await Promise.all(
        engines.map((engine) =>
          engine.warmUp().catch((error: unknown) => {
            if (!isClosed) options.log.warn({ engine: engine.name, error: errorMessage(error) }, notReady);
          }),
        ),
      );
    },
    async close() {
      isClosed = true;
      await Promise.all(engines.map((engine) => engine.close()));
      await cache.close();
    },
  };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("SPEECH_FAILED", errorMessage(error), { cause: error });
}

/** A log that has each warning once. */
function warnOnce(log: Logger): Logger {
  const warned = new Set<string>();
  return {
    ...log,
    warn(facts, message) {
      if (warned.has(message) || warned.size >= mostWarnings) return;
      warned.add(message);
      log.warn(facts, message);
    },
  };
}
