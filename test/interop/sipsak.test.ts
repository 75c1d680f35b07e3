import assert from "node:assert/strict";
import { ownNumber, socketCallTest, type CallKit, type KitOptions } from "./kit.ts";
import { startProgram } from "./program.ts";

/* sipsak: a tool for testing SIP servers. */

const greeted: KitOptions = {
  functions: [{ NEW_INBOUND_CALL: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] }],
};

/** Runs sipsak until it ends. */
async function runSipsak(kit: CallKit, user: string, words: readonly string[]) {
  const { host, port } = kit.address("udp");
  const program = startProgram("sipsak", ["-s", `sip:${user}@${host}:${port}`, ...words], kit);
  kit.watch(program);
  const code = await program.ended;
  return { code, output: program.output() };
}

socketCallTest("sipsak asks OPTIONS for a number that is here, and for one that is not", greeted, async (kit) => {
  const here = await runSipsak(kit, ownNumber, ["-vv"]);
  assert.equal(here.code, 0, here.output);
  assert.match(here.output, /SIP\/2\.0 200/);
  const nobody = await runSipsak(kit, "+12065550199", ["-vv"]);

  assert.match(nobody.output, /SIP\/2\.0 404/);
});
