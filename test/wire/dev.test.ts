import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "./function-kit.ts";

const program = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const app = "export const handler = async () => ({ SchemaVersion: '1.0', Actions: [{ Type: 'Hangup' }] });";
const configuration = (number: string, changes: object = {}) =>
  // JSON is YAML.
  JSON.stringify({
    sip: { listen: ["udp://127.0.0.1:0"] },
    ...{ api: { listen: "http://127.0.0.1:0" }, numbers: [number], functions: { app: "./app.mjs" } },
    applications: [{ name: "app", function: "app" }],
    rules: [{ name: "in", number, applications: ["app"] }],
    ...changes,
  });

/** `offhook dev --no-call` in a folder with an `app.mjs` and this configuration. */
async function startDev(context: TestContext, written: string, handler = app) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-dev-"));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("app.mjs", handler);
  await write("offhook.yaml", written);
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const child = spawn(process.execPath, [program, "dev", "--no-call"], {
    cwd: folder,
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output += text.toString()));
  const exited = once(child, "close");
  context.after(async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    write,
    output: () => output,
    prints: async (pattern: RegExp) => {
      const isThere = () => pattern.test(output) || child.exitCode !== null;
      await until(`${String(pattern)} in what dev prints`, isThere).catch((error: unknown) => {
        throw new Error(`${String(error)}; it printed:\n${output}`);
      });
      assert.match(output, pattern);
    },
    stop: async (): Promise<unknown> => {
      child.kill("SIGHUP");
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

test("dev refuses an edit of offhook.yaml that is wrong with its position, keeps the one before, and takes the next good one", async (context) => {
  const dev = await startDev(context, configuration("+12065550100"));
  await dev.prints(/sip:\+12065550100@127\.0\.0\.1:\d+ from any softphone/);
  await dev.prints(/Linphone.*: Username \+12065550198, SIP Domain 127\.0\.0\.1:\d+ \(UDP\), no password\./);
  await dev.prints(/\nLadder +.* ladder \.offhook\/calls\/<call>\.jsonl\n/);

  await dev.write("offhook.yaml", "numbers: []\nnumberz: []\n");
  await dev.prints(
    /offhook\.yaml is not taken, the one before stays\. .*\n +offhook\.yaml:2:1: numberz: unknown key "numberz"; did you mean "numbers"\?/,
  );
  await dev.write("offhook.yaml", configuration("+12065550107"));
  await dev.prints(/The configuration changed, and is taken: numbers, rules\.\n/);
  await dev.prints(/Call it +sip:\+12065550107@/);

  assert.equal(await dev.stop(), 0);
});

test("dev keeps the configuration before when a server cannot start by the new one", async (context) => {
  const dev = await startDev(context, configuration("+12065550100"));
  await dev.prints(/from any softphone/);

  await dev.write("offhook.yaml", configuration("+12065550100", { sip: { listen: ["udp://192.0.2.77:0"] } }));

  await dev.prints(/The new configuration is not taken, the one before stays: .*192\.0\.2\.77[^]*Offhook is ready/);
  assert.equal(await dev.stop(), 0);
});

test("dev tells at once that a save cannot be loaded, with file and line, and takes the next one", async (context) => {
  const dev = await startDev(context, configuration("+12065550100"));
  await dev.prints(/from any softphone/);

  await dev.write("app.mjs", "export const handler =\n  async () => ({ a: };\n");
  await dev.prints(
    /function app cannot be loaded since .*app\.mjs changed: SyntaxError: .*\n[^]*app\.mjs:2\n *async \(\) => \(\{ a: \};\n +\^/,
  );
  await dev.write("words.mjs", "export const one = 1;\nexport const two = ;\n");
  await dev.write("app.mjs", 'export { one } from "./words.mjs";\nexport const handler = async () => ({});\n');
  await dev.prints(/SyntaxError[^]*words\.mjs:2\n *export const two = ;\n +\^\n/);
  await dev.write("lib.ts", "export const good = 1;\nexport const bad: = 2;\n");
  await dev.write("app.mjs", 'export { good } from "./lib.ts";\nexport const handler = async () => ({});\n');
  await dev.prints(/cannot be loaded since .* TransformError[^]*lib\.ts:2\n *export const bad: = 2;\n +\^\n/);
  await dev.write("app.mjs", app);
  await dev.prints(/function app loaded again: .*app\.mjs changed/);

  assert.equal(await dev.stop(), 0);
});

test("dev takes the next free ports where those of the file are taken, and tells which", async (context) => {
  const sip = createSocket("udp4").bind(0, "127.0.0.1");
  const api = createServer().listen(0, "127.0.0.1");
  await Promise.all([once(sip, "listening"), once(api, "listening")]);
  context.after(() => {
    sip.close();
    api.close();
  });
  const [sipPort, apiPort] = [sip.address().port, (api.address() as AddressInfo).port];

  const dev = await startDev(
    context,
    configuration("+12065550100", {
      sip: { listen: [`udp://127.0.0.1:${sipPort}`, `tcp://127.0.0.1:${sipPort}`] },
      api: { listen: `http://127.0.0.1:${apiPort}` },
    }),
  );

  await dev.prints(
    new RegExp(`Port ${sipPort} is taken, .*: SIP is at port \\d+ \\(setting: sip\\.listen, OFFHOOK_SIP_PORT\\)`),
  );
  await dev.prints(new RegExp(`Port ${apiPort} is taken, .*: The API is at port \\d+ \\(setting: api\\.listen`));
  await dev.prints(/Offhook is ready/);
  assert.equal(await dev.stop(), 0);
});

test("dev stops at once when it is told to while a function loads, however long that takes", async (context) => {
  const loading = "console.log('loads'); await new Promise((resolve) => setTimeout(resolve, 1e8));";
  const dev = await startDev(context, configuration("+12065550100"), `${loading} ${app}`);
  await dev.prints(/app: loads/);

  assert.equal(await dev.stop(), 0);
  assert.doesNotMatch(dev.output(), /ready/);
});
