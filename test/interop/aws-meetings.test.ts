import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";
import { pythons } from "./aws-programs.ts";
import { installOldSdks, oldSdk } from "./old-sdks.ts";
import { withApi, type ApiHarness } from "../wire/api-harness.ts";
import { functionTest } from "../wire/function-kit.ts";

/** Clients of meetings that are not the newest for JavaScript, against the API. */

const run = promisify(execFile);
const environment = {
  PATH: process.env["PATH"],
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "offhook",
  AWS_SECRET_ACCESS_KEY: "offhook",
};

/** Runs a script and gives the JSON that it prints last. */
async function answersOf(program: string, option: string, script: string): Promise<Record<string, unknown>> {
  const { stdout } = await run(program, [option, script], { env: environment });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
}

const everyOperation = ({ api }: ApiHarness) => `
import boto3, json
client = boto3.client("chime-sdk-meetings", endpoint_url="${api.url}")
everything = {"Audio": "SendReceive", "Video": "SendReceive", "Content": "SendReceive"}
hears = {"Audio": "Receive", "Video": "Receive", "Content": "None"}
meeting = client.create_meeting(ClientRequestToken="1234", MediaRegion="eu-west-1", ExternalMeetingId="stand-up",
    Tags=[{"Key": "team", "Value": "voice"}])["Meeting"]
id, arn = meeting["MeetingId"], meeting["MeetingArn"]
other = client.create_meeting_with_attendees(ClientRequestToken="5678", MediaRegion="eu-west-1", ExternalMeetingId="all hands",
    Attendees=[{"ExternalUserId": "ada"}, {"ExternalUserId": "bob", "Capabilities": hears}])
ada = client.create_attendee(MeetingId=id, ExternalUserId="ada")["Attendee"]
for start in (1, 101):
    batch = [{"ExternalUserId": "user %d" % number} for number in range(start, start + 100)]
    assert len(client.batch_create_attendee(MeetingId=id, Attendees=batch)["Attendees"]) == 100
batch = [{"ExternalUserId": "user %d" % number} for number in range(201, 252)]
last = client.batch_create_attendee(MeetingId=id, Attendees=batch)
names, token = [], None
while True:
    page = client.list_attendees(MeetingId=id, MaxResults=60, **({"NextToken": token} if token else {}))
    names += [attendee["ExternalUserId"] for attendee in page["Attendees"]]
    token = page.get("NextToken")
    if token is None:
        break
client.update_attendee_capabilities(MeetingId=id, AttendeeId=ada["AttendeeId"], Capabilities=hears)
client.batch_update_attendee_capabilities_except(MeetingId=id, Capabilities=everything,
    ExcludedAttendeeIds=[{"AttendeeId": ada["AttendeeId"]}])
again = client.get_attendee(MeetingId=id, AttendeeId=ada["AttendeeId"])["Attendee"]
client.tag_resource(ResourceARN=arn, Tags=[{"Key": "cost", "Value": "42"}])
client.untag_resource(ResourceARN=arn, TagKeys=["team"])
tags = client.list_tags_for_resource(ResourceARN=arn)["Tags"]
client.stop_meeting_transcription(MeetingId=id)
faults = {}
def fault(name, ask):
    try:
        ask()
    except getattr(client.exceptions, name) as error:
        faults[name] = error.response["ResponseMetadata"]["HTTPStatusCode"]
nobody = "5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20"
fault("LimitExceededException", lambda: client.create_attendee(MeetingId=id, ExternalUserId="one more"))
fault("UnprocessableEntityException", lambda: client.start_meeting_transcription(MeetingId=id,
    TranscriptionConfiguration={"EngineTranscribeSettings": {"LanguageCode": "en-US"}}))
fault("BadRequestException", lambda: client.create_attendee(MeetingId=id, ExternalUserId="aws:me"))
fault("ConflictException", lambda: client.create_meeting(ClientRequestToken="1234", MediaRegion="eu-west-1", ExternalMeetingId="other"))
fault("NotFoundException", lambda: client.get_attendee(MeetingId=id, AttendeeId=nobody))
fault("ResourceNotFoundException", lambda: client.list_tags_for_resource(ResourceARN=arn[:-36] + nobody))
fault("TooManyTagsException", lambda: client.tag_resource(ResourceARN=arn,
    Tags=[{"Key": "key%s" % (chr(65 + number // 26) + chr(65 + number % 26)), "Value": ""} for number in range(50)]))
client.delete_attendee(MeetingId=id, AttendeeId=ada["AttendeeId"])
client.delete_meeting(MeetingId=id)
fault("NotFoundException", lambda: client.get_meeting(MeetingId=id))
print(json.dumps({"same": again["JoinToken"] == ada["JoinToken"], "hears": again["Capabilities"] == hears, "names": len(names),
    "first": names[0], "last": names[-1], "made": len(last["Attendees"]), "errors": last["Errors"][0]["ErrorCode"],
    "attendees": len(other["Attendees"]), "tags": tags, "faults": faults}))
`;

