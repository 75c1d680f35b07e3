import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openInvokeKit } from "./invoke-kit.ts";

/** Whether the process lives; one that was killed and is not yet reaped by init does not. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const onlyLinux = process.platform === "linux" ? false : "only Linux shows what a process started";
const noPython = hasPython || process.env["CI"] === "true" ? false : "there is no python3 on this machine";

describe("a server that is killed", () => {
  const cases: [title: string, source: string, file?: string][] = [
    [
      "idle functions and what they started",
      `exports.handler = async () => {
        const child = require("node:child_process").spawn("sleep", ["1000"]);
        console.log(process.pid + " " + child.pid);
      };
      setInterval(() => 0, 1000);`,
    ],
    [
      "functions that wait for something in an invocation",
      `exports.handler = () => new Promise(() => { setInterval(() => 0, 1000); console.log(String(process.pid)); });`,
    ],
    [
      "functions that are in an endless loop",
      `exports.handler = async () => { console.log(String(process.pid)); for (;;); };`,
    ],
    [
      "what idle functions started detached, in a session of its own",
      `exports.handler = async () => {
        const child = require("node:child_process").spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
        child.unref();
        console.log(process.pid + " " + child.pid);
      };
      setInterval(() => 0, 1000);`,
    ],
    [
      "idle Python functions and what they started",
      [
        `import os, subprocess`,
        `def handler(event, context):`,
        `    print(os.getpid(), subprocess.Popen(["sleep", "1000"]).pid)`,
      ].join("\n"),
      "a.py",
    ],
    [
      "Python functions that are in an endless loop",
      `import os\ndef handler(event, context):\n    print(os.getpid())\n    while True:\n        pass`,
      "a.py",
    ],
  ];
  for (const [title, source, file = "a.js"] of cases) {
    it(`leaves no process of ${title}`, { skip: file.endsWith(".py") && noPython }, async (test) => {
      const folder = await mkdtemp(join(tmpdir(), "offhook-orphans-"));
      await writeFile(join(folder, file), source);
      const owner = fileURLToPath(new URL(`./invoke-owner${extname(import.meta.url)}`, import.meta.url));
      const server = spawn(process.execPath, [owner, join(folder, file)], { stdio: ["ignore", "pipe", "inherit"] });
      const pids: number[] = [];
      test.after(async () => {
        server.kill("SIGKILL");
        for (const pid of pids.filter(isRunning)) process.kill(pid, "SIGKILL");
        await rm(folder, { recursive: true, force: true });
      });

      for await (const line of createInterface({ input: server.stdout })) {
        pids.push(...line.split(" ").map(Number));
        if (pids.length >= 2) break;
      }
      server.kill("SIGKILL");

      assert.ok(pids.length >= 2);
      while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  }
});

describe("what a function started detached", () => {
  const starter = (command: string, options: string, end: string) => `
    const { spawn } = require("node:child_process");
    exports.handler = async () => {
      const child = spawn(${command}, { detached: true, stdio: "ignore"${options} });
      child.unref();
      require("node:fs").writeSync(1, child.pid + "\\n");
      ${end}
    };`;
  const sleep = `"sleep", ["1000"]`;
  for (const [when, source, isCrash] of [
    ["when the server closes", starter(sleep, "", ""), false],
    ["when the server closes, also without the function's environment", starter(sleep, ", env: {}", ""), false],
    ["when the server closes, also a shell's own", starter(`"sh", ["-c", "sleep 1000 & wait"]`, "", ""), false],
    ["when the function's process crashes", starter(sleep, "", "process.exit(3);"), true],
  ] as const) {
    it(`ends ${when}`, { skip: onlyLinux }, async (test) => {
      const kit = await openInvokeKit(test, "a.js", source);
      const pids = () => kit.output.map(({ line }) => Number(line));
      test.after(() =>
        pids()
          .filter(isRunning)
          .forEach((pid) => process.kill(pid, "SIGKILL")),
      );
      await kit.call();
      await kit.until(() => pids().length > 0);

      if (!isCrash) {
        assert.ok(pids().every(isRunning));
        await kit.invoker.close();
      }

      await kit.until(() => !pids().some(isRunning));
    });
  }
});
