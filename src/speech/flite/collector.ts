import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Makes a function that collects the garbage of the calling thread at once, as with `--expose-gc`, which a worker cannot be
 * given. For threads whose garbage is large and whose work is rare, so that nothing would collect it for minutes. */
export function createCollector(): () => void {
  setFlagsFromString("--expose-gc");
  // The flag is one of the process and stays set, since threads that start together would take it from each other; it only
  // decides what contexts made from now on begin with.
  const collect = runInNewContext("gc") as () => void;
  return () => collect();
}
