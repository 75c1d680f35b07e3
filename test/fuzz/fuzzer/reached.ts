import { register } from "node:module";
import { reachName } from "./instrument.ts";

/** Places of a map of ways from one block of code to the next: as many as AFL++ reads. */
export const mapPlaces = 65_536;

/** Instruments the modules that are loaded from now on, and counts in `map` which way each input goes through them.
 * @returns to be called before each input: it begins at no block; the map is left as it is */
export function countReached(map: Uint8Array): () => void {
  let before = 0;
  Object.assign(globalThis, {
    [reachName]: (block: number) => {
      const way = (block ^ before) & (mapPlaces - 1);
      map[way] = (map[way] ?? 0) + 1;
      before = block >> 1;
    },
  });
  register("./hook.js", import.meta.url);
  return () => {
    before = 0;
  };
}
