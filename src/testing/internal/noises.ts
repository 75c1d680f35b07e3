/** Noises at 8,000 Hz from a seed: the same seed gives the same samples. Levels are arbitrary; `mixAt` sets them. */
export type NoiseMaker = (seed: number, length: number) => Float64Array;

/** Numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Gaussian numbers of mean 0 and variance 1. */
export function createGauss(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const SAMPLE_RATE_HZ = 8000;

function made(length: number, next: (index: number) => number): Float64Array {
  return Float64Array.from({ length }, (_, index) => next(index));
}

function sine(hz: number, index: number): number {
  return Math.sin((2 * Math.PI * hz * index) / SAMPLE_RATE_HZ);
}

/** Noises by name; all stay the same over time. */
export const noises = {
  white: (seed, length) => made(length, createGauss(seed)),
  /** Sum of white noise: 6 dB less per octave. */
  brown(seed, length) {
    const gauss = createGauss(seed);
    let sum = 0;
    return made(length, () => (sum = 0.995 * sum + gauss()));
  },
  /** A fan: rushing air, above all below 1 kHz, and the mains with its harmonics. */
  "fan and hum"(seed, length) {
    const gauss = createGauss(seed);
    let air = 0;
    return made(length, (index) => {
      const white = gauss();
      air = 0.85 * air + white;
      const hum = 1.2 * sine(50, index) + 0.8 * sine(100, index) + 0.5 * sine(150, index) + 0.3 * sine(200, index);
      return air + 0.5 * white + hum;
    });
  },
  /** Rain on a roof: a broad band around 2 kHz. */
  rain(seed, length) {
    const gauss = createGauss(seed);
    let [before, last] = [0, 0];
    return made(length, () => {
      [before, last] = [last, gauss() + 1.1 * Math.cos((Math.PI * 2000) / 4000) * last - 0.3 * before];
      return last;
    });
  },
  /** A room full of computers: air, and two blades that whistle. */
  "server room"(seed, length) {
    const gauss = createGauss(seed);
    let air = 0;
    return made(length, (index) => {
      air = 0.6 * air + gauss();
      return air + 0.6 * sine(483, index) + 0.4 * sine(1127, index);
    });
  },
  /** The buzz of a bad ground: twice the mains of 60 Hz, and its harmonics up to 1.4 kHz. */
  buzz(seed, length) {
    const gauss = createGauss(seed);
    return made(length, (index) => {
      let sample = 0.05 * gauss();
      for (let harmonic = 1; harmonic <= 12; harmonic++) sample += sine(120 * harmonic, index) / harmonic;
      return sample;
    });
  },
  /** An electric motor: tones where people speak, and some air. */
  motor(seed, length) {
    const gauss = createGauss(seed);
    return made(length, (index) => {
      let sample = 0.3 * gauss();
      for (let harmonic = 1; harmonic <= 5; harmonic++) sample += (1.2 - 0.2 * harmonic) * sine(187 * harmonic, index);
      return sample;
    });
  },
  /** A line that hisses more the higher the frequency. */
  hiss(seed, length) {
    const gauss = createGauss(seed);
    let last = 0;
    return made(length, () => {
      const white = gauss();
      const sample = white - 0.7 * last;
      last = white;
      return sample;
    });
  },
} as const satisfies Record<string, NoiseMaker>;

/** Samples of speech in which somebody speaks: those of frames of 20 ms that are less than 40 dB below the loudest one. */
export function activeSpeech(speech: ArrayLike<number>): readonly boolean[] {
  const frame = 160;
  const powers: number[] = [];
  for (let at = 0; at < speech.length; at += frame) {
    let sum = 0;
    for (let index = at; index < Math.min(at + frame, speech.length); index++) sum += (speech[index] ?? 0) ** 2;
    powers.push(sum);
  }
  const least = Math.max(...powers) * 1e-4;
  return Array.from({ length: speech.length }, (_, index) => (powers[Math.floor(index / frame)] ?? 0) > least);
}

/** Speech with noise so much below it, dB, where both are compared while somebody speaks. */
export function mixAt(signalToNoiseDb: number, speech: ArrayLike<number>, noise: ArrayLike<number>): Int16Array {
  const active = activeSpeech(speech);
  let speechPower = 0;
  let noisePower = 0;
  for (let index = 0; index < speech.length; index++) {
    if (active[index] !== true) continue;
    speechPower += (speech[index] ?? 0) ** 2;
    noisePower += (noise[index] ?? 0) ** 2;
  }
  const scale = Math.sqrt(speechPower / noisePower) * 10 ** (-signalToNoiseDb / 20);
  return Int16Array.from({ length: speech.length }, (_, index) => {
    return Math.max(-32_768, Math.min(32_767, Math.round((speech[index] ?? 0) + scale * (noise[index] ?? 0))));
  });
}

/** Ratio of speech to all that differs from it, dB, while somebody speaks; a different level does not count (SI-SDR: Le Roux et al., "SDR -
 * half-baked or well done?", ICASSP 2019). */
export function speechToDistortionDb(speech: ArrayLike<number>, heard: ArrayLike<number>): number {
  const active = activeSpeech(speech);
  let cross = 0;
  let power = 0;
  for (let index = 0; index < speech.length; index++) {
    if (active[index] !== true) continue;
    cross += (speech[index] ?? 0) * (heard[index] ?? 0);
    power += (speech[index] ?? 0) ** 2;
  }
  const scale = cross / power;
  let distortion = 0;
  for (let index = 0; index < speech.length; index++) {
    if (active[index] === true) distortion += ((heard[index] ?? 0) - scale * (speech[index] ?? 0)) ** 2;
  }
  return 10 * Math.log10((scale * scale * power) / distortion);
}
