import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import { functionArn, withApi, type ApiHarness } from "./api-harness.ts";

const two = { applications: 2, rules: 2, voiceConnectors: 2, voiceConnectorGroups: 2, phoneNumbers: 4 };

/** Makes one more of each kind. */
const makers: Readonly<Record<string, (harness: ApiHarness, name: string) => Promise<unknown>>> = {
  applications: ({ client }, name) =>
    client.send(
      new sdk.CreateSipMediaApplicationCommand({
        ...{ AwsRegion: "us-east-1", Name: name, Endpoints: [{ LambdaArn: functionArn }] },
      }),
    ),
  voiceConnectors: ({ client }, name) =>
    client.send(new sdk.CreateVoiceConnectorCommand({ Name: name, RequireEncryption: false })),
  voiceConnectorGroups: ({ client }, name) => client.send(new sdk.CreateVoiceConnectorGroupCommand({ Name: name })),
  rules: async ({ client }, name) => {
    const [application] = (await client.send(new sdk.ListSipMediaApplicationsCommand({}))).SipMediaApplications ?? [];
    return client.send(
      new sdk.CreateSipRuleCommand({
        ...{ Name: name, TriggerType: "RequestUriHostname", TriggerValue: `${name}.example.com` },
        TargetApplications: [{ SipMediaApplicationId: application?.SipMediaApplicationId ?? "" }],
      }),
    );
  },
};

/** The message of each request that was refused because of a quota; any other refusal fails the test. */
async function refusalsOf(requests: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const refusals: string[] = [];
  for (const outcome of await Promise.allSettled(requests)) {
    if (outcome.status === "fulfilled") continue;
    const error: unknown = outcome.reason;
    assert.ok(error instanceof sdk.ResourceLimitExceededException, String(error));
    assert.equal(error.Code, "ResourceLimitExceeded");
    refusals.push(error.message);
  }
  return refusals;
}

const order = ({ client }: ApiHarness, numbers: readonly string[]) =>
  client.send(
    new sdk.CreatePhoneNumberOrderCommand({
      ...{ ProductType: "SipMediaApplicationDialIn", E164PhoneNumbers: [...numbers] },
    }),
  );

// Contract: api-quotas
describe("quotas of an account", () => {
  it(
    "refuse one more of each kind, also among requests that come at once, and say what is allowed and where",
    withApi(
      async (harness) => {
        for (const [kind, make] of Object.entries(makers)) {
          const requests = ["a", "b", "c", "d", "e"].map((name) => make(harness, name));
          const refusals = await refusalsOf(requests);
          assert.equal(refusals.length, 3, kind);
          for (const message of refusals)
            assert.match(message, new RegExp(`has 2 .* quota of 2 \\(api\\.quotas\\.${kind} `));
        }
      },
      { quotas: two },
    ),
  );

  it(
    "leave room again for what was deleted",
    withApi(
      async (harness) => {
        const make = makers["voiceConnectorGroups"] ?? assert.fail();
        await make(harness, "a");
        assert.equal((await refusalsOf([make(harness, "b")])).length, 1);
        const listed = await harness.client.send(new sdk.ListVoiceConnectorGroupsCommand({}));
        const [{ VoiceConnectorGroupId } = assert.fail("there is none")] = listed.VoiceConnectorGroups ?? [];
        await harness.client.send(new sdk.DeleteVoiceConnectorGroupCommand({ VoiceConnectorGroupId }));
        await make(harness, "b");
      },
      { quotas: { voiceConnectorGroups: 1 } },
    ),
  );

  it(
    "count the numbers of the configuration, not the deletion queue, and an order that does not fit takes none",
    withApi(
      async (harness) => {
        const { client } = harness;
        const [first, ...others] = ["+12065550110", "+12065550111", "+12065550112"];
        const [refusal = ""] = await refusalsOf([order(harness, [first, ...others])]);
        assert.match(
          refusal,
          /has 2 phone numbers, and 3 more would be above its quota of 4 \(api\.quotas\.phoneNumbers/,
        );
        assert.equal((await client.send(new sdk.ListPhoneNumbersCommand({}))).PhoneNumbers?.length, 2);

        await order(harness, others);
        assert.equal((await refusalsOf([order(harness, [first])])).length, 1);
        // What the account has already is not asked for again.
        assert.equal((await order(harness, [others[0] ?? ""])).PhoneNumberOrder?.Status, "Failed");

        await client.send(new sdk.DeletePhoneNumberCommand({ PhoneNumberId: others[0] }));
        await order(harness, [first]);
        const restore = (id: string | undefined) =>
          client.send(new sdk.RestorePhoneNumberCommand({ PhoneNumberId: id }));
        assert.equal((await refusalsOf([restore(others[0])])).length, 1);
        await assert.rejects(restore(others[1]), { name: "NotFoundException" });
        await client.send(new sdk.DeletePhoneNumberCommand({ PhoneNumberId: first }));
        await restore(others[0]);
      },
      { quotas: two },
    ),
  );

  it(
    "are none where none is set",
    withApi(async (harness) => {
      for (const make of Object.values(makers)) {
        const requests = Array.from({ length: 40 }, (_, index) => make(harness, `n${index}`));
        assert.deepEqual(await refusalsOf(requests), []);
      }
    }),
  );
});
