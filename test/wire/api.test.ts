import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import { createLogger } from "../../src/kernel/index.ts";
import { functionArn, startApi, withApi, type ApiHarness } from "./api-harness.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function createApplication({ client }: ApiHarness, changes: Partial<sdk.CreateSipMediaApplicationRequest> = {}) {
  const request = { AwsRegion: "us-east-1", Name: "demo", Endpoints: [{ LambdaArn: functionArn }], ...changes };
  const { SipMediaApplication } = await client.send(new sdk.CreateSipMediaApplicationCommand(request));
  assert.ok(SipMediaApplication?.SipMediaApplicationId !== undefined);
  return { ...SipMediaApplication, id: SipMediaApplication.SipMediaApplicationId };
}

async function createRule({ client }: ApiHarness, id: string, changes: Partial<sdk.CreateSipRuleRequest> = {}) {
  const request: sdk.CreateSipRuleRequest = {
    Name: "front desk",
    TriggerType: "ToPhoneNumber",
    TriggerValue: "+12065550100",
    TargetApplications: [{ SipMediaApplicationId: id, Priority: 1, AwsRegion: "us-east-1" }],
    ...changes,
  };
  const { SipRule } = await client.send(new sdk.CreateSipRuleCommand(request));
  assert.ok(SipRule?.SipRuleId !== undefined);
  return { ...SipRule, id: SipRule.SipRuleId };
}

