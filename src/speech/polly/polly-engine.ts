import { AppError, type Clock } from "../../kernel/index.ts";
import type { SpeechRequest, SpeechSink, TtsEngine } from "../types.ts";
import { joinAudio, type SpokenSound } from "../sound/spoken-sound.ts";
import { openPollyClient, type PollyAnswer, type PollyClient } from "./polly-client.ts";
import { readPollyError } from "./polly-errors.ts";
import { prepareSamples, type SampleReader } from "./polly-samples.ts";
import type { PollySettings } from "./polly-settings.ts";

/** Samples, 8,000 Hz, that are gathered before the first of a text is heard: a stream comes in pieces of any size. */
const leastFirst = 1_600;
/** Longest speech of one text, samples: ten minutes. */
const mostSamples = 8_000 * 600;
/** Most texts at one time that nobody waits for. Further ones would only be refused: the rates of Polly are low. */
const mostAhead = 4;

/** Amazon Polly, by its official client, which is loaded with `warmUp` or the first text. Speech is given on as it comes. */
export function createPollyEngine(settings: PollySettings, clock: Clock): TtsEngine {
  const { region, endpoint = "", sampleRateHz, timeoutMs } = settings;
  const openReader = prepareSamples(sampleRateHz);
  const open = new Set<AbortController>();
  const takeTurn = createTurns(mostAhead);
  let loading: Promise<PollyClient> | undefined;
  let isClosed = false;

  const stream = async (request: SpeechRequest, sink: SpeechSink): Promise<void> => {
    if (isClosed) throw new AppError("SPEECH_FAILED", "the speech engine is closed");
    const client = await (loading ??= openPollyClient(settings));
    const abort = new AbortController();
    open.add(abort);
    const silence = watchSilence(clock, timeoutMs, abort.signal);
    const add: SpeechSink["add"] = (...samples) => {
      if (!abort.signal.aborted) sink.add(...samples);
    };
    const say = async (): Promise<void> => {
      const answer = await client.synthesize(request, abort.signal);
      checkType(answer);
      await pass(answer.bytes, openReader(), { add, heard: silence.again }, request);
    };
    try {
      // Not all that the client waits for can be aborted: credentials, for one, that it looks for on the network.
      await Promise.race([say(), silence.over]);
    } catch (error) {
      throw readPollyError(error);
    } finally {
      silence.end();
      open.delete(abort);
      // What is left of a stream that is given up.
      abort.abort();
    }
  };

  return {
    name: "polly",
    version: JSON.stringify(["polly-2", region, endpoint, sampleRateHz]),
    isLocal: false,
    voiceFor: ({ id }) => id,
    async speak(request, sink) {
      const done = await takeTurn(sink.awaited);
      try {
        await stream(request, sink);
      } finally {
        done();
      }
    },
    async warmUp() {
      await (loading ??= openPollyClient(settings));
    },
    async close() {
      isClosed = true;
      for (const abort of open) abort.abort();
      await loading?.then((client) => client.close()).catch(() => undefined);
    },
  };
}

function checkType({ contentType }: PollyAnswer): void {
  if (contentType === undefined || /^audio\/(pcm|l16|x-raw|raw)\b|^application\/octet-stream\b/i.test(contentType))
    return;
  const message = `Amazon Polly answered ${contentType.slice(0, 60)} where audio/pcm was asked for`;
  throw new AppError("SPEECH_UNAVAILABLE", message, { retry: "later" });
}

/** Gives a stream on, its first samples together. */
async function pass(
  bytes: AsyncIterable<Uint8Array>,
  reader: SampleReader,
  { add, heard }: Pick<SpeechSink, "add"> & { heard(): void },
  { text }: SpeechRequest,
): Promise<void> {
  let first: SpokenSound[] | undefined = [];
  let made = 0;
  for await (const chunk of bytes) {
    heard();
    const sound = reader.take(chunk);
    made += sound.samples.length;
    if (made > mostSamples) throw new AppError("SPEECH_UNAVAILABLE", "Amazon Polly does not end", { retry: "later" });
    first?.push(sound);
    if (first === undefined) add(sound, false);
    else if (made >= leastFirst) {
      add(joinAudio(first), false);
      first = undefined;
    }
  }
  const rest = reader.finish();
  if (rest === undefined) throw broken("ended within a sample");
  made += rest.samples.length;
  if (made === 0 && /[\p{L}\p{N}]/u.test(text)) throw broken("made nothing of a text with words");
  add(first === undefined ? rest : joinAudio([...first, rest]), true);
}

function broken(how: string): AppError {
  return new AppError("SPEECH_UNAVAILABLE", `The audio of Amazon Polly ${how}`, { retry: "later" });
}

/** `over` rejects when `again` was not called for so long, or when it is given up. */
function watchSilence(clock: Clock, limitMs: number, givenUp: AbortSignal) {
  let giveUp: (error: AppError) => void = () => undefined;
  const over = new Promise<never>((_resolve, reject) => (giveUp = reject));
  over.catch(() => undefined);
  givenUp.addEventListener("abort", () => giveUp(new AppError("SPEECH_UNAVAILABLE", "the speech engine closed")));
  const start = () =>
    clock.startTimer(limitMs, () =>
      giveUp(new AppError("SPEECH_UNAVAILABLE", `Amazon Polly gave no sound for ${limitMs} ms`, { retry: "later" })),
    );
  let timer = start();
  return {
    over,
    again(): void {
      timer.cancel();
      timer = start();
    },
    end: () => timer.cancel(),
  };
}

/** Lets so many at one time through of what nobody waits for, and all others at once. What is let through says when it is done. */
function createTurns(most: number): (awaited: Promise<void> | undefined) => Promise<() => void> {
  let running = 0;
  const waiting = new Set<() => void>();
  const begin = () => {
    running += 1;
    return () => {
      running -= 1;
      const [next] = waiting;
      next?.();
    };
  };
  return async (awaited) => {
    if (awaited === undefined || running < most) return begin();
    await new Promise<void>((resolve) => {
      const go = (): void => {
        waiting.delete(go);
        resolve();
      };
      waiting.add(go);
      void awaited.then(go);
    });
    return begin();
  };
}
