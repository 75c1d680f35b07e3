import { kaiserWindow } from "../../kernel/index.ts";

/** Samples per second of a telephone. */
const telephoneHz = 8_000;
/** Middle of the filter's edge and its width, Hz, at 8,000 samples per second: what is below 3,400 Hz stays, what is above 4,000 Hz would fold back. At
 * 16,000 they are twice that. */
const edgeHz = 3_720;
const edgeWidthHz = 640;
/** How far down it is, decibels, and the Kaiser window for that. */
const stopDb = 72;
const beta = 0.1102 * (stopDb - 8.7);

/** A filter from one rate to another: one row of taps for each place that a sample can have between two of those that come in. */
interface Filter {
  readonly fromHz: number;
  readonly toHz: number;
  /** Taps before and behind the middle one. */
  readonly half: number;
  readonly rows: readonly Float64Array[];
}

/** Turns samples of one rate into those of another, as they come. */
export interface RateConverter {
  /** Samples that follow those before; what can be said for sure comes out. */
  take(samples: Int16Array): Float32Array;
  /** The rest, when nothing more follows. */
  finish(): Float32Array;
}

/** Makes what makes converters from one rate to another: to 8,000 Hz, ripple under 0.1 dB below 3,400 Hz, and at least 65 dB down above 4,000 Hz. No
 * delay is left in. The filter is worked out once.
 * @param fromHz 8,000 or more
 * @param toHz 8,000 or twice that */
export function prepareConversion(fromHz: number, toHz = telephoneHz): () => RateConverter {
  const filter = fromHz === toHz ? undefined : designFilter(fromHz, toHz);
  return () => (filter === undefined ? createPassage() : createConverter(filter));
}

/** The whole of some samples at the other rate. */
export function convertWhole(samples: Int16Array, prepared: () => RateConverter): Float32Array {
  const converter = prepared();
  const [first, rest] = [converter.take(samples), converter.finish()];
  if (rest.length === 0) return first;
  const whole = new Float32Array(first.length + rest.length);
  whole.set(first);
  whole.set(rest, first.length);
  return whole;
}

function createPassage(): RateConverter {
  return { take: (samples) => Float32Array.from(samples), finish: () => new Float32Array(0) };
}

function createConverter({ fromHz, toHz, half, rows }: Filter): RateConverter {
  /** What later samples still need, and how many came before it. */
  let kept = new Int16Array(0);
  let dropped = 0;
  /** How many samples were made. */
  let made = 0;
  const make = (count: number): Float32Array => {
    const result = new Float32Array(Math.max(0, count - made));
    for (let index = 0; index < result.length; index++, made++) {
      const position = made * fromHz;
      const middle = Math.floor(position / toHz);
      const row = rows[((position - middle * toHz) * rows.length) / toHz] ?? new Float64Array(0);
      result[index] = sumOf(kept, middle - half - dropped, row);
    }
    return result;
  };
  const keep = (): void => {
    const first = Math.max(0, Math.min(kept.length, Math.floor((made * fromHz) / toHz) - half - dropped));
    kept = kept.slice(first);
    dropped += first;
  };
  return {
    take(samples) {
      const joined = new Int16Array(kept.length + samples.length);
      joined.set(kept);
      joined.set(samples, kept.length);
      kept = joined;
      // The last whose filter ends before what is not there yet.
      const known = dropped + kept.length - half - 1;
      const result = make(known < 0 ? 0 : Math.floor((known * toHz) / fromHz));
      keep();
      return result;
    },
    finish: () => make(Math.ceil(((dropped + kept.length) * toHz) / fromHz)),
  };
}

/** The samples from `first` on, some of which may not exist, by the taps of a row. */
function sumOf(samples: Int16Array, first: number, row: Float64Array): number {
  const to = Math.min(row.length, samples.length - first);
  let sum = 0;
  for (let tap = Math.max(0, -first); tap < to; tap++) sum += (row[tap] ?? 0) * (samples[first + tap] ?? 0);
  return sum;
}

function designFilter(fromHz: number, toHz: number): Filter {
  const scaling = Math.min(fromHz, toHz) / telephoneHz;
  const [edge, width] = [(edgeHz * scaling) / fromHz, (edgeWidthHz * scaling) / fromHz];
  const half = Math.ceil((stopDb - 7.95) / (14.36 * width) / 2);
  const places = toHz / greatestDivisor(fromHz, toHz);
  const scale = kaiserWindow(beta, 0);
  const rows = Array.from({ length: places }, (_, place) => {
    const row = Float64Array.from({ length: 2 * half + 1 }, (__, tap) => {
      const at = tap - half - place / places;
      const ideal = at === 0 ? 2 * edge : Math.sin(2 * Math.PI * edge * at) / (Math.PI * at);
      return (ideal * kaiserWindow(beta, at / (half + 1))) / scale;
    });
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
  return { fromHz, toHz, half, rows };
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
