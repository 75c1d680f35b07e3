/** Most that one text may become, bytes: half an hour. Memory is taken as it is filled. */
const mostBytes = 32 * 1024 ** 2;

/** Audio that grows in one thread while another one plays it. */
export interface GrowingPcm {
  readonly samples: Int16Array<SharedArrayBuffer>;
  /** [0] how many samples can be played, [1] 1 when that is all. */
  readonly state: Int32Array<SharedArrayBuffer>;
}

/** Makes audio without a sample. */
export function createGrowingPcm(): GrowingPcm {
  // Known to Node 20; the types of the language's version that we compile for do not have it yet.
  const Growable = SharedArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer;
  return {
    samples: new Int16Array(new Growable(0, { maxByteLength: mostBytes })),
    state: new Int32Array(new SharedArrayBuffer(8)),
  };
}

/** Adds samples behind the others. False: there is no room. */
export function appendSamples({ samples, state }: GrowingPcm, more: Int16Array): boolean {
  const at = samples.length;
  if (2 * (at + more.length) > mostBytes) return false;
  (samples.buffer as SharedArrayBuffer & { grow(length: number): void }).grow(2 * (at + more.length));
  samples.set(more, at);
  // Last, so that samples are not played before they are written.
  Atomics.store(state, 0, at + more.length);
  return true;
}

/** Nothing more comes. */
export function finishPcm({ state }: GrowingPcm): void {
  Atomics.store(state, 1, 1);
}
