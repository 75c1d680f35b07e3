import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { everyProgram, pythons, versionOf } from "./aws-programs.ts";
import { ownNumber, peerNumber } from "./kit.ts";
import { installOldSdks, oldSdk } from "./old-sdks.ts";
import { functionTest, type FunctionKit } from "../wire/function-kit.ts";

/** Clients of AWS as people have them, each as README.md and docs/configuration.md ("Functions and AWS") say that it is used. */

const run = promisify(execFile);
const handler = { "app.mjs": "export const handler = async () => ({});" };

/** The two lines of README.md. */
const readmeVariables = (kit: FunctionKit) => ({
  PATH: process.env["PATH"],
  HOME: kit.folder,
  AWS_ENDPOINT_URL_CHIME_SDK_VOICE: kit.server.apiUrl,
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "offhook",
  AWS_SECRET_ACCESS_KEY: "offhook",
});

const commandLines = everyProgram("aws").map((program) => {
  const [major, minor] = versionOf(program, ["--version"], /aws-cli\/(\d+)\.(\d+)/) ?? [0, 0];
  return { program, version: `${major}.${minor}`, follows: major === 1 ? minor >= 29 : minor >= 13 };
});
functionTest("README: the CLI, with the two lines or with --endpoint-url", { files: handler }, async (kit) => {
  assert.ok(commandLines.length > 0);
  for (const { program, version, follows } of commandLines) {
    const option = follows ? [] : ["--endpoint-url", kit.server.apiUrl];
    const words = ["chime-sdk-voice", "list-sip-media-applications", "--output", "json", ...option];
    const { stdout } = await run(program, words, { env: readmeVariables(kit) });
    assert.match(stdout, /"Name": "app"/, `CLI ${version}`);
  }
});

functionTest("README: boto3, with the two lines or with endpoint_url", { files: handler }, async (kit) => {
  assert.ok(pythons.length > 0);
  for (const { program, version, follows } of pythons) {
    const option = follows ? "" : `, endpoint_url="${kit.server.apiUrl}"`;
    const source = `import boto3; print(boto3.client("chime-sdk-voice"${option}).list_sip_media_applications())`;
    const { stdout } = await run(program, ["-c", source], { env: readmeVariables(kit) });
    assert.match(stdout, /'Name': 'app'/, `botocore ${version}`);
  }
});

functionTest(
  "a call that the CLI or boto3 places is answered with 202 and its id (Contract: api-create-call-status)",
  { files: handler },
  async (kit) => {
    const env = readmeVariables(kit);
    const [id] = kit.config.applications.map((application) => application.id);
    const numbers = { FromPhoneNumber: ownNumber, ToPhoneNumber: peerNumber, SipMediaApplicationId: id };
    for (const { program, version } of pythons) {
      const source = `import boto3
client = boto3.client("chime-sdk-voice", endpoint_url="${kit.server.apiUrl}")
made = client.create_sip_media_application_call(**${JSON.stringify(numbers)})
print(made["ResponseMetadata"]["HTTPStatusCode"], made["SipMediaApplicationCall"]["TransactionId"])`;
      const { stdout } = await run(program, ["-c", source], { env });
      assert.match(stdout, /^202 [0-9a-f-]{36}\n$/, `botocore ${version}`);
    }
    for (const { program, version } of commandLines) {
      const words = ["chime-sdk-voice", "create-sip-media-application-call", "--endpoint-url", kit.server.apiUrl];
      const input = ["--cli-input-json", JSON.stringify(numbers), "--output", "json"];
      const { stdout } = await run(program, [...words, ...input], { env });
      assert.match(stdout, /"TransactionId": "[0-9a-f-]{36}"/, `CLI ${version}`);
    }
  },
);

for (const { program, version } of pythons) {
  functionTest(
    `in development boto3 of a function finds this server, although imported late: botocore ${version} of ${program}`,
    {
      mode: "development",
      files: {
        "app.py": `
def handler(event, context):
    import boto3
    listed = boto3.client("chime-sdk-voice").list_sip_media_applications()
    print("applications:", [one["Name"] for one in listed["SipMediaApplications"]])
    try:
        boto3.client("dynamodb").list_tables()
    except Exception as error:
        print("dynamodb:", str(error))
    return {"SchemaVersion": "1.0", "Actions": [{"Type": "Hangup", "Parameters": {}}]}`,
      },
      function: { file: "./app.py", environment: { PATH: join(program, "..") } },
    },
    hearsOnlyUs,
  );
}

const namespaces = {
  "aws-sdk (version 2), ChimeSDKVoice": `
    const AWS = require(${oldSdk("aws-sdk")});
    const list = () => new AWS.ChimeSDKVoice().listSipMediaApplications({}).promise();`,
  "aws-sdk (version 2), Chime": `
    const Chime = require(${oldSdk("aws-sdk/clients/chime")});
    const list = () => new Chime().listSipMediaApplications({}).promise();`,
  "@aws-sdk/client-chime 3.699.0": `
    const { ChimeClient, ListSipMediaApplicationsCommand } = require(${oldSdk("@aws-sdk/client-chime")});
    const list = () => new ChimeClient({}).send(new ListSipMediaApplicationsCommand({}));`,
};
const isReady = await installOldSdks();
if (isReady) {
  functionTest(
    "README: older SDKs for JavaScript, with endpoint or a variable of their own",
    { files: handler },
    async (kit) => {
      const env = { ...readmeVariables(kit), AWS_ENDPOINT_URL_CHIME: kit.server.apiUrl };
      const source = `
      const { ChimeClient, ListSipMediaApplicationsCommand } = require(${oldSdk("@aws-sdk/client-chime")});
      const AWS = require(${oldSdk("aws-sdk")});
      new AWS.ChimeSDKVoice({ endpoint: process.env.AWS_ENDPOINT_URL_CHIME_SDK_VOICE })
        .listSipMediaApplications({}).promise().then((listed) => console.log("2", JSON.stringify(listed)));
      new ChimeClient({}).send(new ListSipMediaApplicationsCommand({})).then((listed) => console.log("3", JSON.stringify(listed)));`;
      const { stdout } = await run(process.execPath, ["-e", source], { env });
      assert.match(stdout, /2 .*"Name":"app"/);
      assert.match(stdout, /3 .*"Name":"app"/);
    },
  );
}
for (const [name, source] of isReady ? Object.entries(namespaces) : []) {
  functionTest(
    `in development an older SDK of a function finds this server, although loaded late: ${name}`,
    {
      mode: "development",
      files: {
        "app.cjs": `
  exports.handler = async () => {
    ${source}
    console.log("applications:", (await list()).SipMediaApplications.map(({ Name }) => Name));
    const DynamoDB = require(${oldSdk("aws-sdk/clients/dynamodb")});
    await new DynamoDB({ maxRetries: 0 }).listTables().promise().catch((error) => console.log("dynamodb:", String(error)));
    return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: {} }] };
  };`,
      },
      function: "./app.cjs",
    },
    hearsOnlyUs,
  );
}

/** The function printed what it got from the API of this server, and what it heard of a service that this server has not. */
async function hearsOnlyUs(kit: FunctionKit): Promise<void> {
  await kit.phone.dial(kit.uri()).ended;
  await kit.untilEnded();
  await kit.untilPrinted("what it got", (lines) => lines.some((line) => line.startsWith("dynamodb:")));
  const printed = kit.output.map(({ line }) => line).join("\n");
  assert.match(printed, /applications: \[ ?'app' ?\]/);
  assert.match(printed, /dynamodb: .*no service \W*dynamodb/);
}
