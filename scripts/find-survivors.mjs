/** Runs the tests of examples with faults in their functions: scenes in this process, with functions that stay open; then, with the faults that no
 * scene finds, the tests in code. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, constants, tmpdir } from "node:os";
import { delimiter, dirname, extname, join } from "node:path";
import { findProject } from "../dist/src/testing/suite/find-project.js";
import { loadFunction, playScene, readScenes } from "../dist/src/testing/index.js";

/** @typedef {{ example: string, file: string, text: string }} Fault
 * `text` is what `file` of the example has then. */

const root = join(import.meta.dirname, "..");
const examples = join(root, "examples");
/** What stands in the place of a function in Python, so that one process serves all faults: it does as the text beside it says at the time. */
const planted = "planted.txt";
const pythonFunction = `import os
last = {"text": None}
def lambda_handler(event, context):
    with open(os.path.join(os.path.dirname(__file__), "${planted}"), encoding="utf-8") as file:
        text = file.read()
    if text != last["text"]:
        names = {"__name__": "planted"}
        exec(compile(text, "${planted}", "exec"), names)
        last.update(text=text, names=names)
    return last["names"]["lambda_handler"](event, context)
`;

/** Finds the faults with which the tests of their example pass. A signal that ends us ends what we have started, and leaves nothing behind.
 * @param {readonly Fault[]} faults
 * @param {(fault: Fault) => void} tell of each, as soon as it is known
 * @returns {Promise<readonly Fault[]>} */
export async function findSurvivors(faults, tell) {
  const folder = mkdtempSync(join(tmpdir(), "offhook-faults-"));
  const children = new Set();
  const cleanUp = () => {
    for (const { pid } of children) endGroup(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => {
      cleanUp();
      process.exit(128 + constants.signals[signal]);
    });
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules", "offhook"));
    symlinkSync(join(root, "node_modules", "@aws-sdk"), join(folder, "node_modules", "@aws-sdk"));
    useInterpreterItself();
    const survivors = [];
    const keep = (fault) => {
      survivors.push(fault);
      tell(fault);
    };
    const left = [];
    for (const example of new Set(faults.map((fault) => fault.example))) {
      const ofExample = faults.filter((fault) => fault.example === example);
      const unseen = await inSilence(() => playScenes(example, ofExample, folder));
      if (filesOf(example, /\.test\.mjs$/).length > 0) left.push(...unseen);
      else unseen.forEach(keep);
    }
    const work = async () => {
      for (let fault = left.shift(); fault !== undefined; fault = left.shift())
        if (await passesInCode(fault, folder, children)) keep(fault);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return survivors;
  } finally {
    cleanUp();
  }
}

const filesOf = (example, pattern) => readdirSync(join(examples, example)).filter((file) => pattern.test(file));
let places = 0;

/** A copy of the example with the fault. */
function copyTo(folder, { example, file, text }) {
  const place = join(folder, `fault-${(places += 1)}`);
  cpSync(join(examples, example), place, { recursive: true });
  writeFileSync(join(place, file), text);
  return place;
}

/** Plays the scenes of an example with each fault, up to the first that fails.
 * @returns the faults with which none does */
async function playScenes(example, faults, folder) {
  const [{ file: functionFile }] = faults;
  const isPython = extname(functionFile) === ".py";
  const files = filesOf(example, /\.scene\.yaml$/).map((file) => {
    const path = join(examples, example, file);
    return readScenes(readFileSync(path, "utf8"), path, findProject(path).inventory);
  });
  const open = (place) =>
    Promise.all(files.map(({ environment }) => loadFunction(join(place, functionFile), { environment })));
  const close = (loaded) => Promise.all(loaded.map((one) => one.close()));
  const python = isPython ? copyTo(folder, { example, file: functionFile, text: pythonFunction }) : undefined;
  const opened = python === undefined ? undefined : await open(python);
  const survivors = [];
  for (const fault of faults) {
    if (python !== undefined) writeFileSync(join(python, planted), fault.text);
    const place = python ?? copyTo(folder, fault);
    const loaded = opened ?? (await open(place).catch(() => undefined));
    if (loaded !== undefined && (await passes(files, loaded))) survivors.push(fault);
    if (opened !== undefined) continue;
    await close(loaded ?? []);
    rmSync(place, { recursive: true });
  }
  await close(opened ?? []);
  return survivors;
}

/** What functions print is nothing that somebody needs here. */
async function inSilence(work) {
  const { log, error } = console;
  Object.assign(console, { log: () => undefined, error: () => undefined });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, error });
  }
}

/** Whether all scenes go as they should. */
async function passes(files, loaded) {
  try {
    for (const [index, { scenes }] of files.entries())
      for (const scene of scenes) await playScene(scene, loaded[index].app);
    return true;
  } catch {
    return false;
  }
}

/** Whether the tests in code of its example pass with a fault. Each file has a process of its own, whose variables it may set. */
async function passesInCode(fault, folder, children) {
  const place = copyTo(folder, fault);
  try {
    for (const file of filesOf(fault.example, /\.test\.mjs$/))
      if ((await run(join(place, file), children)) !== 0) return false;
    return true;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** In a group of its own, so that all of it can be ended. @returns its exit code */
function run(file, children) {
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const child = spawn(process.execPath, [file], {
    stdio: "ignore",
    detached: true,
    env: { ...env, AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
  });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      children.delete(child);
      resolve(status);
    });
  });
}

/** Hundreds of starts of Python by a wrapper, such as that of pyenv, take minutes: the interpreter itself is first in the path from now on. */
function useInterpreterItself() {
  const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
  if (stdout) process.env.PATH = [dirname(stdout.trim()), process.env.PATH].join(delimiter);
}

function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
