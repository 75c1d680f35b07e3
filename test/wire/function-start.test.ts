import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { functionTest } from "./function-kit.ts";
import { startServeProcess } from "./serve-process.ts";

const sdk = fileURLToPath(import.meta.resolve("@aws-sdk/client-chime-sdk-voice"));
/** As functions are written: nothing is said of an endpoint, a Region or credentials. */
const lister = `
  import { ChimeSDKVoiceClient, ListSipMediaApplicationsCommand } from ${JSON.stringify(sdk)};
  const client = new ChimeSDKVoiceClient({});
  export const handler = async () => {
    const { SipMediaApplications } = await client.send(new ListSipMediaApplicationsCommand({}));
    console.log("applications:", SipMediaApplications.map(({ Name }) => Name).join());
    console.log("key:", (await client.config.credentials()).accessKeyId);
    return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: {} }] };
  };`;

functionTest(
  "in development the SDK of a function finds this server, by itself and with stand-in credentials",
  { mode: "development", files: { "app.mjs": lister } },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();
    const printed = () => kit.output.filter(({ stream }) => stream === "stdout").map(({ line }) => line);
    await kit.until("all was written", () => printed().length >= 2);

    assert.deepEqual(printed().slice(0, 2), ["applications: app", "key: offhook"]);
  },
);

for (const [file, files] of [
  [
    "app.cjs",
    {
      "node_modules/aws-sdk/lib/core.js": "",
      "app.cjs": `require("aws-sdk/lib/core.js"); exports.handler = async () => ({});`,
    },
  ],
  [
    "app.py",
    {
      "botocore.py": `__version__ = "1.29.27"`,
      "app.py": "import botocore\ndef handler(event, context):\n    return {}",
    },
  ],
] as const) {
  functionTest(
    `in development an SDK that follows no variable is warned of when it is loaded: ${file}`,
    { mode: "development", files, function: `./${file}` },
    async (kit) => {
      await kit.until("the warning", () =>
        kit.output.some(({ line }) => /does not follow AWS_ENDPOINT_URL_CHIME_SDK_VOICE.*endpoint.*AWS/.test(line)),
      );
    },
  );
}

functionTest(
  "a request that was signed for another service is refused here by that service's name",
  { mode: "development", files: { "app.mjs": "export const handler = async () => ({});" } },
  async (kit) => {
    const answer = await fetch(`${kit.server.apiUrl}/`, {
      method: "POST",
      headers: {
        "x-amz-target": "DynamoDB_20120810.GetItem",
        authorization:
          "AWS4-HMAC-SHA256 Credential=offhook/20261128/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: "{}",
    });

    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /no service \W*dynamodb.*of its own/);
  },
);

const broken = {
  files: { "app.mjs": "export const handler = async () => ({});", "broken.mjs": "process.env.TABLE.trim();" },
  config: { functions: { app: "./app.mjs", broken: "./broken.mjs" } },
};
for (const [when, config] of [
  ["no application has it", {}],
  ["the configuration allows it", { applications: [{ name: "app", function: "broken" }], functionsMustLoad: false }],
] as const) {
  functionTest(
    `a server starts, and says what a function that cannot be loaded lacks, when ${when}`,
    { files: broken.files, config: { ...broken.config, ...config } },
    async (kit) => {
      assert.deepEqual(
        kit.server.unloadedFunctions.map(({ functionName }) => functionName),
        ["broken"],
      );
      assert.match(JSON.stringify(kit.log), /function broken cannot be loaded.*TABLE/);
    },
  );
}

test("offhook serve ends, and says why, when the function of an application cannot be loaded", async (context) => {
  const { child } = await startServeProcess(context, {
    files: { "app.mjs": `import "left-out"; export const handler = async () => ({});` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (told += text));
  const [exitCode] = (await once(child, "close")) as [number];

  assert.equal(exitCode, 1);
  assert.match(told, /app of "app" cannot be loaded:.*left-out.*npm install left-out[^]*INVOKE_CANNOT_LOAD/);
});
