/** Run in a mount namespace of its own, where `folder` is a small disk: what a store and a journal do when it is full, and when it may only be read. Prints JSON. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createJournal } from "../../src/journal/index.ts";
import { createLogger, errorCode, errorMessage, silentLogger } from "../../src/kernel/index.ts";
import { createStore } from "../../src/store/index.ts";
import { driveCall } from "../../src/testing/internal/call-driver.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import { aCall, aChange } from "./a-call.ts";
import { anApplication } from "./applications-and-rules.ts";
import { fill } from "./fill.ts";

const [, , folder = ""] = process.argv;
mkdirSync(folder, { recursive: true });
execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]);

const path = join(folder, "offhook.db");
const lines: string[] = [];
const log = createLogger({
  level: "warn",
  write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg),
});
const clock = createManualClock();
const store = await createStore({ path, log: silentLogger });
const journal = createJournal({
  ...{ records: store.calls, nodeId: "n", isShared: false, keepMs: undefined, clock, log },
  ...{ card: () => "{}", isSucceeded: () => false, onCard: () => undefined, onLost: () => undefined },
});
const until = async (done: () => boolean) => {
  while (!done()) {
    clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const call = driveCall();
const state = call.initialState;
const ballast = join(folder, "ballast");
fill(ballast);
const kept = journal.open(state, false, undefined);
let isAnswered = false;
for (const { before, input, effects, broke } of call.steps) {
  kept.add(before, state, { input, effects, broke });
}
// One call has room in what SQLite has set aside; many have not.
const many = Array.from({ length: 400 }, (_, index) => ({
  ...state,
  transactionId: `call-${index}` as typeof state.transactionId,
}));
const others = many.map((one) => ({ one, keeper: journal.open(one, false, undefined) }));
for (const { one, keeper } of others) {
  for (const { before, input, effects, broke } of call.steps) keeper.add(before, one, { input, effects, broke });
}
others.at(-1)?.keeper.whenKept(() => (isAnswered = true), true);
await until(() => isAnswered && lines.length > 0);
const large = { ...anApplication("a"), name: "x".repeat(4 * 1024 ** 2) };
const refused = await store.applications.insert(large).then(() => "taken", errorCode);
// Each of these finds by itself that there is no room beside the database.
for (let index = 0; index < 20; index++)
  await store.calls.begin(aChange(aCall(`by itself ${index}`)))?.catch(() => undefined);
const begunFiles = () => readdirSync(folder).filter((name) => name.includes("-begun-")).length;
const whileFull = { ...journal.counts(), isAnswered, refused, begunFiles: begunFiles() };
rmSync(ballast);
await until(() => journal.counts().waiting === 0);
const rows = await store.calls.search({ limit: 500 });
const afterwards = { ...journal.counts(), rows: rows.calls.length };
await journal.close();
await store.close();
const begunFilesAtEnd = begunFiles();

execFileSync("mount", ["-o", "remount,ro", folder]);
const refusal = await createStore({ path, log: silentLogger }).then(
  () => "it was opened",
  (error: unknown) => errorMessage(error),
);
console.log(JSON.stringify({ whileFull, afterwards: { ...afterwards, begunFiles: begunFilesAtEnd }, lines, refusal }));
