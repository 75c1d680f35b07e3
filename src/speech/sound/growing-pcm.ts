import { prepareRates, wideFactor, type SpokenSound } from "./spoken-sound.ts";
import type { Sound } from "../../media/index.ts";

/** Most that one text may become, bytes: half an hour. Memory is taken as it is filled. */
const mostBytes = 32 * 1024 ** 2;
const telephoneHz = 8_000;

/** Audio that grows in one thread while another one plays it. */
export interface GrowingPcm {
  readonly sound: Sound;
  /** [0] how many samples can be played, [1] 1 when that is all. */
  readonly state: Int32Array<SharedArrayBuffer>;
}

/** Makes audio without a sample. @param isWide at 16,000 Hz too */
export function createGrowingPcm(isWide: boolean): GrowingPcm {
  return {
    sound: { samples: growable(mostBytes), wide: isWide ? growable(wideFactor * mostBytes) : undefined },
    state: new Int32Array(new SharedArrayBuffer(8)),
  };
}

/** Adds sound behind the other, as wide as that is. False: there is no room. */
export function appendSound({ sound: { samples, wide }, state }: GrowingPcm, more: SpokenSound): boolean {
  const end = samples.length + more.samples.length;
  if (2 * end > mostBytes) return false;
  append(samples, more.samples);
  if (wide !== undefined) append(wide, more.wide ?? widened(more.samples));
  // Last, so that samples are not played before they are written.
  Atomics.store(state, 0, end);
  return true;
}

/** Nothing more comes. */
export function finishPcm({ state }: GrowingPcm): void {
  Atomics.store(state, 1, 1);
}

function growable(maxByteLength: number): Int16Array<SharedArrayBuffer> {
  // Known to Node 20; the types of the language's version that we compile for do not have it yet.
  const Growable = SharedArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer;
  return new Int16Array(new Growable(0, { maxByteLength }));
}

function append(samples: Int16Array<SharedArrayBuffer>, more: Int16Array): void {
  const at = samples.length;
  (samples.buffer as SharedArrayBuffer & { grow(length: number): void }).grow(2 * (at + more.length));
  samples.set(more, at);
}

/** What a stand-in that speaks as telephones hear adds to what another engine began. */
function widened(samples: Int16Array): Int16Array {
  return Int16Array.from(prepareRates(telephoneHz)(samples).wide, (sample) =>
    Math.max(-0x8000, Math.min(0x7fff, Math.round(sample))),
  );
}
