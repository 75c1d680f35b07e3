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

/** As the clients of version 2 send: by node:https, whatever the variables say. */
const olderClient = `
  const https = require("node:https");
  const send = (host, service, path) =>
    new Promise((resolve) => {
      const authorization = "AWS4-HMAC-SHA256 Credential=offhook/20261128/us-east-1/" + service + "/aws4_request, Signature=0";
      const options = { host, port: 443, path, agent: new https.Agent(), headers: { Host: host, Authorization: authorization } };
      https.request(options, (response) => {
        let text = "";
        response.on("data", (piece) => (text += piece)).on("end", () => resolve(response.statusCode + " " + text));
      }).on("error", (error) => resolve(String(error))).end();
    });
  exports.handler = async () => {
    console.log("voice", await send("voice-chime.eu-central-1.amazonaws.com", "chime", "/sip-media-applications"));
    console.log("chime", await send("chime.us-east-1.amazonaws.com", "chime", "/sip-media-applications"));
    console.log("console", await send("service.chime.aws.amazon.com", "chime", "/console/sip-media-applications"));
    console.log("meetings", await send("meetings-chime.eu-west-1.amazonaws.com", "chime", "/meetings/5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20"));
    console.log("other", await send("dynamodb.us-east-1.amazonaws.com", "dynamodb", "/"));
    return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: {} }] };
  };`;

functionTest(
  "in development an SDK that follows no variable reaches this server too, and with stand-in credentials nothing else",
  { mode: "development", files: { "app.cjs": olderClient }, function: "./app.cjs" },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();
    await kit.untilPrinted("all was written", (lines) => lines.some((line) => line.startsWith("other")));
    const printed = kit.output.map(({ line }) => line).join("\n");

    assert.match(printed, /voice 200 .*"Name":"app"/);
    assert.match(printed, /chime 200 .*"Name":"app"/);
    assert.match(printed, /console 200 .*"Name":"app"/);
    assert.match(printed, /meetings 404 .*There is no meeting/);
    assert.match(printed, /other 404 .*no service \W*dynamodb/);
  },
);

const oldBotocore = `
__version__ = "1.29.27"
class Session:
    def create_client(self, service_name, region_name=None, endpoint_url=None):
        return endpoint_url
`;
functionTest(
  "in development a botocore that follows no variable is given this server, although imported late",
  {
    mode: "development",
    files: {
      "botocore/__init__.py": `__version__ = "1.29.27"`,
      "botocore/session.py": oldBotocore,
      "app.py": `
def handler(event, context):
    import botocore.session
    session = botocore.session.Session()
    print("voice", session.create_client("chime-sdk-voice"))
    print("own", session.create_client("chime-sdk-voice", endpoint_url="http://own"))
    print("other", session.create_client("dynamodb"))
    return {"SchemaVersion": "1.0", "Actions": [{"Type": "Hangup", "Parameters": {}}]}`,
    },
    function: "./app.py",
  },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();
    await kit.untilPrinted("all was written", (lines) => lines.some((line) => line.startsWith("other")));

    const { apiUrl } = kit.server;
    assert.deepEqual(
      kit.output
        .filter(({ stream }) => stream === "stdout")
        .map(({ line }) => line)
        .slice(0, 3),
      [`voice ${apiUrl}`, "own http://own", `other ${apiUrl}`],
    );
  },
);

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
  let reported = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (reported += text));
  const [exitCode] = (await once(child, "close")) as [number];

  assert.equal(exitCode, 1);
  assert.match(reported, /app of "app" cannot be loaded:.*left-out.*npm install left-out[^]*INVOKE_CANNOT_LOAD/);
});