/** As people type it, in one process for all commands: to start the CLI takes about a second. */
const everyCommand = ({ api }: ApiHarness) => `
import contextlib, io, json, re
try:
    from awscli.clidriver import create_clidriver
except ImportError:
    print(json.dumps({"absent": True}))
    raise SystemExit
driver = create_clidriver()
def aws(words, **members):
    given = [word for name, value in members.items()
        for word in ("--" + name.replace("_", "-"), value if isinstance(value, str) else json.dumps(value))]
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(io.StringIO()) as complaint:
        status = driver.main(["chime-sdk-meetings", *words.split(), *given, "--endpoint-url", "${api.url}", "--output", "json"])
    if status != 0:
        return re.search(r"error occurred \\((\\w+)\\)", complaint.getvalue()).group(1)
    return json.loads(printed.getvalue() or "{}")
hears = "Audio=Receive,Video=Receive,Content=None"
meeting = aws("create-meeting --client-request-token 1234 --media-region eu-west-1 --external-meeting-id stand-up",
    tags="Key=team,Value=voice")["Meeting"]
id, arn = meeting["MeetingId"], meeting["MeetingArn"]
other = aws("create-meeting-with-attendees --client-request-token 5678 --media-region eu-west-1 --external-meeting-id all-hands",
    attendees=[{"ExternalUserId": "ada"}])
ada = aws("create-attendee --external-user-id ada", meeting_id=id)["Attendee"]["AttendeeId"]
aws("batch-create-attendee", meeting_id=id, attendees=[{"ExternalUserId": "bob"}, {"ExternalUserId": "cyd"}])
aws("update-attendee-capabilities", meeting_id=id, attendee_id=ada, capabilities=hears)
aws("batch-update-attendee-capabilities-except", meeting_id=id, excluded_attendee_ids="AttendeeId=" + ada,
    capabilities="Audio=Send,Video=Send,Content=None")
first = aws("list-attendees --max-results 2", meeting_id=id)
last = aws("list-attendees --max-results 2", meeting_id=id, next_token=first["NextToken"])
aws("tag-resource", resource_arn=arn, tags="Key=cost,Value=42")
aws("untag-resource --tag-keys team", resource_arn=arn)
answers = {
    "attendees": [(one["ExternalUserId"], one["Capabilities"]["Audio"]) for one in first["Attendees"] + last["Attendees"]],
    "isLast": "NextToken" not in last,
    "other": len(other["Attendees"]),
    "tags": aws("list-tags-for-resource", resource_arn=arn)["Tags"],
    "got": aws("get-attendee", meeting_id=id, attendee_id=ada)["Attendee"]["ExternalUserId"],
    "found": aws("get-meeting", meeting_id=id)["Meeting"] == meeting,
    "stopped": aws("stop-meeting-transcription", meeting_id=id),
    "faults": [
        aws("start-meeting-transcription", meeting_id=id,
            transcription_configuration={"EngineTranscribeSettings": {"LanguageCode": "en-US"}}),
        aws("create-attendee --external-user-id aws:me", meeting_id=id),
        aws("create-meeting --client-request-token 1234 --media-region eu-west-1 --external-meeting-id other"),
        aws("delete-attendee", meeting_id=id, attendee_id=ada) or aws("get-attendee", meeting_id=id, attendee_id=ada),
        aws("delete-meeting", meeting_id=id) or aws("get-meeting", meeting_id=id),
        aws("list-tags-for-resource", resource_arn=arn),
    ],
}
print(json.dumps(answers))
`;

