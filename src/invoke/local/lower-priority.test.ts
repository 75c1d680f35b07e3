import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { it } from "node:test";
import { startPriority } from "../../kernel/index.ts";
import { lowerPriority, sessionNiceness, stepsBelow } from "./lower-priority.ts";

it("reads how nice a session is", () => {
  assert.deepEqual(["/autogroup-25 nice 0\n", "/autogroup-7 nice -10\n", ""].map(sessionNiceness), [0, -10, 0]);
});

it("lowers a process below the server, and its session below the server's session", async (test) => {
  const session = (pid: number | string) => sessionNiceness(readFileSync(`/proc/${pid}/autogroup`, "latin1"));
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
  const exited = once(child, "exit");
  test.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const pid = child.pid ?? 0;

  lowerPriority(pid, stepsBelow.overusing);

  assert.equal(getPriority(pid), Math.min(19, startPriority() + 10));
  if (!existsSync("/proc/self/autogroup")) return;
  const wanted = Math.min(19, session("self") + 10);
  while (session(pid) !== wanted) await new Promise((resolve) => setTimeout(resolve, 5));
});
