/** Runs the tests while each processor is kept busy by a process of its own. Takes the words of scripts/test.mjs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** The load ends by itself after this, whatever becomes of this process. */
const longestMs = 30 * 60_000;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const count = availableParallelism();
const load = Array.from({ length: count }, () =>
  spawn(process.execPath, [here("keep-busy.mjs"), String(longestMs)], { stdio: "ignore" }),
);
const endLoad = () => {
  for (const each of load) each.kill("SIGKILL");
};
process.on("exit", endLoad);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

console.log(`${count} processes keep the processors busy`);
const tests = spawn(process.execPath, [here("test.mjs"), ...process.argv.slice(2)], { stdio: "inherit" });
const [code] = await once(tests, "close");
const ended = load.filter(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null).length;
if (ended > 0) console.log(`The load ended before the tests did: ${ended} of ${count} processes.`);
process.exitCode = ended > 0 ? 1 : (code ?? 1);
endLoad();
