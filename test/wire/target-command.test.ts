import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openInvokeKit, type InvokeKit } from "./invoke-kit.ts";

/** A custom runtime as the documentation of Lambda has it: a loop in the shell. */
const shellBootstrap = `#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  headers="$(mktemp)"
  event="$(curl -sS -LD "$headers" "$api/next")"
  id="$(grep -i Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)"
  rm -f "$headers"
  echo "took $event"
  curl -sS "$api/$id/response" -d "{\\"from\\":\\"$_HANDLER\\",\\"in\\":\\"$PWD\\",\\"got\\":$event}" > /dev/null
done
`;

/** The same in a language that has a client of its own, as Go and Rust have: errors go to their place, and connections stay open. */
const nodeBootstrap = `#!${process.execPath}
const http = require("node:http");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const ask = (method, path, body, headers) => new Promise((resolve, reject) => {
  http.request({ agent, host, port, method, path: "/2018-06-01/runtime/" + path, headers }, (response) => {
    let text = "";
    response.on("data", (chunk) => (text += chunk)).on("end", () => resolve({ response, text }));
  }).on("error", reject).end(body);
});
(async () => {
  if (process.argv[2] === "broken") {
    await ask("POST", "init/error", JSON.stringify({ errorType: "Init.Failed", errorMessage: "no table" }));
    process.exit(1);
  }
  for (;;) {
    const { response, text } = await ask("GET", "invocation/next");
    const id = response.headers["lambda-runtime-aws-request-id"];
    const event = JSON.parse(text);
    if (event.die) process.kill(process.pid, "SIGKILL");
    if (event.fail) await ask("POST", "invocation/" + id + "/error", JSON.stringify({ errorType: "main.Problem", errorMessage: event.fail, stackTrace: [] }));
    else if (event.stream) {
      const headers = { "Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked" };
      await ask("POST", "invocation/" + id + "/response", JSON.stringify({ pid: process.pid }), headers);
    } else await ask("POST", "invocation/" + id + "/response", JSON.stringify({ pid: process.pid }));
  }
})();
`;

async function open(test: TestContext, source: string, more: readonly string[] = []): Promise<InvokeKit> {
  return openInvokeKit(test, "bootstrap", source, {
    program: async (folder) => {
      await chmod(join(folder, "bootstrap"), 0o755);
      return { kind: "command", command: ["./bootstrap", ...more], folder, handler: "app.handler" };
    },
  });
}

describe("a function that is a program of its own", () => {
  const hasCurl = spawnSync("curl", ["--version"]).status === 0;

  it("can be a shell script that speaks the Runtime API", { skip: !hasCurl && "there is no curl" }, async (test) => {
    const kit = await open(test, shellBootstrap);

    assert.deepEqual(await kit.call({ n: 1 }), { from: "app.handler", in: kit.folder, got: { n: 1 } });
    await kit.until(() => kit.output.length > 0);
    assert.equal(kit.output[0]?.line, 'took {"n":1}');
  });

  it("stays warm over events and failures, and is replaced when it dies with one", async (test) => {
    const kit = await open(test, nodeBootstrap);

    const first = await kit.call();
    const failed = await kit.call({ fail: "no such number" });
    assert.deepEqual(await kit.call({ stream: true }), first);
    assert.deepEqual(failed, {
      type: "failed",
      reason: "unhandled",
      message: "main.Problem: no such number",
      stack: undefined,
      target: "fn",
    });
    const died = (await kit.call({ die: true })) as { reason: string; message: string };
    assert.deepEqual([died.reason, died.message], ["crashed", 'Function "fn": The process ended (signal SIGKILL)']);
    assert.notDeepEqual(await kit.call(), first);
  });

  it("says why it cannot begin by the Runtime API's init/error", async (test) => {
    const kit = await open(test, nodeBootstrap, ["broken"]);

    const failure = (await kit.call()) as { reason: string; message: string };
    assert.deepEqual(
      [failure.reason, failure.message],
      ["init", 'Function "fn" could not be loaded. Init.Failed: no table'],
    );
  });
});