for (const { program, version } of pythons) {
  // Acceptance: 23
  test(
    `all sixteen commands of the CLI, and errors by class: that of ${program}`,
    withApi(async (harness) => {
      const answers = await answersOf(program, "-c", everyCommand(harness));
      if (answers["absent"] === true) return;
      assert.deepEqual(answers, {
        attendees: [
          ["ada", "Receive"],
          ["bob", "Send"],
          ["cyd", "Send"],
        ],
        ...{ isLast: true, other: 1, tags: [{ Key: "cost", Value: "42" }], got: "ada", found: true, stopped: {} },
        faults: [
          ...["UnprocessableEntityException", "BadRequestException", "ConflictException"],
          ...["NotFoundException", "NotFoundException", "ResourceNotFoundException"],
        ],
      });
    }),
  );

  // Acceptance: 23
  test(
    `all sixteen operations, errors by class and 250 attendees by page: boto3 with botocore ${version} of ${program}`,
    withApi(async (harness) => {
      assert.deepEqual(await answersOf(program, "-c", everyOperation(harness)), {
        ...{ same: true, hears: true, names: 250, first: "ada", last: "user 249" },
        ...{ made: 49, errors: "LimitExceeded", attendees: 2 },
        tags: [{ Key: "cost", Value: "42" }],
        faults: {
          LimitExceededException: 400,
          UnprocessableEntityException: 422,
          BadRequestException: 400,
          ConflictException: 409,
          NotFoundException: 404,
          ResourceNotFoundException: 404,
          TooManyTagsException: 400,
        },
      });
    }),
  );

  // Contract: meetings-old-namespace
  test(
    `the former namespace: boto3 with botocore ${version} of ${program}`,
    withApi(async ({ api }) => {
      const script = `
import boto3, json
client = boto3.client("chime", endpoint_url="${api.url}")
if not hasattr(client, "create_meeting"):
    print(json.dumps({"absent": True}))
    raise SystemExit
meeting = client.create_meeting(ClientRequestToken="1234")["Meeting"]
attendee = client.create_attendee(MeetingId=meeting["MeetingId"], ExternalUserId="ada")["Attendee"]
listed = client.list_attendees(MeetingId=meeting["MeetingId"])["Attendees"]
found = client.get_meeting(MeetingId=meeting["MeetingId"])["Meeting"]
client.delete_meeting(MeetingId=meeting["MeetingId"])
try:
    client.get_meeting(MeetingId=meeting["MeetingId"])
except client.exceptions.NotFoundException:
    print(json.dumps({"same": found["MediaPlacement"] == meeting["MediaPlacement"], "region": meeting["MediaRegion"],
        "listed": listed[0]["JoinToken"] == attendee["JoinToken"]}))
`;
      const answers = await answersOf(program, "-c", script);
      if (answers["absent"] !== true) assert.deepEqual(answers, { same: true, region: "us-east-1", listed: true });
    }),
  );
}

const oldClients = {
  "aws-sdk (version 2), Chime": `
    const Chime = require(${oldSdk("aws-sdk/clients/chime")});
    const client = new Chime({ endpoint: process.argv[1] });
    const ask = (name, input) => client[name](input).promise();`,
  "aws-sdk (version 2), ChimeSDKMeetings": `
    const ChimeSDKMeetings = require(${oldSdk("aws-sdk/clients/chimesdkmeetings")});
    const client = new ChimeSDKMeetings({ endpoint: process.argv[1] });
    const ask = (name, input) => client[name](input).promise();`,
  "@aws-sdk/client-chime 3.699.0": `
    const { Chime } = require(${oldSdk("@aws-sdk/client-chime")});
    const client = new Chime({ endpoint: process.argv[1] });
    const ask = (name, input) => client[name](input);`,
};

