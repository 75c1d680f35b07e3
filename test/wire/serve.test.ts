import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openTestPhone, type Phone } from "../../src/testing/index.ts";
import { until } from "./function-kit.ts";
import { startServeProcess, type ServeProcess } from "./serve-process.ts";

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly transactionId?: string;
  readonly [key: string]: unknown;
}

const talking = `
  export const handler = async (event) => {
    console.log("saw " + event.InvocationEventType);
    console.error("of " + event.CallDetails.TransactionId);
    return event.InvocationEventType === "NEW_INBOUND_CALL"
      ? { SchemaVersion: "1.0", Actions: [{ Type: "Pause", Parameters: { DurationInMilliseconds: "100" } }, { Type: "Hangup" }] }
      : { SchemaVersion: "1.0", Actions: [{ Type: "NoSuchAction" }] };
  };`;
/** Answers by the first action that is heard. */
const talkingOn = `export const handler = async () => ({
  SchemaVersion: "1.0",
  Actions: [
    { Type: "Speak", Parameters: { Text: "Hello" } },
    { Type: "Pause", Parameters: { DurationInMilliseconds: "20000" } },
  ],
});`;

/** Refuses each call. */
const busy = `export const handler = async () => ({
  SchemaVersion: "1.0",
  Actions: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }],
});`;

/** Reads what the server logs. Resolves when it is ready: its API answers before, and calls are refused until then. */
async function readyLinesOf({ child }: ServeProcess): Promise<() => readonly LogLine[]> {
  let output = "";
  child.stdout?.on("data", (text: Buffer) => (output += text.toString()));
  const lines = () =>
    output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  await until("a server that is ready", () => lines().some(({ msg }) => msg === "ready"));
  return lines;
}

describe("offhook serve", () => {
  let phone: Phone;
  before(async () => {
    phone = await openTestPhone();
  });
  after(() => phone.close());

  // Contract: records-log-of-a-call
  it("logs each line of a call, of its function too, with the transaction id, from its beginning to its end", async (test) => {
    const server = await startServeProcess(test, { files: { "app.mjs": talking } });
    const lines = await readyLinesOf(server);
    const count = (text: string) => lines().filter(({ msg }) => msg === text).length;

    await phone.dial(server.uri, { from: "+15105550101" }).ended;
    await phone.dial(server.uri, { from: "+15105550102" }).ended;
    await until("the last lines", () => count("call ended") === 2 && count("saw HANGUP") === 2);

    const began = lines().find(({ msg }) => msg === "call began");
    assert.deepEqual([began?.level, began?.["from"], began?.["direction"]], [30, "+15105550101", "Inbound"]);
    const transactionId = String(began?.transactionId);
    // What `jq 'select(.transactionId == "...")'` leaves.
    const texts = lines()
      .filter((line) => line.transactionId === transactionId)
      .map(({ msg }) => msg);
    assert.equal(texts[0], "call began");
    for (const text of ["saw NEW_INBOUND_CALL", `of ${transactionId}`, "saw HANGUP", "call ended"])
      assert.ok(texts.includes(text), `${text} in ${texts.join(" | ")}`);
    assert.ok(texts.every((text) => !text.startsWith("of ") || text === `of ${transactionId}`));
    const ready = lines().findIndex(({ msg }) => msg === "ready");
    assert.deepEqual(
      lines().filter((line, at) => at > ready && line.transactionId === undefined && line["requestId"] === undefined),
      [],
    );
  });

  it("takes at SIGHUP what a running server can, names what waits for a restart, refuses what is wrong, and keeps its calls", async (test) => {
    const server = await startServeProcess(test, { files: { "app.mjs": talkingOn, "new.mjs": busy } });
    const lines = await readyLinesOf(server);
    const path = join(server.folder, "offhook.yaml");
    const before = JSON.parse(await readFile(path, "utf8")) as Record<string, object>;
    const write = async (text: string) => {
      await writeFile(path, text);
      server.child.kill("SIGHUP");
    };
    const first = phone.dial(server.uri);
    await first.answered;
    const uriOf = (number: string) => server.uri.replace("+12065550100", number);
    const { end: unknown } = await phone.dial(uriOf("+12065550107")).ended;
    assert.equal(unknown.type === "rejected" && unknown.status, 404);

    await write(JSON.stringify({ ...before, numberz: [] }));
    await until("the wrong one is refused", () =>
      lines().some(({ msg }) => /the one before stays: .*unknown key "numberz"; did you mean "numbers"/s.test(msg)),
    );
    await write(JSON.stringify({ ...before, functions: { ...before["functions"], gone: "./gone.mjs" } }));
    await until("one whose function is not there is refused", () => lines().some(({ msg }) => /gone\.mjs/.test(msg)));
    await write(
      JSON.stringify({
        ...before,
        numbers: ["+12065550100", "+12065550107"],
        functions: { ...before["functions"], new: "./new.mjs" },
        applications: [
          { name: "app", function: "app" },
          { name: "new", function: "new" },
        ],
        rules: [
          { name: "in", number: "+12065550100", applications: ["app"] },
          { name: "new", number: "+12065550107", applications: ["new"] },
        ],
        log: { level: "debug" },
      }),
    );
    await until("it is read", () => lines().some(({ msg }) => msg.startsWith("these settings have changed")));
    const told = lines().find(({ msg }) => msg.startsWith("the configuration was read again"));
    assert.deepEqual(told?.["taken"], ["numbers", "functions", "applications", "rules"]);
    assert.deepEqual(told?.["needRestart"], ["log"]);

    const second = await phone.dial(uriOf("+12065550107")).ended;
    assert.equal(second.end.type === "rejected" && second.end.status, 486, "the new number has its function");
    first.hangUp();
    await first.ended;
    await until("the first call's function heard of its end", () => lines().some(({ msg }) => msg === "call ended"));
    assert.equal(await server.stop(), 0);
  });

  it("lets calls that are up end by themselves at SIGTERM, refuses new ones meanwhile, and ends them at a second one", async (test) => {
    const server = await startServeProcess(test, {
      files: { "app.mjs": talkingOn },
      config: { drainSeconds: 600 },
    });
    const lines = await readyLinesOf(server);
    const call = phone.dial(server.uri);
    await call.answered;

    server.child.kill("SIGTERM");
    await until("it drains", () => lines().some(({ msg }) => msg.startsWith("draining")));
    const { end } = await phone.dial(server.uri).ended;
    assert.equal(end.type === "rejected" && end.status, 503);
    const { status } = await fetch(`${server.apiUrl}/readyz`);
    assert.equal(status, 503);
    const stopped = server.stop("SIGTERM");

    assert.equal((await call.ended).end.type, "bye");
    assert.equal(await stopped, 0);
    assert.ok(lines().some(({ msg }) => msg === "drained: a second signal"));
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`ends the calls that are up with BYE at ${signal} where nobody waits for them, then stops with 0`, async (test) => {
      const server = await startServeProcess(test, { files: { "app.mjs": talkingOn }, config: { drainSeconds: 0 } });
      const lines = await readyLinesOf(server);
      const call = phone.dial(server.uri);
      await call.answered;

      const stopped = server.stop(signal);

      assert.equal((await call.ended).end.type, "bye");
      assert.equal(await stopped, 0);
      assert.equal(lines().at(-1)?.msg, "stopped");
    });
  }
});
