/** What AFL++ starts: reads one target's inputs from standard input, as often as it is told to, and says how each went. Words: name of the target, a file for
 * the stack of what was thrown. Environment: the fork server of AFL++ (descriptors 198 and 199, __AFL_SHM_ID). */
import { appendFileSync, readSync, writeSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import koffi from "koffi";
import { createTaker } from "./inputs.ts";
import { loadTarget } from "./load-target.ts";
import { mapPlaces } from "./reached.ts";

const [asks, answers] = [198, 199];
/** How a process ends that aborts: SIGABRT. wait(2) */
const aborted = 6;

const [name = "", faultFile = ""] = process.argv.slice(2);
const { target, begin, mostBytes } = await loadTarget(name, mapOfFuzzer());
const takeInput = createTaker((bytes) => target.take(bytes));
const input = Buffer.alloc(mostBytes);
const word = Buffer.alloc(4);

/** The memory that AFL++ reads after each input. */
function mapOfFuzzer(): Uint8Array {
  const id = process.env["__AFL_SHM_ID"];
  if (id === undefined) throw new Error("only afl-fuzz can start this");
  const attach = koffi.load("libc.so.6").func("void *shmat(int id, const void *at, int flags)") as (
    id: number,
    at: null,
    flags: number,
  ) => unknown;
  return new Uint8Array(koffi.view(attach(Number(id), null, 0), mapPlaces));
}

function answer(value: number): void {
  word.writeInt32LE(value);
  writeSync(answers, word);
}

/** AFL++ truncates the file to each input. */
function readInput(): Buffer {
  let length = 0;
  for (;;) {
    const read = readSync(0, input, length, input.length - length, length);
    length += read;
    if (read === 0 || length === input.length) return input.subarray(0, length);
  }
}

answer(0);
while (readSync(asks, word, 0, 4, null) === 4) {
  answer(process.pid);
  begin();
  const fault = takeInput(readInput());
  if (fault !== undefined) {
    const { error } = fault;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    appendFileSync(faultFile, `${text}\ninput (base64): ${fault.input.toString("base64")}\n\n`);
  }
  answer(fault === undefined ? 0 : aborted);
  if (target.goesOn === true) await nextTurn();
}