const isReady = await installOldSdks();
for (const [name, source] of isReady ? Object.entries(oldClients) : []) {
  // Contract: meetings-old-namespace
  test(
    `the operations on meetings that functions use: ${name}`,
    withApi(async ({ api }) => {
      const isFormer = !name.includes("Meetings");
      const request = isFormer ? {} : { MediaRegion: "us-east-1", ExternalMeetingId: "stand-up" };
      const script = `${source}
        (async () => {
          const { Meeting } = await ask("createMeeting", { ClientRequestToken: "1234", ...${JSON.stringify(request)} });
          const { MeetingId } = Meeting;
          const { Attendee } = await ask("createAttendee", { MeetingId, ExternalUserId: "ada" });
          const { Attendees } = await ask("listAttendees", { MeetingId });
          const found = await ask("getMeeting", { MeetingId });
          const all = ${isFormer} ? await ask("listMeetings", { MaxResults: 1 }) : { Meetings: [found.Meeting] };
          await ask("deleteMeeting", { MeetingId });
          const gone = await ask("getMeeting", { MeetingId }).catch((error) => error.name);
          console.log(JSON.stringify({
            url: found.Meeting.MediaPlacement.SignalingUrl.endsWith("/control/" + MeetingId),
            region: Meeting.MediaRegion,
            listed: Attendees[0].JoinToken === Attendee.JoinToken && all.Meetings[0].MeetingId === MeetingId,
            gone,
          }));
        })();`;
      const { stdout } = await run(process.execPath, ["-e", script, api.url], { env: environment });

      // Version 2 takes the body's Code for the name.
      const gone = name.startsWith("aws-sdk") ? "NotFound" : "NotFoundException";
      assert.deepEqual(JSON.parse(stdout), { url: true, region: "us-east-1", listed: true, gone });
    }),
  );
}

const inFunctions = {
  "@aws-sdk/client-chime-sdk-meetings": `
    const { ChimeSDKMeetings } = require(${JSON.stringify(createRequire(import.meta.url).resolve("@aws-sdk/client-chime-sdk-meetings"))});
    const client = new ChimeSDKMeetings({ region: "eu-west-1" });
    const ask = (name, input) => client[name](input);`,
  "aws-sdk (version 2), Chime, by the host of the console": `
    const AWS = require(${oldSdk("aws-sdk")});
    const client = new AWS.Chime({ region: "us-east-1" });
    client.endpoint = new AWS.Endpoint("https://service.chime.aws.amazon.com/console");
    const ask = (name, input) => client[name](input).promise();`,
  "aws-sdk (version 2), ChimeSDKMeetings": `
    const AWS = require(${oldSdk("aws-sdk")});
    const client = new AWS.ChimeSDKMeetings({ region: "eu-west-1" });
    const ask = (name, input) => client[name](input).promise();`,
};
for (const [name, source] of Object.entries(inFunctions)) {
  if (!isReady && name.startsWith("aws-sdk")) continue;
  functionTest(
    `in development a function makes meetings here without a changed line: ${name}`,
    {
      mode: "development",
      files: {
        "app.cjs": `
  exports.handler = async () => {
    ${source}
    const made = await ask("createMeeting", { ClientRequestToken: "1234", MediaRegion: "us-east-1", ExternalMeetingId: "stand-up" });
    const { MeetingId } = made.Meeting;
    const { Attendee } = await ask("createAttendee", { MeetingId, ExternalUserId: "ada" });
    console.log("joins:", made.Meeting.MediaPlacement.SignalingUrl, Attendee.JoinToken.length);
    return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: {} }] };
  };`,
      },
      function: "./app.cjs",
    },
    async (kit) => {
      await kit.phone.dial(kit.uri()).ended;
      await kit.untilEnded();
      await kit.untilPrinted("what it got", (lines) => lines.some((line) => line.startsWith("joins:")));
      const url = kit.server.apiUrl.replace("http:", "ws:");

      assert.match(kit.output.map(({ line }) => line).join("\n"), new RegExp(`joins: ${url}/control/[0-9a-f-]{36} 98`));
    },
  );
}
