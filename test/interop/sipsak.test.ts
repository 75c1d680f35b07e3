import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownNumber, signallingTest, type CallKit, type KitOptions } from "./kit.ts";
import { startProgram, type Program } from "./program.ts";

/* sipsak: a tool that asks SIP servers, and that throws at them what they should withstand. */

const idle: KitOptions = { functions: [{}] };

function startSipsak(kit: CallKit, user: string, words: readonly string[]): Program {
  const { host, port } = kit.address("udp");
  const program = startProgram("sipsak", ["-s", `sip:${user}@${host}:${port}`, ...words], kit);
  kit.watch(program);
  return program;
}

/** Asks OPTIONS as a monitor does. */
async function ask(kit: CallKit, user = ownNumber): Promise<string> {
  const program = startSipsak(kit, user, ["-vv"]);
  await program.ended;
  return program.output();
}

signallingTest("sipsak asks OPTIONS for a number that is here, and for one that is not", idle, async (kit) => {
  assert.match(await ask(kit), /SIP\/2\.0 200 OK/);
  assert.match(await ask(kit, "+12065550199"), /SIP\/2\.0 404/);
});

signallingTest(
  "after a flood, trashed messages and random bytes of sipsak the server answers, and nothing is left open",
  idle,
  async (kit) => {
    const received = () => kit.trace.filter(({ direction }) => direction === "received").length;
    await startSipsak(kit, ownNumber, ["-F", "-e", "1000"]).ended;
    await kit.until("the flood is taken in", () => received() > 100);
    const trashing = startSipsak(kit, ownNumber, ["-R", "-t", "40"]);
    const beforeTrash = received();
    await kit.until("some trashed messages came", () => received() > beforeTrash + 3 || !trashing.isRunning());
    await trashing.end();
    const file = join(kit.folder, "random");
    for (const size of [1, 40, 900]) {
      await writeFile(file, randomBytes(size));
      const throwing = startSipsak(kit, ownNumber, ["-f", file]);
      const refused = () => kit.server.ledger().refusals["not-sip"] ?? 0;
      const before = refused();
      await kit.until(`random bytes, ${size}`, () => refused() > before || !throwing.isRunning());
      await throwing.end();
    }

    assert.match(await ask(kit), /SIP\/2\.0 200 OK/);
  },
);
