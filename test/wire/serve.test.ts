import assert from "node:assert/strict";
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

  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
    it(`ends the calls that are up with BYE at ${signal}, then stops with 0`, async (test) => {
      const server = await startServeProcess(test, { files: { "app.mjs": talkingOn } });
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
