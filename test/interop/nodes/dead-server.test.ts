import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { watchMachine } from "../machine-watch.ts";
import { freePort } from "../ports.ts";
import { RawPeer } from "./raw-peer.ts";
import { sleep, startKamailio, until } from "./system.ts";

it("a server that dies gets no new call 3 seconds later from Kamailio as we ship it, and calls in between go to another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-dead-"));
  const [living, dying, caller] = [new RawPeer(), new RawPeer(), new RawPeer()];
  const [sipPorts, carrierPort] = [[await living.open(), await dying.open()], await caller.open()];
  const proxyPort = await freePort();
  const kamailio = startKamailio(join(folder, "kamailio"), { proxyPort, sipPorts, carrierPort });
  const machine = watchMachine();
  let calls = 0;
  const call = () => caller.invite(proxyPort, { callId: `call-${calls++}` });
  const ended = () => [...caller.answers].filter(([id]) => id.startsWith("call-"));
  try {
    // What comes before it listens is lost.
    let before = 0;
    await until("both get calls", async () => {
      caller.invite(proxyPort, { callId: `before-${before++}` });
      await sleep(50);
      return living.invitedAt.size > 0 && dying.invitedAt.size > 0;
    });
    dying.isDead = true;
    const diedAt = performance.now();
    for (; performance.now() < diedAt + 4_500; await sleep(50)) call();
    await until("all calls are over", () => ended().length === calls, 10_000).catch(() => undefined);

    const lateMs = machine.worstMs();
    if (lateMs > 1_000) return void console.log(`not judged: the machine was ${lateMs} ms late`);
    const last = Math.max(...dying.invitedAt.values()) - diedAt;
    assert.ok(last <= 3_000 + lateMs, `it got a call ${Math.round(last)} ms after it died`);
    assert.deepEqual([ended().length, ended().filter(([, { code }]) => code !== 486)], [calls, []]);
  } finally {
    await machine.stop();
    await kamailio.end("SIGTERM");
    for (const peer of [living, dying, caller]) peer.close();
    rmSync(folder, { recursive: true });
  }
});
