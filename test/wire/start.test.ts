import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig, startServer } from "../../src/app/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";

test("a start that fails for a busy SIP port says so, and leaves nothing open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offhook-start-"));
  const taken = createSocket("udp4").bind(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address();
  await writeFile(join(folder, "f.mjs"), "export const handler = async () => ({});");
  const written = { sip: { listen: [`udp://127.0.0.1:${port}`] }, functions: { f: "./f.mjs" } };
  await writeFile(join(folder, "offhook.yaml"), JSON.stringify(written));
  const config = loadConfig({ mode: "production", environment: {}, folder });

  try {
    await assert.rejects(startServer({ config, clock: systemClock, log: silentLogger }), {
      code: "SIP_BIND_FAILED",
      message: new RegExp(`${port}.*Another program has this port, .*: change sip\\.listen .*OFFHOOK_SIP_PORT`),
    });
  } finally {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test("a start that fails for a busy API port names the setting and the variable that change it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offhook-start-"));
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const written = { sip: { listen: ["udp://127.0.0.1:0"] }, api: { listen: `http://127.0.0.1:${port}` } };
  const config = loadConfig({ mode: "production", environment: {}, folder, written });

  try {
    await assert.rejects(startServer({ config, clock: systemClock, log: silentLogger }), {
      code: "API_LISTEN_FAILED",
      message: new RegExp(`${port}.*Another program has this port, .*: change api\\.listen .*OFFHOOK_API_PORT`),
    });
  } finally {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  }
});
