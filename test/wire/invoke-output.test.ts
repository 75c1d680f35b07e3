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
