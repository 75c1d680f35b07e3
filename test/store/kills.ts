/** Kills a loaded server many times, and prints what became of its calls: npm run kills -- --times 100 --seed 1 [--postgres]. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killOften } from "./kill-load.ts";
import { startPostgres } from "./postgres-cluster.ts";
import { readWords } from "../../src/testing/internal/read-words.ts";

const usage = `npm run kills -- [--times <number>] [--seed <number>] [--postgres]
  --times     how often a server is killed (default: 100)
  --seed      of chance (default: another one each time)
  --postgres  on PostgreSQL; otherwise on SQLite`;
const { values } = readWords(usage, {
  options: {
    times: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    postgres: { type: "boolean", default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), "offhook-kills-"));
const cluster = values.postgres ? await startPostgres() : undefined;
await cluster?.createDatabase("kills");
console.log(`seed ${values.seed}, on ${cluster === undefined ? "SQLite" : "PostgreSQL"}`);
const account = await killOften({
  ...{ times: Number(values.times), seed: Number(values.seed), folder },
  ...(cluster === undefined ? {} : { store: { url: cluster.urlOf("kills") } }),
  onRound: (round, begun) => round % 10 === 0 && console.log(`${round} kills, ${begun} calls begun`),
});
await cluster?.remove();
console.log(account);
const { lost, unmarked, dialledTwice, undelivered, unrecorded, recordedTwice, orphans } = account;
const faults = [lost, unmarked, dialledTwice, undelivered, unrecorded, recordedTwice, orphans].flat().length;
if (faults === 0) rmSync(folder, { recursive: true });
else console.log(`${faults} faults; the server's files are in ${folder}`);
process.exitCode = faults === 0 ? 0 : 1;
