import { AppError } from "../kernel/index.ts";
import type { Pcm, Sound } from "../media/index.ts";
import { appendSound, createGrowingPcm, finishPcm, type GrowingPcm } from "./sound/growing-pcm.ts";
import { joinAudio, leveled, silenceOf, wideFactor, type SpokenSound } from "./sound/spoken-sound.ts";
import type { SpeechNews, SpeechSink } from "./types.ts";

/** Between what broke off and what stands in for it, milliseconds. */
const seamMs = 400;

/** Speech that is being made, for all who ask for it. */
export interface Making {
  readonly whole: Promise<Pcm>;
  /** Resolves as soon as the first of it can be heard. */
  readonly begun: Promise<Pcm>;
  /** Says that somebody waits for it. */
  await(): void;
  /** Hears the news that there are, and those that come. */
  listen(tell: (news: SpeechNews) => void): void;
}

/** What makes it. */
export interface Maker {
  /** Opens what the next engine fills; what an engine before it has left is heard first. */
  openSink(): MakerSink;
  tell(news: SpeechNews): void;
  isAwaited(): boolean;
}

/** What one engine fills. */
export interface MakerSink extends SpeechSink {
  /** What the engine has given, of exactly its size. */
  own(): Sound;
}

/** Begins to make speech.
 * @param make makes it; resolves when all is there */
export function startMaking(make: (maker: Maker) => Promise<void>): Making {
  const listeners = new Set<(news: SpeechNews) => void>();
  const told: SpeechNews[] = [];
  let growing: GrowingPcm | undefined;
  /** All of it, if it came in one piece, or once it is there. */
  let single: Sound | undefined;
  let isAwaited = false;
  let markAwaited: () => void = () => undefined;
  const awaited = new Promise<void>((resolve) => (markAwaited = resolve));
  let begin: (pcm: Pcm) => void = () => undefined;
  const first = new Promise<Pcm>((resolve) => (begin = resolve));

  const append = (sound: SpokenSound): void => {
    const isFirst = growing === undefined;
    growing ??= createGrowingPcm(sound.wide !== undefined);
    if (!appendSound(growing, sound)) throw new AppError("SPEECH_FAILED", "what the text became is too long");
    if (isFirst) begin({ ...growing.sound, growth: { state: growing.state, whole } });
  };
  const openSink = (): MakerSink => {
    if (growing !== undefined) append(leveled(silenceOf(seamMs), 0));
    const from = growing?.sound.samples.length ?? 0;
    return {
      awaited,
      add(sound, isLast) {
        if (isLast && growing === undefined) single = sound;
        else if (sound.samples.length > 0) append(sound);
      },
      own() {
        if (growing !== undefined && from > 0) return copyOf(growing, from);
        return (single ??= copyOf(growing, 0));
      },
    };
  };
  const maker: Maker = {
    openSink,
    tell(news) {
      told.push(news);
      for (const listener of listeners) listener(news);
    },
    isAwaited: () => isAwaited,
  };
  const whole = Promise.resolve()
    .then(() => make(maker))
    .then((): Pcm => {
      if (growing !== undefined) finishPcm(growing);
      return single ?? copyOf(growing, 0);
    });
  const begun = Promise.race([first, whole]);
  // Those who asked for it get the failure from that promise.
  for (const outcome of [whole, begun]) outcome.catch(() => undefined);
  return {
    whole,
    begun,
    await() {
      isAwaited = true;
      markAwaited();
    },
    listen(tell) {
      for (const news of told) tell(news);
      listeners.add(tell);
    },
  };
}

/** What was made from a sample on. */
function copyOf(growing: GrowingPcm | undefined, from: number): Sound {
  if (growing === undefined) return joinAudio([]);
  const { samples, wide } = growing.sound;
  return joinAudio([{ samples: samples.subarray(from), wide: wide?.subarray(wideFactor * from) }]);
}
