import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileCommand, createCommand } from "./command-host.ts";

/** A module with a page of memory whose only function has this body. WebAssembly Core, chapter 5 */
async function aCommand(...body: number[]) {
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const exports = [...name("memory"), 2, 0, ...name("_start"), 0, 0];
  const sections = [
    [1, 4, 1, 0x60, 0, 0],
    [3, 2, 1, 0],
    [5, 3, 1, 0, 1],
    [7, exports.length + 1, 2, ...exports],
    [10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b],
  ];
  const module = await compileCommand(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]));
  return createCommand(module, 16);
}

describe("a command on WebAssembly", () => {
  it("finds in each run what the first one found in the part that is put back", async () => {
    // Traps unless byte 65,530 is 0, then makes it 1.
    const at = [0x41, 0xfa, 0xff, 3];
    const command = await aCommand(...at, 0x2d, 0, 0, 4, 0x40, 0, 0x0b, ...at, 0x41, 1, 0x3a, 0, 0);

    assert.deepEqual(
      [1, 2, 3].map(() => command.run([]).exitCode),
      [0, 0, 0],
    );
  });

  it("that traps ends with 134, and the next run has an instance of its own", async () => {
    const command = await aCommand(0);

    assert.equal(command.run([]).exitCode, 134);
    assert.equal(command.kept(), undefined);
    assert.equal(command.run([]).exitCode, 134);
  });

  it("whose memory has grown too far is not kept", async () => {
    // Takes 1,100 pages.
    const command = await aCommand(0x41, 0xcc, 8, 0x40, 0, 0x1a);

    assert.equal(command.run([]).exitCode, 0);
    assert.equal(command.kept(), undefined);
  });
});
