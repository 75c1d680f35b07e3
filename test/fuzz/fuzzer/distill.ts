/** Keeps the inputs of a folder that reach what no other of them does: writes the seeds of a target. Words: name of the target, the folder. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { keepSeeds, keptSeeds } from "../seeds.ts";
import { ownSeeds } from "../target.ts";
import { loadTarget } from "./load-target.ts";
import { mapPlaces } from "./reached.ts";

/** Longer inputs, and more of them, are not kept: they say the same with more words. */
const longestBytes = 1_024;
const mostBytesInAll = 8_192;

const [name = "", folder = ""] = process.argv.slice(2);
const map = new Uint8Array(mapPlaces);
const known = new Uint8Array(mapPlaces);
const { target, begin } = await loadTarget(name, map);

/** Whether an input goes a way that none before it went. */
async function reachesNew(input: Buffer): Promise<boolean> {
  map.fill(0);
  begin();
  target.take(Buffer.from(input));
  if (target.goesOn === true) await nextTurn();
  let isNew = false;
  for (let way = 0; way < mapPlaces; way++) {
    if (map[way] === 0 || known[way] !== 0) continue;
    known[way] = 1;
    isNew = true;
  }
  return isNew;
}

const found = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(join(folder, entry.name)));
const own = ownSeeds(target);
// What is compiled while the first ones run may go other ways.
for (const input of [...own, ...own]) await reachesNew(input);
const others = new Map([...keptSeeds(name), ...found].map((input) => [input.toString("latin1"), input]));
for (const input of own) others.delete(input.toString("latin1"));
const candidates = [...others.values()]
  .filter(({ length }) => length <= longestBytes)
  .sort((one, other) => one.length - other.length);
const kept: Buffer[] = [];
let bytes = 0;
for (const input of candidates) {
  if (bytes + input.length > mostBytesInAll || !(await reachesNew(input))) continue;
  kept.push(input);
  bytes += input.length;
}
keepSeeds(name, kept);
console.log(`${kept.length} inputs of ${bytes} bytes kept`);
