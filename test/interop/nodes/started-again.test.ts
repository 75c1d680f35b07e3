import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { RawPeer } from "./raw-peer.ts";
import { startSystem, until, type System, type SystemNode } from "./system.ts";

/* A server that is alone on its PostgreSQL, killed with a call that is up and started again at once. */

let system: System;
const caller = new RawPeer();
before(async () => {
  // Two, and the one whose end is told meanwhile.
  system = await startSystem({ limits: { maxCalls: 3 } }, 1);
  await caller.open();
});
after(async () => {
  caller.close();
  await system.close();
});

it("a server that was killed and is started again has the share of the one before it, and tells what that one owed", async () => {
  const node: SystemNode = system.nodes[0] ?? assert.fail("there is no server");
  const line = system.phone.dial(`sip:+12065550100@127.0.0.1:${node.sipPort}`, { from: "+14155550109" });
  await line.answered;
  const killed = node.program();
  await killed.end("SIGKILL");
  await node.start();
  // The server says that it takes calls: all that one may have are there at once.
  for (const callId of ["first", "second"]) caller.invite(node.sipPort, { callId, from: "+14155550108" });
  await until("both are answered", () => caller.answers.size === 2);

  // The function refuses them.
  assert.deepEqual(
    ["first", "second"].map((callId) => caller.answers.get(callId)?.code),
    [486, 486],
  );
  const { body } = await node.ask<{ readonly nodes: readonly object[] }>("GET", "/offhook/v1/nodes");
  assert.equal(body.nodes.length, 1);
  const isOfIt = ({ type, from }: (typeof system.function.told)[number]) =>
    type === "HANGUP" && from === "+14155550109";
  await until("the end of its call is told", () => system.function.told.some(isOfIt));
});
