import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openInvokeKit } from "./invoke-kit.ts";

/** Prints `text` `times` times, waiting as long as nobody takes it, then answers. */
const printer = (text: string, times: number) => `
  const { writeSync } = require("node:fs");
  const bytes = Buffer.from(${JSON.stringify(text)}.repeat(1024));
  const rest = new Int32Array(new SharedArrayBuffer(4));
  const print = () => {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(1, bytes, at);
      } catch (error) {
        if (error.code !== "EAGAIN") throw error;
        Atomics.wait(rest, 0, 0, 1);
      }
    }
  };
  exports.handler = async () => {
    for (let count = 0; count < ${times}; count++) print();
    return "answer";
  };`;

describe("a function that prints without end", () => {
  for (const [what, text] of [
    ["in one line", "x".repeat(1_024)],
    ["NULs and escape sequences", "\0\u001b[2J\u001b]0;title\u0007".repeat(64)],
    ["lines", `${"x".repeat(1_023)}\n`],
    ["empty lines", "\n".repeat(256)],
  ] as const) {
    it(`${what}: it answers, and all is either handed out in short lines or counted`, async (test) => {
      const times = 16;
      const kit = await openInvokeKit(test, "a.js", printer(text, times));

      assert.equal(await kit.call(), "answer");
      await kit.invoker.close();

      const shown = kit.output.reduce((sum, { line }) => sum + line.length, 0);
      const leftOut = kit.warnings.reduce((sum, { bytes }) => sum + Number(bytes), 0);
      const printed = text.length * 1_024 * times;
      const lineBreaks = (text.length - text.replaceAll("\n", "").length) * 1_024 * times;
      assert.ok(kit.output.every(({ line }) => line.length <= 16_384));
      assert.ok(leftOut > 0);
      assert.ok(shown + leftOut >= printed - lineBreaks && shown + leftOut <= printed, `${shown} + ${leftOut}`);
    });
  }
});

describe("the lines that a function prints", () => {
  it("are told of the call of their event, or of none where several were sent to the process, and never of another", async (test) => {
    const source = `exports.handler = async ({ print, id }) => { if (print) console.log(id); return null; };`;
    const kit = await openInvokeKit(test, "a.js", source, { maxProcesses: 1 });
    const rush = (name: string, print: boolean) =>
      Promise.all(
        Array.from({ length: 24 }, (_, index) => {
          const id = `${name} ${index}`;
          return kit.invoker.invoke("fn", { print, id }, 20_000, { transactionId: id });
        }),
      );
    await rush("quick from here on", false);

    await rush("first", true);
    await kit.until(() => kit.output.length === 24);
    await rush("second", true);
    await kit.until(() => kit.output.length === 48);

    const told = kit.output.filter(({ transactionId }) => transactionId !== undefined);
    assert.ok(told.every(({ line, transactionId }) => line === transactionId));
    assert.deepEqual(
      told.filter(({ line }) => line.startsWith("second")).length,
      24,
      "one that prints gets its events one by one",
    );
    assert.ok(told.length < 48, "events were sent ahead in the first rush");
  });
});
