import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig, startServer } from "../../src/app/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";

/** A start with these settings, and a function that takes a minute to load: it fails before the function begins to. */
async function assertFailsAtOnce(settings: object, error: { readonly code: string; readonly message: RegExp }) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-start-"));
  const seen = join(folder, "loading");
  const source = `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(seen)}, "");
    await new Promise((resolve) => setTimeout(resolve, 60_000)); export const handler = async () => ({});`;
  await writeFile(join(folder, "f.mjs"), source);
  await writeFile(join(folder, "file"), "");
  const sip = { listen: ["udp://127.0.0.1:0"] };
  const written = { sip, api: { listen: "http://127.0.0.1:0" }, functions: { f: "./f.mjs" }, ...settings };
  const config = loadConfig({ mode: "production", environment: {}, folder, written });
  try {
    await assert.rejects(startServer({ config, clock: systemClock, log: silentLogger }), error);
    assert.equal(existsSync(seen), false, "the function was being loaded");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("a start that fails for a busy SIP port says so before functions are loaded, and leaves nothing open", async () => {
  const taken = createSocket("udp4").bind(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address();
  try {
    await assertFailsAtOnce(
      { sip: { listen: [`udp://127.0.0.1:${port}`] } },
      {
        code: "SIP_BIND_FAILED",
        message: new RegExp(`${port}.*Another program has this port, .*: change sip\\.listen .*OFFHOOK_SIP_PORT`),
      },
    );
  } finally {
    taken.close();
  }
});

test("a start that fails for a busy API port names the setting and the variable that change it, as early", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  try {
    await assertFailsAtOnce(
      { api: { listen: `http://127.0.0.1:${port}` } },
      {
        code: "API_LISTEN_FAILED",
        message: new RegExp(`${port}.*Another program has this port, .*: change api\\.listen .*OFFHOOK_API_PORT`),
      },
    );
  } finally {
    taken.close();
  }
});

test("a start whose data folder is a file fails as early", async () => {
  await assertFailsAtOnce({ dataFolder: "./file" }, { code: "STORE_UNAVAILABLE", message: /dataFolder/ });
});
