import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { silentLogger } from "../../kernel/index.ts";
import { createMedia } from "../media.ts";

const run = promisify(execFile);
const asked = `
  import { readFileSync } from "node:fs";
  import { runInRealTime } from "${new URL("./real-time.js", import.meta.url).href}";
  const granted = await runInRealTime(0);
  const [priority, policy] = readFileSync("/proc/thread-self/stat", "latin1").replace(/^.*\\) /s, "").split(" ").slice(37, 39);
  console.log(JSON.stringify({ granted, priority: Number(priority), policy: Number(policy) }));
`;
const program = [process.execPath, "--input-type=module", "--eval", asked];
const answerOf = async ([command = "", ...words]: readonly string[]) =>
  JSON.parse((await run(command, words)).stdout) as unknown;

const skip = process.platform === "linux" ? false : "schedulers are those of Linux";

test("a thread that the system lets run in real time does, at the lowest of those priorities", { skip }, async (t) => {
  const answer = await answerOf(program);
  if ((answer as { granted: boolean }).granted) assert.deepEqual(answer, { granted: true, priority: 1, policy: 2 });
  else t.skip("this system does not grant it to this user");
});

test("a thread that the system does not let run in real time goes on as it was", { skip }, async () => {
  const isRoot = process.getuid?.() === 0;
  const withoutRight = isRoot ? ["setpriv", "--bounding-set=-sys_nice"] : ["prlimit", "--rtprio=0"];
  assert.deepEqual(await answerOf([...withoutRight, ...program]), { granted: false, priority: 0, policy: 0 });
});

test("media workers run in real time while they have sessions, and no other thread", { skip }, async (t) => {
  const asked = await answerOf(program);
  if (!(asked as { granted: boolean }).granted) return t.skip("this system does not grant it to this user");
  const media = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger });
  t.after(() => media.close());

  assert.equal(realTimeThreads(), 0);
  const session = await media.openSession({});
  while (realTimeThreads() === 0) await new Promise((resolve) => void setImmediate(resolve));
  assert.equal(realTimeThreads(), 1);
  await session.close();
  while (realTimeThreads() === 1) await new Promise((resolve) => void setImmediate(resolve));
});

function realTimeThreads(): number {
  const policies = readdirSync("/proc/self/task").map((task) => {
    const text = readFileSync(`/proc/self/task/${task}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[38];
  });
  return policies.filter((policy) => policy === "2").length;
}
