/** Keeps a process from ending while one of its threads loads native code: Node would end it with SIGABRT (a thread that is terminated then
 * cannot take what the code throws). It is shared memory: [0] how many threads load now, plus `SHUT`. */
export type LoadGate = Int32Array<SharedArrayBuffer>;

/** Set once nothing more may be loaded. */
const SHUT = 0x4000_0000;
/** Loading takes milliseconds; one that hangs does not keep the process for longer. */
const LONGEST_LOAD_MS = 2_000;

const gate: LoadGate = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const watched = new Set<string>();

/** The gate of this process, for all threads that it starts. From now on the end of the process waits for those that load. */
export function processLoadGate(): LoadGate {
  if (!watched.has("exit")) process.once("exit", () => shutLoadGate(gate));
  watched.add("exit");
  return gate;
}

/** Makes a gate that nothing shuts by itself. */
export function createLoadGate(): LoadGate {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Loads native code. Rejects where the process is about to end, and as `load` does. */
export async function loadBehindGate<Loaded>(of: LoadGate, load: () => Promise<Loaded>): Promise<Loaded> {
  const before = Atomics.add(of, 0, 1);
  try {
    if (before >= SHUT) throw new Error("the process ends");
    return await load();
  } finally {
    Atomics.sub(of, 0, 1);
    Atomics.notify(of, 0);
  }
}

/** Lets nothing more be loaded, and blocks the calling thread until what is being loaded is there. */
export function shutLoadGate(of: LoadGate): void {
  Atomics.or(of, 0, SHUT);
  for (let loading = Atomics.load(of, 0); loading > SHUT; loading = Atomics.load(of, 0)) {
    if (Atomics.wait(of, 0, loading, LONGEST_LOAD_MS) === "timed-out") return;
  }
}
