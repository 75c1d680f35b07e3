import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, mock } from "node:test";
import type { Command } from "commander";
import { ladderCommand } from "../../src/cli/ladder/ladder.ts";
import { callCommand } from "../../src/cli/operate/call.ts";
import { callsCommand } from "../../src/cli/operate/calls.ts";
import { checkCommand } from "../../src/cli/operate/check.ts";
import { drainCommand } from "../../src/cli/operate/drain.ts";
import { ledgerCommand } from "../../src/cli/operate/ledger.ts";
import { nodesCommand } from "../../src/cli/operate/nodes.ts";
import { spoolCommand } from "../../src/cli/operate/spool.ts";
import { openTestPhone, type Phone } from "../../src/testing/index.ts";
import { signallingTest, type CallKit } from "../interop/kit.ts";
import { callIn, hangUp, playAudio, pause, storedTone } from "./call-scene.ts";
import { withPhone } from "./call-phone.ts";

/** Runs a command with these words in this process. */
async function offhook(command: Command, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const said = { out: "", err: "" };
  const log = mock.method(console, "log", (text: string) => void (said.out += `${text}\n`));
  const error = mock.method(console, "error", (text: string) => void (said.err += `${text}\n`));
  const before = { ...process.env };
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  try {
    await command.parseAsync(words, { from: "user" });
    return { ...said, code: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = undefined;
    process.env = before;
    log.mock.restore();
    error.mock.restore();
  }
}

const secret = "a-secret-of-operators";
const options = {
  functions: [{ NEW_INBOUND_CALL: [playAudio("a.wav"), pause(20_000), pause(20_000), hangUp()] }],
  prompts: { "a.wav": storedTone(440, 300) },
  config: {
    histories: { write: true, redact: false },
    api: { listen: "http://127.0.0.1:0", keys: [{ id: "OPS", secret }] },
  },
};

signallingTest(
  "the commands of operators show and drain a running server by its keys",
  options,
  async (kit: CallKit) => {
    const key = { OFFHOOK_ACCESS_KEY_ID: "OPS", OFFHOOK_SECRET_ACCESS_KEY: secret };
    const url = ["--url", kit.server.apiUrl];
    const run = (command: Command, ...words: readonly string[]) => offhook(command, [...words, ...url], key);
    const state = { id: "" };

    await withPhone(kit, async ({ phone }) => {
      await callIn(kit, phone, async (call) => {
        await call.answered;
        const list = await run(callsCommand(), "--json");
        const drained = await run(drainCommand(), "--within", "0", "--json");
        const { calls } = JSON.parse(list.out) as { calls: readonly { id: string; from: string }[] };
        assert.deepEqual([list.code, calls.length, calls[0]?.from], [0, 1, "+15105550101"]);
        state.id = calls[0]?.id ?? "";
        assert.deepEqual([drained.code, JSON.parse(drained.out)], [3, { state: "draining", calls: 1 }]);
        const live = await run(callCommand(), state.id);
        const nodes = await run(nodesCommand());
        assert.match(live.out, /^live \d/m);
        assert.match(live.out, /^does (PlayAudio|Pause) on LEG-A$/m);
        assert.match(nodes.out, /draining +1 of 1000 .*takes no new calls/);
        call.hangUp();
      });
    });
    await kit.until("the history is written", () => kit.server.ledger().historyFiles === 0);

    const drained = await run(drainCommand(), "--within", "60");
    const resumed = await run(drainCommand(), "--resume");
    const ended = await run(callsCommand(), "--state", "ended", "--number", "5550101");
    const past = await run(callCommand(), state.id);
    const ladder = await run(ladderCommand(), state.id);
    const ledger = await run(ledgerCommand());
    const spool = await run(spoolCommand());
    assert.equal(drained.code, 0);
    assert.match(resumed.out, /^up, 0 calls are up/);
    assert.match(ended.out, new RegExp(`${state.id} +Inbound +\\+15105550101 +\\+12065550100 .* bye$`, "m"));
    assert.match(past.out, /ended .* bye: hung up by the far end/);
    assert.match(past.out, /NEW_INBOUND_CALL +\d+ ms +PlayAudio, Pause, Pause, Hangup/);
    assert.match(ladder.out, /INVITE/);
    assert.match(ledger.out, /^received INVITE +1$/m);
    assert.match(spool.out, /Nothing is owed/);
    await run(drainCommand(), "--resume");

    const none = await run(callCommand(), "00000000-0000-4000-8000-000000000000");
    assert.deepEqual([none.code, /There is no call.*An id is needed whole/s.test(none.err)], [2, true]);
    const unsigned = await offhook(nodesCommand(), url);
    assert.deepEqual(
      [unsigned.code, /not signed.* Right would be OFFHOOK_ACCESS_KEY_ID/.test(unsigned.err)],
      [1, true],
    );
    const mistyped = drainCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    await assert.rejects(offhook(mistyped, ["--within", "1h", ...url], key), { code: "commander.invalidArgument" });
    assert.equal((await fetch(`${kit.server.apiUrl}/readyz`)).status, 200, "what is mistyped drains nothing");
    const stranger = await offhook(nodesCommand(), url, { ...key, OFFHOOK_SECRET_ACCESS_KEY: "wrong" });
    assert.deepEqual([stranger.code, /The secret is not that of the access key OPS/.test(stranger.err)], [1, true]);
    const away = await offhook(nodesCommand(), ["--url", "http://127.0.0.1:9"], key);
    assert.deepEqual(
      [away.code, /No server answers at http:\/\/127\.0\.0\.1:9.*CLI_NO_SERVER/s.test(away.err)],
      [1, true],
    );
    const beside = {
      sip: { listen: ["udp://127.0.0.1:0"] },
      ...options.config,
      api: { ...options.config.api, listen: kit.server.apiUrl },
    };
    const folder = await mkdtemp(join(tmpdir(), "offhook-beside-"));
    await writeFile(join(folder, "offhook.yaml"), JSON.stringify(beside));
    const checked = await offhook(checkCommand(), ["-c", folder]);
    assert.deepEqual(
      [checked.code, checked.out],
      [0, "Nothing is missing.\n"],
      "ports of a server that runs are its own",
    );
    const elsewhere = { ...beside, sip: { listen: ["udp://192.0.2.77:5060"] } };
    await writeFile(join(folder, "offhook.yaml"), JSON.stringify(elsewhere));
    const foreign = await offhook(checkCommand(), ["-c", folder]);
    await rm(folder, { recursive: true });
    assert.deepEqual([foreign.code, /192\.0\.2\.77.*does not have this address/.test(foreign.out)], [1, true]);

    const open = await offhook(nodesCommand(), ["--url", "http://192.0.2.1:8080"], key);
    assert.deepEqual([open.code, /would be read by others/.test(open.err)], [1, true]);
  },
);

describe("offhook check", () => {
  const scene: { folder: string; phone: Phone } = { folder: "", phone: undefined as unknown as Phone };
  before(async () => {
    scene.folder = await mkdtemp(join(tmpdir(), "offhook-check-"));
    scene.phone = await openTestPhone();
    await writeFile(join(scene.folder, "app.mjs"), "export const handler = async () => ({});\n");
    await writeFile(join(scene.folder, "bad.mjs"), "export const handler = async () => {\n");
    await writeFile(join(scene.folder, "key.pem"), "no key\n");
  });
  after(async () => {
    await scene.phone.close();
    await rm(scene.folder, { recursive: true, force: true });
  });
  const check = async (config: object, ...words: readonly string[]) => {
    await writeFile(join(scene.folder, "offhook.yaml"), JSON.stringify(config));
    return offhook(checkCommand(), ["-c", scene.folder, ...words]);
  };
  const right = () => {
    const { host, port } = scene.phone.address;
    return {
      sip: { listen: ["udp://127.0.0.1:0"] },
      api: { listen: "http://127.0.0.1:0", keys: [{ id: "OPS", secret }] },
      numbers: ["+12065550100"],
      functions: { app: "./app.mjs" },
      applications: [{ name: "app", function: "app" }],
      rules: [{ name: "in", number: "+12065550100", applications: ["app"] }],
      trunks: { carrier: { address: `sip:${host}:${port}` } },
    };
  };

  it("finds nothing where all is there, and asks trunks by OPTIONS", async () => {
    const { code, out, err } = await check(right());
    assert.deepEqual([code, out], [0, "Nothing is missing.\n"], err);
    assert.match(err, /checks trunks/);
  });

  it("finds functions that cannot be loaded, certificates, prompts, ARNs, numbers and trunks, and exits with 1", async () => {
    const config = right();
    const prompt = {
      Type: "PlayAudio",
      Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "x.wav" } },
    };
    const { code, out, err } = await check(
      {
        ...config,
        sip: { listen: ["udp://127.0.0.1:0", "tls://127.0.0.1:0"], tls: { certificate: "key.pem", key: "key.pem" } },
        functions: { app: { file: "./app.mjs", fallbackActions: [prompt] }, bad: "./bad.mjs" },
        trunks: {
          gone: { address: "sip:127.0.0.1:9" },
          carrier: { ...config.trunks.carrier, numbers: ["+12065550109"] },
        },
      },
      "--json",
    );
    assert.notEqual(out, "", err);
    const { findings } = JSON.parse(out) as { findings: readonly { severity: string; where: string; what: string }[] };
    const shown = findings.map(({ severity, where }) => `${severity} ${where}`);
    for (const one of [
      ...["error sip.tls", "error functions.bad", "error functions.app.fallbackActions"],
      "warning trunks.carrier.numbers",
    ])
      assert.ok(shown.includes(one), `${one} in ${shown.join(", ")}`);
    assert.equal(code, 1);
  });

  it("finds ports that others have, folders that cannot be written to, a database and stores of objects that are away, and says what would be right", async () => {
    const taken = createSocket("udp4").bind(0, "127.0.0.1");
    await once(taken, "listening");
    const { address, port } = taken.address();
    const { code, out, err } = await check(
      {
        ...right(),
        sip: { listen: [`udp://${address}:${port}`] },
        numbers: ["+12065550100", "+12065550101"],
        dataFolder: "./app.mjs/data",
        store: { url: "postgresql://offhook:hunter2@127.0.0.1:1/offhook" },
        objects: {
          s3: [{ buckets: ["prompts"], endpoint: "http://127.0.0.1:1", accessKeyId: "x", secretAccessKey: secret }],
        },
      },
      "--json",
    ).finally(() => taken.close());
    assert.equal(code, 1, err);
    assert.doesNotMatch(out, /hunter2/);
    const { findings } = JSON.parse(out) as { findings: readonly { where: string; what: string }[] };
    for (const [place, says] of [
      ["sip.listen", /Another program has this port/],
      ["numbers", /no rule takes \+12065550101.*right would be/],
      ["dataFolder", /app\.mjs is a file; right would be a folder/],
      ["store", /postgresql:\/\/offhook@127\.0\.0\.1:1\/offhook, and .*ECONNREFUSED.*Right would be/],
      ["objects.s3[0]", /ECONNREFUSED.*Right would be an endpoint/],
    ] as const)
      assert.match(
        findings
          .filter(({ where }) => where === place)
          .map(({ what }) => what)
          .join(),
        says,
        place,
      );
  });

  it("exits with 1 for warnings only with --strict", async () => {
    const config = { ...right(), numbers: ["+12065550100", "+12065550101"] };
    const [lax, strict] = [await check(config), await check(config, "--strict")];
    assert.deepEqual([lax.code, strict.code], [0, 1], strict.out);
  });

  it("finds trunks that do not answer", async () => {
    const config = right();
    const { code, out } = await check({
      ...config,
      trunks: { gone: { address: "sip:127.0.0.1:9" }, ...config.trunks },
    });
    assert.deepEqual(
      [code, /^error +trunks\.gone: .*127\.0\.0\.1:9: .*nothing listens at that port/m.test(out), /carrier/.test(out)],
      [1, true, false],
    );
  });

  it("refuses a configuration that is wrong, with its place", async () => {
    const { code, err } = await check({ numberz: [] });
    assert.deepEqual([code, /numberz: unknown key "numberz"/.test(err)], [1, true]);
  });
});
