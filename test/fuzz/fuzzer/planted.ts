import type { FuzzTarget } from "../target.ts";
import { readPlanted } from "./planted/reader.ts";

/** A reader with a fault that nobody finds by chance: what comes before it has to be right one byte after the other. */
export const plantedTarget: FuzzTarget = {
  name: "planted",
  seeds: ["hello, whoever reads this"],
  words: [],
  mostBytes: 64,
  take: (bytes) => readPlanted(bytes),
};
