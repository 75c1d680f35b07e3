import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { CallFact } from "../../src/app/index.ts";
import { virtualFunctionTest } from "./function-kit.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-killed-"));
after(() => rm(folder, { recursive: true, force: true }));

/** Writes down its process, and whether an earlier one still lives; then the process is gone, as by kill -9. */
const die = (marks: string) => `
  const earlier = existsSync(${JSON.stringify(marks)}) ? readFileSync(${JSON.stringify(marks)}, "utf8").trim().split("\\n") : [];
  const lives = (pid) => { try { return process.kill(Number(pid), 0); } catch { return false; } };
  appendFileSync(${JSON.stringify(marks)}, (earlier.some(lives) ? "beside another: " : "") + process.pid + "\\n");
  process.kill(process.pid, "SIGKILL");`;
const imports = 'import { appendFileSync, existsSync, readFileSync } from "node:fs";';

/** A server of another program that dies with the first event; its URL. */
async function openServer(marks: string): Promise<string> {
  const source = `${imports} import { createServer } from "node:http";
    const server = createServer((request) => void request.resume().on("end", () => {${die(marks)}}));
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  after(() => void child.kill("SIGKILL"));
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return `http://127.0.0.1:${String(port).trim()}`;
}

const marksOf = (kind: string) => join(folder, kind);
const bootstrap = `${imports}
  await fetch("http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/next");
  ${die(marksOf("command"))}`;

/** Those of this machine: their processes are replaced, and get the event once more. */
const local = [
  ["NEW_INBOUND_CALL", "crashed", "retried"],
  ["NEW_INBOUND_CALL", "crashed", "call-ended"],
  ["HANGUP", "crashed", "retried"],
  ["HANGUP", "crashed", "ignored"],
];
/** Those of others stay away. */
const remote = local.map(([event, , consequence]) => [event, "unreachable", consequence]);

const kinds = {
  local: { made: { file: "./app.mjs" }, told: local, asked: 4, cause: /The process ended \(signal SIGKILL\)/ },
  command: {
    made: { command: [process.execPath, "./bootstrap.mjs"] },
    told: local,
    asked: 4,
    cause: /The process ended \(signal SIGKILL\)/,
  },
  lambda: {
    made: { lambda: "app", endpoint: await openServer(marksOf("lambda")) },
    told: remote,
    asked: 1,
    cause: /ECONNREFUSED/,
  },
  url: { made: { url: await openServer(marksOf("url")) }, told: remote, asked: 1, cause: /ECONNREFUSED/ },
} as const;

for (const [kind, { made, told, asked, cause }] of Object.entries(kinds)) {
  // Contract: events-retry, events-function-failed, events-one-at-a-time
  virtualFunctionTest(
    `a function (${kind}) that is killed between an event and its answer loses the call with 480 and its cause, and never has two events at a time`,
    {
      function: made,
      files: {
        "app.mjs": `${imports} export const handler = () => {${die(marksOf("local"))} return new Promise(() => undefined); };`,
        "bootstrap.mjs": bootstrap,
      },
    },
    async (kit) => {
      const report = await kit.phone.dial(kit.uri()).ended;
      await kit.untilEnded();

      assert.equal(report.end.type === "rejected" && report.end.status, 480);
      const failed = kit.facts.filter((fact): fact is Failed => fact.type === "function-failed");
      assert.deepEqual(
        failed.map(({ event, reason, consequence }) => [event, reason, consequence]),
        told,
      );
      assert.match(failed[1]?.message ?? "", cause);
      const ended = kit.facts.find((fact) => fact.type === "call-ended");
      assert.match(ended?.cause ?? "", /^the function failed: Function "app"/);
      const marks = readFileSync(marksOf(kind), "utf8").trim().split("\n");
      assert.equal(marks.length, asked);
      assert.deepEqual(
        marks.filter((mark) => mark.startsWith("beside")),
        [],
      );
    },
  );
}

type Failed = Extract<CallFact, { type: "function-failed" }>;