/** Asserts what a user of the client sees of an error. */
async function assertFails(
  request: Promise<unknown>,
  expected: { error: abstract new (...args: never) => Error; code: string; status: number; message: RegExp },
) {
  const error: unknown = await request.then(
    () => assert.fail("the request succeeded"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof expected.error, String(error));
  const { $metadata, Code } = error as sdk.NotFoundException;
  assert.equal(error.name, expected.error.name);
  assert.match(error.message, expected.message);
  assert.equal(Code, expected.code);
  assert.equal($metadata.httpStatusCode, expected.status);
  assert.equal($metadata.attempts, 1);
  assert.match($metadata.requestId ?? "", uuid);
}

const badRequest = (message: RegExp) => ({ error: sdk.BadRequestException, code: "BadRequest", status: 400, message });
const notFound = (message: RegExp) => ({ error: sdk.NotFoundException, code: "NotFound", status: 404, message });
const conflict = (message: RegExp) => ({ error: sdk.ConflictException, code: "Conflict", status: 409, message });

describe("applications over the wire", () => {
  // Contract: api-routes, api-request-id, api-timestamps, api-reads-see-writes
  it(
    "creates, reads, updates and deletes with the documented status codes and shapes",
    withApi(async (harness) => {
      const { client, clock } = harness;
      const request = { AwsRegion: "eu-west-1", Name: "my app_1.0-x", Tags: [{ Key: "team", Value: "" }] };
      const arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo:$LATEST";
      const created = await client.send(
        new sdk.CreateSipMediaApplicationCommand({ ...request, Endpoints: [{ LambdaArn: arn }] }),
      );
      const id = created.SipMediaApplication?.SipMediaApplicationId ?? "";

      assert.equal(created.$metadata.httpStatusCode, 201);
      assert.match(created.$metadata.requestId ?? "", uuid);
      assert.match(id, uuid);
      assert.deepEqual(created.SipMediaApplication, {
        SipMediaApplicationId: id,
        AwsRegion: "eu-west-1",
        Name: "my app_1.0-x",
        Endpoints: [{ LambdaArn: arn }],
        CreatedTimestamp: new Date(clock.now()),
        UpdatedTimestamp: new Date(clock.now()),
        SipMediaApplicationArn: `arn:aws:chime:eu-west-1:000000000000:sma/${id}`,
      });
      clock.advance(1_234);
      const updated = await client.send(
        new sdk.UpdateSipMediaApplicationCommand({ SipMediaApplicationId: id, Name: "renamed" }),
      );
      assert.equal(updated.$metadata.httpStatusCode, 200);
      assert.deepEqual(updated.SipMediaApplication, {
        ...created.SipMediaApplication,
        Name: "renamed",
        UpdatedTimestamp: new Date(clock.now()),
      });
      const got = await client.send(new sdk.GetSipMediaApplicationCommand({ SipMediaApplicationId: id }));
      assert.deepEqual(got.SipMediaApplication, updated.SipMediaApplication);
      const deleted = await client.send(new sdk.DeleteSipMediaApplicationCommand({ SipMediaApplicationId: id }));
      assert.equal(deleted.$metadata.httpStatusCode, 204);
      await assertFails(
        client.send(new sdk.GetSipMediaApplicationCommand({ SipMediaApplicationId: id })),
        notFound(new RegExp(`no SIP media application .*${id}`)),
      );
    }),
  );

  // Contract: api-pages
  it(
    "pages with the client's paginator, whose tokens are opaque and whose default is 100 entries",
    withApi(async (harness) => {
      const { client } = harness;
      for (let index = 0; index < 5; index += 1) await createApplication(harness, { Name: `app ${index}` });

      const pages: (string | undefined)[][] = [];
      for await (const page of sdk.paginateListSipMediaApplications({ client, pageSize: 2 }, {})) {
        pages.push((page.SipMediaApplications ?? []).map(({ Name }) => Name));
      }
      const all = await client.send(new sdk.ListSipMediaApplicationsCommand({ NextToken: "" }));

      assert.deepEqual(pages, [["app 0", "app 1"], ["app 2", "app 3"], ["app 4"]]);
      assert.equal(all.SipMediaApplications?.length, 5);
      assert.ok(!("NextToken" in all) || all.NextToken === undefined);
      const list = (input: sdk.ListSipMediaApplicationsRequest) =>
        client.send(new sdk.ListSipMediaApplicationsCommand(input));
      await assertFails(list({ NextToken: "a/+= b" }), badRequest(/^NextToken was not made by this operation/));
      await assertFails(list({ MaxResults: 101 }), badRequest(/^MaxResults is the number 101; .*from 1 to 100\.$/));
      await assertFails(list({ MaxResults: 0 }), badRequest(/^MaxResults is the number 0/));
    }),
  );

  // Contract: api-checked-here, api-all-faults-told, api-one-region
  it(
    "names each member that is wrong, what it is and what it must be",
    withApi(async ({ client }) => {
      const create = (input: object) =>
        client.send(new sdk.CreateSipMediaApplicationCommand(input as sdk.CreateSipMediaApplicationCommandInput));
      const good = { AwsRegion: "us-east-1", Name: "demo", Endpoints: [{ LambdaArn: functionArn }] };

      await assertFails(create({}), badRequest(/^AwsRegion is missing.* Name is missing.* Endpoints is missing/));
      await assertFails(
        create({ ...good, Name: "a/b" }),
        badRequest(/^Name is "a\/b"; it must be 1 to 256 characters/),
      );
      await assertFails(create({ ...good, Name: "x".repeat(257) }), badRequest(/^Name is "x/));
      await assertFails(create({ ...good, AwsRegion: "Seattle" }), badRequest(/^AwsRegion is "Seattle"/));
      await assertFails(create({ ...good, Endpoints: [] }), badRequest(/^Endpoints has 0 entries; .*exactly one/));
      await assertFails(create({ ...good, Endpoints: [{}] }), badRequest(/^Endpoints\[0\]\.LambdaArn is missing/));
      await assertFails(
        create({ ...good, Endpoints: [{ LambdaArn: "hello" }] }),
        badRequest(/^Endpoints\[0\]\.LambdaArn is "hello"; it must be the ARN of a function/),
      );
      await assertFails(
        create({ ...good, AwsRegion: "us-west-2" }),
        badRequest(/names a function in us-east-1; it must be in us-west-2/),
      );
      await assertFails(
        create({ ...good, Tags: [{ Key: "" }] }),
        badRequest(/^Tags\[0\]\.Key is "".*Value is missing/),
      );
    }),
  );

  // Contract: api-delete-application
  it(
    "keeps an application that a rule targets, and says which rule (409)",
    withApi(async (harness) => {
      const { id } = await createApplication(harness);
      const rule = await createRule(harness, id, { Disabled: true });
      const remove = () => harness.client.send(new sdk.DeleteSipMediaApplicationCommand({ SipMediaApplicationId: id }));

      await assertFails(remove(), conflict(new RegExp(`front desk \\(${rule.id}\\)`)));
      await harness.client.send(new sdk.DeleteSipRuleCommand({ SipRuleId: rule.id }));
      await remove();
    }),
  );
});

describe("rules over the wire", () => {
  // Contract: api-routes, api-delete-rule, api-what-changes, api-what-stays
  it(
    "creates, reads, updates (202) and deletes, enabled or not",
    withApi(async (harness) => {
      const { client, clock } = harness;
      const { id } = await createApplication(harness);
      const rule = await createRule(harness, id, { TriggerValue: "12065550100" });

      const { id: ruleId, ...shape } = rule;
      assert.deepEqual(shape, {
        SipRuleId: ruleId,
        Name: "front desk",
        Disabled: false,
        TriggerType: "ToPhoneNumber",
        TriggerValue: "12065550100",
        TargetApplications: [{ SipMediaApplicationId: id, Priority: 1, AwsRegion: "us-east-1" }],
        CreatedTimestamp: new Date(clock.now()),
        UpdatedTimestamp: new Date(clock.now()),
      });
      clock.advance(5);
      const updated = await client.send(
        new sdk.UpdateSipRuleCommand({ SipRuleId: ruleId, Name: "desk", Disabled: true }),
      );
      assert.equal(updated.$metadata.httpStatusCode, 202);
      const expected = { ...shape, Name: "desk", Disabled: true, UpdatedTimestamp: new Date(clock.now()) };
      assert.deepEqual(updated.SipRule, expected);
      const got = await client.send(new sdk.GetSipRuleCommand({ SipRuleId: ruleId }));
      assert.deepEqual(got.SipRule, expected);
      const deleted = await client.send(new sdk.DeleteSipRuleCommand({ SipRuleId: ruleId }));
      assert.equal(deleted.$metadata.httpStatusCode, 204);
      for (const command of [
        new sdk.GetSipRuleCommand({ SipRuleId: ruleId }),
        new sdk.DeleteSipRuleCommand({ SipRuleId: ruleId }),
        new sdk.UpdateSipRuleCommand({ SipRuleId: ruleId, Name: "x" }),
      ]) {
        await assertFails(client.send(command as sdk.GetSipRuleCommand), notFound(/^There is no SIP rule with the id/));
      }
    }),
  );

  // Contract: api-targets, api-target-defaults
  it(
    "infers the Region and the priority of a target, keeps several targets, and demands distinct Regions",
    withApi(async (harness) => {
      const { client } = harness;
      const east = await createApplication(harness);
      const east2 = await createApplication(harness);
      const west = await createApplication(harness, {
        AwsRegion: "us-west-2",
        Endpoints: [{ LambdaArn: functionArn.replace("us-east-1", "us-west-2") }],
      });
      const targets = (...ids: string[]) => ({ TargetApplications: ids.map((id) => ({ SipMediaApplicationId: id })) });

      await assertFails(
        createRule(harness, "", targets(east.id, east2.id)),
        badRequest(/TargetApplications\[0\] and TargetApplications\[1\] are both in us-east-1.*distinct Regions/),
      );
      await assertFails(
        createRule(harness, "", { TargetApplications: [{ SipMediaApplicationId: west.id, AwsRegion: "us-east-1" }] }),
        badRequest(/AwsRegion is "us-east-1"; the application is in us-west-2/),
      );
      await assertFails(
        createRule(harness, "", targets("nobody")),
        badRequest(/"nobody"; there is no such application/),
      );
      const rule = await createRule(harness, "", targets(east.id, west.id));
      assert.deepEqual(rule.TargetApplications, [
        { SipMediaApplicationId: east.id, Priority: 1, AwsRegion: "us-east-1" },
        { SipMediaApplicationId: west.id, Priority: 2, AwsRegion: "us-west-2" },
      ]);
      const retarget = { SipRuleId: rule.id, Name: "x", ...targets(east2.id) };
      const updated = await client.send(new sdk.UpdateSipRuleCommand(retarget));
      assert.equal(updated.SipRule?.TargetApplications?.[0]?.SipMediaApplicationId, east2.id);
    }),
  );

  // Contract: api-trigger-number, api-trigger-host, api-trigger-once
  it(
    "checks triggers: owned numbers, host names, one rule each (409)",
    withApi(async (harness) => {
      const { id } = await createApplication(harness);
      const rule = (TriggerType: sdk.SipRuleTriggerType, TriggerValue: string) =>
        createRule(harness, id, { TriggerType, TriggerValue });

      await rule("ToPhoneNumber", "+12065550101");
      const host = await rule("RequestUriHostname", "PBX.example.com");

      assert.equal(host.TriggerValue, "PBX.example.com");
      await assertFails(rule("ToPhoneNumber", "12065550101"), conflict(/enabled or not, has the trigger/));
      await assertFails(
        rule("RequestUriHostname", "pbx.EXAMPLE.com"),
        conflict(/RequestUriHostname pbx\.example\.com/),
      );
      await assertFails(
        rule("ToPhoneNumber", "+12065559999"),
        badRequest(/not in the number inventory\. The inventory has: \+12065550100, \+12065550101\.$/),
      );
      await assertFails(rule("ToPhoneNumber", "front desk"), badRequest(/must be a phone number in E\.164/));
      await assertFails(rule("RequestUriHostname", "not a host"), badRequest(/must be a host name/));
      await assertFails(
        rule("Both" as sdk.SipRuleTriggerType, "x"),
        badRequest(/^TriggerType is "Both"; it must be one of .*ToPhoneNumber/),
      );
    }),
  );

  // Contract: api-rules-of-nobody, api-names-not-unique
  it(
    "lists rules by page and by application; an unknown application has none",
    withApi(async (harness) => {
      const { client } = harness;
      const { id } = await createApplication(harness);
      const other = await createApplication(harness);
      await createRule(harness, id);
      await createRule(harness, other.id, { TriggerValue: "+12065550101" });
      await createRule(harness, id, { TriggerType: "RequestUriHostname", TriggerValue: "pbx" });

      const values: (string | undefined)[] = [];
      const config = { client, pageSize: 1 };
      for await (const page of sdk.paginateListSipRules(config, { SipMediaApplicationId: id })) {
        values.push(...(page.SipRules ?? []).map(({ TriggerValue }) => TriggerValue));
      }

      assert.deepEqual(values, ["+12065550100", "pbx"]);
      const none = await client.send(new sdk.ListSipRulesCommand({ SipMediaApplicationId: "nobody" }));
      assert.deepEqual(none.SipRules, []);
    }),
  );
});

describe("operations that are not there", () => {
  // Contract: api-withdrawn
  it(
    "answers withdrawn operations with GoneException",
    withApi(async ({ client }) => {
      const command = new sdk.GetSipMediaApplicationAlexaSkillConfigurationCommand({ SipMediaApplicationId: "x" });

      await assertFails(client.send(command), {
        error: sdk.GoneException,
        code: "Gone",
        status: 410,
        message: /withdrawn/,
      });
    }),
  );

  // Contract: api-not-served
  it(
    "says of a known operation that it is not available, and what to do, by an error of the model without making the client retry",
    withApi(async ({ client }) => {
      for (const command of [
        new sdk.ListVoiceProfileDomainsCommand({}),
        new sdk.StopSpeakerSearchTaskCommand({ VoiceConnectorId: "v", SpeakerSearchTaskId: "t" }),
      ]) {
        const error = await client
          .send(command as sdk.ListVoiceProfileDomainsCommand)
          .catch((thrown: unknown) => thrown);

        assert.ok(error instanceof sdk.UnprocessableEntityException);
        assert.equal(error.Code, "Unprocessable");
        assert.match(
          error.message,
          new RegExp(`^${command.constructor.name.replace(/Command$/, "")} is not available`),
        );
        assert.match(error.message, /record the call/);
        assert.equal(error.$metadata.attempts, 1);
      }
    }),
  );
});

describe("base path", () => {
  it(
    "serves every route below it",
    withApi(
      async (harness) => {
        assert.ok(harness.api.url.endsWith("/chime/voice"));
        const { id } = await createApplication(harness);

        const got = await harness.client.send(new sdk.GetSipMediaApplicationCommand({ SipMediaApplicationId: id }));

        assert.equal(got.SipMediaApplication?.SipMediaApplicationId, id);
      },
      { basePath: "/chime/voice" },
    ),
  );
});

// Contract: api-function-need-not-exist
describe("an application whose function is not configured", () => {
  it("is reported in the log under the id of the answer, when it is made and when it is changed", async () => {
    const lines: Record<string, unknown>[] = [];
    const log = createLogger({
      level: "warn",
      write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    const whyNoFunction = (arn: string) => (arn.endsWith(":other") ? 'There is no function "other".' : undefined);
    const other = functionArn.replace(/[^:]*$/, "other");
    await withApi(
      async (harness) => {
        const known = await createApplication(harness);
        const made = await harness.client.send(
          new sdk.CreateSipMediaApplicationCommand({
            AwsRegion: "us-east-1",
            Name: "b",
            Endpoints: [{ LambdaArn: other }],
          }),
        );
        await harness.client.send(
          new sdk.UpdateSipMediaApplicationCommand({
            SipMediaApplicationId: known.id,
            Endpoints: [{ LambdaArn: other }],
          }),
        );
        await harness.client.send(
          new sdk.UpdateSipMediaApplicationCommand({ SipMediaApplicationId: known.id, Name: "renamed" }),
        );

        assert.deepEqual(
          lines.map(({ applicationId, functionArn: arn }) => [applicationId, arn]),
          [
            [made.SipMediaApplication?.SipMediaApplicationId, other],
            [known.id, other],
          ],
        );
        assert.equal(lines[0]?.["requestId"], made.$metadata.requestId);
        assert.match(
          String(lines[0]?.["msg"]),
          /the application b has a function that is not configured.*no function "other"/,
        );
      },
      { whyNoFunction, log },
    )();
  });
});

it("refuses every request with 503, its reason and Retry-After until the server is open", async () => {
  let why: string | undefined = "The server is starting.";
  const { api, close } = await startApi({ whyClosed: () => why });
  try {
    const early = await fetch(`${api.url}/sip-media-applications`);
    assert.equal(early.status, 503);
    assert.equal(early.headers.get("retry-after"), "1");
    assert.deepEqual(await early.json(), { Code: "ServiceUnavailable", Message: "The server is starting." });
    why = undefined;
    assert.equal((await fetch(`${api.url}/sip-media-applications`)).status, 200);
  } finally {
    await close();
  }
});

it(
  "closes at once though a client has a connection over which it has asked nothing yet",
  { timeout: 60_000 },
  async () => {
    const { api, close } = await startApi();
    const socket = connect(api.port, api.address);
    await once(socket, "connect");
    const closed = once(socket, "close");
    // An answer comes once the connection before it is the server's.
    assert.equal((await fetch(`${api.url}/sip-media-applications`)).status, 200);
    await close();
    await closed;
  },
);
