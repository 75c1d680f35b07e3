import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import { functionArn, withApi, type ApiHarness } from "./api-harness.ts";

/** Name and message of a refusal. */
async function refusalOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.then(
    () => assert.fail("the request succeeded"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof sdk.ChimeSDKVoiceServiceException, String(error));
  return `${error.name}: ${error.message}`;
}

async function makeConnector({ client }: ApiHarness, changes: Partial<sdk.CreateVoiceConnectorRequest> = {}) {
  const request = { Name: "pbx", RequireEncryption: false, ...changes };
  const { VoiceConnector } = await client.send(new sdk.CreateVoiceConnectorCommand(request));
  return { ...VoiceConnector, id: VoiceConnector?.VoiceConnectorId ?? assert.fail("no connector") };
}

const termination = { CallingRegions: ["US"], CidrAllowedList: ["192.0.2.0/24"] };
const origination = { Routes: [{ Host: "pbx.example.com" }] };

const putTermination = ({ client }: ApiHarness, id: string, changes: object = {}) =>
  client.send(
    new sdk.PutVoiceConnectorTerminationCommand({ VoiceConnectorId: id, Termination: { ...termination, ...changes } }),
  );
const putOrigination = ({ client }: ApiHarness, id: string, Origination: sdk.Origination = origination) =>
  client.send(new sdk.PutVoiceConnectorOriginationCommand({ VoiceConnectorId: id, Origination }));

describe("Voice Connectors over the wire", () => {
  it(
    "are made, read, changed and deleted, with the host by which equipment calls them",
    withApi(async (harness) => {
      const { client } = harness;
      const { id, ...made } = await makeConnector(harness, {
        AwsRegion: "us-west-2",
        Tags: [{ Key: "team", Value: "a" }],
      });
      assert.match(id, /^[a-z0-9]{22}$/);
      assert.equal(made.OutboundHostName, `${id}.voiceconnector.chime.aws`);
      assert.equal(made.VoiceConnectorArn, `arn:aws:chime:us-west-2:000000000000:vc/${id}`);
      assert.deepEqual([made.AwsRegion, made.NetworkType, made.RequireEncryption], ["us-west-2", "IPV4_ONLY", false]);

      const update = { VoiceConnectorId: id, Name: "new", RequireEncryption: true };
      const changed = await client.send(new sdk.UpdateVoiceConnectorCommand(update));
      const read = await client.send(new sdk.GetVoiceConnectorCommand({ VoiceConnectorId: id }));
      assert.deepEqual(read.VoiceConnector, changed.VoiceConnector);
      assert.deepEqual([read.VoiceConnector?.Name, read.VoiceConnector?.RequireEncryption], ["new", true]);
      const deleted = await client.send(new sdk.DeleteVoiceConnectorCommand({ VoiceConnectorId: id }));
      assert.equal(deleted.$metadata.httpStatusCode, 204);
      const gone = client.send(new sdk.GetVoiceConnectorCommand({ VoiceConnectorId: id }));
      assert.match(await refusalOf(gone), new RegExp(`^NotFoundException: .*${id}`));
      const { VoiceConnectorRegions } = await client.send(new sdk.ListAvailableVoiceConnectorRegionsCommand({}));
      assert.equal(VoiceConnectorRegions?.length, 10);
    }),
  );

  // Contract: api-pages
  it(
    "list by pages that stay right while others are made and deleted",
    withApi(async (harness) => {
      const { client } = harness;
      const list = async (NextToken?: string) =>
        client.send(
          new sdk.ListVoiceConnectorsCommand({ MaxResults: 2, ...(NextToken === undefined ? {} : { NextToken }) }),
        );
      const made = [];
      for (const Name of ["a", "b", "c", "d"]) made.push(await makeConnector(harness, { Name }));
      const first = await list();
      await client.send(new sdk.DeleteVoiceConnectorCommand({ VoiceConnectorId: made[1]?.id }));
      await makeConnector(harness, { Name: "e" });
      const second = await list(first.NextToken);
      const third = await list(second.NextToken);

      const names = [first, second, third].map(({ VoiceConnectors = [] }) => VoiceConnectors.map(({ Name }) => Name));
      assert.deepEqual(names, [["a", "b"], ["c", "d"], ["e"]]);
      assert.equal(third.NextToken, undefined);
      const groups = client.send(new sdk.ListVoiceConnectorGroupsCommand({ NextToken: first.NextToken ?? "" }));
      assert.match(await refusalOf(groups), /^BadRequestException: NextToken was not made/);
    }),
  );

  // Contract: api-termination, api-connector-settings-absent, api-termination-health
  it(
    "have termination with what it needs, and health that is empty before the first OPTIONS",
    withApi(async (harness) => {
      const { client } = harness;
      const { id } = await makeConnector(harness);
      const read = async () => client.send(new sdk.GetVoiceConnectorTerminationCommand({ VoiceConnectorId: id }));
      assert.match(await refusalOf(read()), /^NotFoundException: .*no termination/);

      const put = await putTermination(harness, id, { DefaultPhoneNumber: "12065550100" });
      const expected = { CpsLimit: 1, DefaultPhoneNumber: "+12065550100", ...termination, Disabled: false };
      assert.deepEqual(put.Termination, expected);
      assert.deepEqual((await read()).Termination, expected);
      for (const [changes, message] of [
        [{ CallingRegions: undefined }, /Termination\.CallingRegions is missing/],
        [{ CallingRegions: ["us"] }, /Termination\.CallingRegions\[0\] is "us"/],
        [{ CidrAllowedList: [] }, /CidrAllowedList has 0 entries/],
        [{ CidrAllowedList: ["192.0.2.1"] }, /CidrAllowedList\[0\] is "192\.0\.2\.1"; it must be a network/],
        [{ CidrAllowedList: ["192.0.2.0/33"] }, /CidrAllowedList\[0\]/],
        [{ CpsLimit: 0 }, /CpsLimit is the number 0/],
        [
          { DefaultPhoneNumber: "+12065550177" },
          /\+12065550177, which is not in the number inventory\. The inventory has/,
        ],
      ] as const) {
        assert.match(await refusalOf(putTermination(harness, id, changes)), message);
      }
      const health = await client.send(new sdk.GetVoiceConnectorTerminationHealthCommand({ VoiceConnectorId: id }));
      assert.deepEqual(health.TerminationHealth, {});
      await client.send(new sdk.DeleteVoiceConnectorTerminationCommand({ VoiceConnectorId: id }));
      assert.match(await refusalOf(read()), /^NotFoundException/);
    }),
  );

  // Contract: api-passwords
  it(
    "keep credentials of which only the names are told, also where one is refused",
    withApi(async (harness) => {
      const { client } = harness;
      const { id } = await makeConnector(harness);
      await putTermination(harness, id);
      const put = (Credentials: sdk.Credential[]) =>
        client.send(new sdk.PutVoiceConnectorTerminationCredentialsCommand({ VoiceConnectorId: id, Credentials }));
      const names = async () =>
        (await client.send(new sdk.ListVoiceConnectorTerminationCredentialsCommand({ VoiceConnectorId: id })))
          .Usernames;

      await put([
        { Username: "a", Password: "one" },
        { Username: "b", Password: "two" },
      ]);
      await put([{ Username: "a", Password: "three" }]);
      assert.deepEqual(await names(), ["a", "b"]);
      assert.equal((await harness.store.connectors.get(id))?.credentials[0]?.password, "three");
      const refused = await refusalOf(put([{ Username: "c", Password: "sécret" }]));
      assert.match(refused, /Credentials\[0\]\.Password must be a password of 1 to 128/);
      assert.doesNotMatch(refused, /cret/);
      const remove = { VoiceConnectorId: id, Usernames: ["a", "nobody"] };
      await client.send(new sdk.DeleteVoiceConnectorTerminationCredentialsCommand(remove));
      assert.deepEqual(await names(), ["b"]);
    }),
  );

  // Contract: api-origination
  it(
    "have origination with the defaults of the service, up to twenty routes",
    withApi(async (harness) => {
      const { client } = harness;
      const { id } = await makeConnector(harness);
      const put = await putOrigination(harness, id, {
        Routes: [
          { Host: "192.0.2.1", Protocol: "TCP", Port: 5080, Priority: 3, Weight: 7 },
          { Host: "pbx.example.com" },
        ],
      });
      const routes = [
        { Host: "192.0.2.1", Port: 5080, Protocol: "TCP", Priority: 3, Weight: 7 },
        { Host: "pbx.example.com", Port: 5060, Protocol: "UDP", Priority: 2, Weight: 1 },
      ];
      assert.deepEqual(put.Origination, { Routes: routes, Disabled: false });
      assert.deepEqual((await putOrigination(harness, id, { Disabled: true })).Origination, {
        Routes: routes,
        Disabled: true,
      });
      const many = Array.from({ length: 21 }, () => ({ Host: "192.0.2.1" }));
      assert.match(await refusalOf(putOrigination(harness, id, { Routes: many })), /Routes has 21 entries/);
      assert.match(await refusalOf(putOrigination(harness, id, {})), /neither Routes nor Disabled/);
      assert.match(
        await refusalOf(putOrigination(harness, id, { Routes: [{ Host: "a b" }] })),
        /Routes\[0\]\.Host is "a b"/,
      );
      assert.match(
        await refusalOf(putOrigination(harness, id, { Routes: [{ Host: "a", Weight: 101 }] })),
        /Weight is the number 101/,
      );
      await client.send(new sdk.DeleteVoiceConnectorOriginationCommand({ VoiceConnectorId: id }));
      const gone = client.send(new sdk.GetVoiceConnectorOriginationCommand({ VoiceConnectorId: id }));
      assert.match(await refusalOf(gone), /^NotFoundException: .*no origination/);
    }),
  );

  // Contract: api-stored-settings, api-emergency-needs
  it(
    "keep streaming, emergency and logging settings; emergency calling needs both directions",
    withApi(async (harness) => {
      const { client } = harness;
      const { id: VoiceConnectorId } = await makeConnector(harness);
      const streaming = {
        DataRetentionInHours: 0,
        Disabled: false,
        StreamingNotificationTargets: [{ NotificationTarget: "SQS" as const }],
      };
      await client.send(
        new sdk.PutVoiceConnectorStreamingConfigurationCommand({ VoiceConnectorId, StreamingConfiguration: streaming }),
      );
      const read = await client.send(new sdk.GetVoiceConnectorStreamingConfigurationCommand({ VoiceConnectorId }));
      assert.deepEqual(read.StreamingConfiguration, streaming);
      await client.send(new sdk.DeleteVoiceConnectorStreamingConfigurationCommand({ VoiceConnectorId }));
      const gone = client.send(new sdk.GetVoiceConnectorStreamingConfigurationCommand({ VoiceConnectorId }));
      assert.match(await refusalOf(gone), /^NotFoundException/);

      const logging = async () =>
        (await client.send(new sdk.GetVoiceConnectorLoggingConfigurationCommand({ VoiceConnectorId })))
          .LoggingConfiguration;
      assert.deepEqual(await logging(), { EnableSIPLogs: false, EnableMediaMetricLogs: false });
      await client.send(
        new sdk.PutVoiceConnectorLoggingConfigurationCommand({
          VoiceConnectorId,
          LoggingConfiguration: { EnableSIPLogs: true },
        }),
      );
      assert.deepEqual(await logging(), { EnableSIPLogs: true, EnableMediaMetricLogs: false });

      const emergency = { DNIS: [{ EmergencyPhoneNumber: "+12065550199", CallingCountry: "US" }] };
      const putEmergency = () =>
        client.send(
          new sdk.PutVoiceConnectorEmergencyCallingConfigurationCommand({
            VoiceConnectorId,
            EmergencyCallingConfiguration: emergency,
          }),
        );
      assert.match(await refusalOf(putEmergency()), /^BadRequestException: .*no enabled termination and origination/);
      await putTermination(harness, VoiceConnectorId);
      await putOrigination(harness, VoiceConnectorId);
      assert.deepEqual((await putEmergency()).EmergencyCallingConfiguration, emergency);
      const deleteTermination = () => client.send(new sdk.DeleteVoiceConnectorTerminationCommand({ VoiceConnectorId }));
      assert.match(await refusalOf(deleteTermination()), /^BadRequestException: .*emergency calling/);
      await client.send(new sdk.DeleteVoiceConnectorEmergencyCallingConfigurationCommand({ VoiceConnectorId }));
      await deleteTermination();
    }),
  );

  // Contract: api-number-association, api-delete-connector, api-delete-group
  it(
    "own numbers, alone or as a group, and are deleted when nothing depends on them",
    withApi(async (harness) => {
      const { client } = harness;
      const { id } = await makeConnector(harness);
      const numbers = ["+12065550110", "+12065550111"];
      await client.send(
        new sdk.CreatePhoneNumberOrderCommand({ ProductType: "VoiceConnector", E164PhoneNumbers: numbers }),
      );
      const items = [{ VoiceConnectorId: id, Priority: 1 }];
      const made = await client.send(
        new sdk.CreateVoiceConnectorGroupCommand({ Name: "g", VoiceConnectorItems: items }),
      );
      const VoiceConnectorGroupId = made.VoiceConnectorGroup?.VoiceConnectorGroupId ?? "";
      assert.deepEqual(made.VoiceConnectorGroup?.VoiceConnectorItems, items);
      assert.equal(made.VoiceConnectorGroup?.CallDistributionType, "PriorityWeightedDistribution");

      const give = (E164PhoneNumbers: string[]) =>
        client.send(new sdk.AssociatePhoneNumbersWithVoiceConnectorCommand({ VoiceConnectorId: id, E164PhoneNumbers }));
      const given = await give([...numbers, "+12065550100", "+12065550177"]);
      assert.deepEqual(
        given.PhoneNumberErrors?.map(({ PhoneNumberId, ErrorCode }) => [PhoneNumberId, ErrorCode]),
        [
          ["+12065550100", "BadRequest"],
          ["+12065550177", "NotFound"],
        ],
      );
      const toGroup = async (ForceAssociate: boolean) =>
        (
          await client.send(
            new sdk.AssociatePhoneNumbersWithVoiceConnectorGroupCommand({
              VoiceConnectorGroupId,
              E164PhoneNumbers: ["+12065550111"],
              ForceAssociate,
            }),
          )
        ).PhoneNumberErrors;
      assert.equal((await toGroup(false))?.[0]?.ErrorCode, "PhoneNumberAssociationsExist");
      assert.deepEqual(await toGroup(true), []);
      const { PhoneNumber } = await client.send(new sdk.GetPhoneNumberCommand({ PhoneNumberId: "+12065550111" }));
      assert.deepEqual(
        PhoneNumber?.Associations?.map(({ Name, Value }) => [Name, Value]),
        [["VoiceConnectorGroupId", VoiceConnectorGroupId]],
      );

      const remove = () => client.send(new sdk.DeleteVoiceConnectorCommand({ VoiceConnectorId: id }));
      assert.match(await refusalOf(remove()), /^ConflictException: .*\+12065550110, the group g/);
      const removeGroup = () => client.send(new sdk.DeleteVoiceConnectorGroupCommand({ VoiceConnectorGroupId }));
      assert.match(await refusalOf(removeGroup()), /^ConflictException: .*\+12065550111/);
      await client.send(
        new sdk.DisassociatePhoneNumbersFromVoiceConnectorGroupCommand({
          VoiceConnectorGroupId,
          E164PhoneNumbers: ["+12065550111"],
        }),
      );
      const taken = await client.send(
        new sdk.DisassociatePhoneNumbersFromVoiceConnectorCommand({ VoiceConnectorId: id, E164PhoneNumbers: numbers }),
      );
      assert.deepEqual(
        taken.PhoneNumberErrors?.map(({ ErrorCode }) => ErrorCode),
        ["NotFound"],
      );
      const update = { VoiceConnectorGroupId, Name: "h", VoiceConnectorItems: [] };
      assert.equal((await client.send(new sdk.UpdateVoiceConnectorGroupCommand(update))).$metadata.httpStatusCode, 202);
      await removeGroup();
      await remove();
    }),
  );

  // Contract: api-delete-connector
  it(
    "cannot be deleted while a rule has their host, enabled or not; groups take three of them, each once",
    withApi(async (harness) => {
      const { client } = harness;
      const { id, OutboundHostName } = await makeConnector(harness);
      const application = { AwsRegion: "us-east-1", Name: "a", Endpoints: [{ LambdaArn: functionArn }] };
      const { SipMediaApplication } = await client.send(new sdk.CreateSipMediaApplicationCommand(application));
      const TargetApplications = [{ SipMediaApplicationId: SipMediaApplication?.SipMediaApplicationId ?? "" }];
      await client.send(
        new sdk.CreateSipRuleCommand({
          ...{ Name: "by host", TriggerType: "RequestUriHostname", TriggerValue: OutboundHostName, Disabled: true },
          TargetApplications,
        }),
      );
      const remove = client.send(new sdk.DeleteVoiceConnectorCommand({ VoiceConnectorId: id }));
      assert.match(await refusalOf(remove), /^ConflictException: .*SIP rule by host/);

      const group = (ids: string[]) =>
        client.send(
          new sdk.CreateVoiceConnectorGroupCommand({
            Name: "g",
            VoiceConnectorItems: ids.map((VoiceConnectorId) => ({ VoiceConnectorId, Priority: 1 })),
          }),
        );
      assert.match(await refusalOf(group([id, id])), /VoiceConnectorItems\[1\]\.VoiceConnectorId .*once/);
      assert.match(await refusalOf(group([id, "a", "b", "c"])), /VoiceConnectorItems has 4 entries/);
      assert.match(await refusalOf(group(["nobody"])), /^NotFoundException: .*nobody/);
    }),
  );

  // Contract: api-configured-kept, api-configured-marked
  it(
    "of the configuration are marked, and cannot be changed",
    withApi(async (harness) => {
      const { client, store } = harness;
      const { id } = await makeConnector(harness);
      const record = await store.connectors.get(id);
      assert.ok(record !== undefined);
      await store.connectors.replace({ ...record, origin: "configuration" });

      const refused = [
        () => putTermination(harness, id),
        () => putOrigination(harness, id),
        () =>
          client.send(
            new sdk.UpdateVoiceConnectorCommand({ VoiceConnectorId: id, Name: "x", RequireEncryption: false }),
          ),
        () => client.send(new sdk.DeleteVoiceConnectorCommand({ VoiceConnectorId: id })),
      ];
      for (const request of refused) assert.match(await refusalOf(request()), /^ForbiddenException: .*offhook\.yaml/);
      const ResourceARN = `arn:aws:chime:us-east-1:000000000000:vc/${id}`;
      const { Tags } = await client.send(new sdk.ListTagsForResourceCommand({ ResourceARN }));
      assert.deepEqual(Tags, [{ Key: "offhook:configured", Value: "true" }]);
    }),
  );

  // Contract: api-tags
  it(
    "have tags, as applications have, by the ARNs of either spelling",
    withApi(async (harness) => {
      const { client } = harness;
      const { VoiceConnectorArn = "" } = await makeConnector(harness, { Tags: [{ Key: "a", Value: "1" }] });
      const tags = async (ResourceARN: string) =>
        (await client.send(new sdk.ListTagsForResourceCommand({ ResourceARN }))).Tags;
      const tag = (ResourceARN: string, Tags: sdk.Tag[]) =>
        client.send(new sdk.TagResourceCommand({ ResourceARN, Tags }));
      await tag(VoiceConnectorArn.replace(":chime:", ":voiceconnector:"), [{ Key: "b", Value: "2" }]);
      assert.deepEqual(await tags(VoiceConnectorArn), [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ]);
      await client.send(new sdk.UntagResourceCommand({ ResourceARN: VoiceConnectorArn, TagKeys: ["a", "x"] }));
      assert.deepEqual(await tags(VoiceConnectorArn), [{ Key: "b", Value: "2" }]);
      const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: "" }));
      assert.match(await refusalOf(tag(VoiceConnectorArn, many)), /^ResourceLimitExceededException: .*51 tags/);
      assert.match(
        await refusalOf(tag(VoiceConnectorArn, [{ Key: "offhook:configured", Value: "" }])),
        /^BadRequestException: .*keeps for itself/,
      );
      assert.match(await refusalOf(tags("arn:aws:chime:us-east-1:000000000000:vc/none")), /^NotFoundException/);
      assert.match(
        await refusalOf(tags("arn:aws:chime:us-east-1:000000000000:bot/x")),
        /^NotFoundException: .*sma, vc, vcg/,
      );

      const application = { AwsRegion: "us-east-1", Name: "a", Endpoints: [{ LambdaArn: functionArn }] };
      const { SipMediaApplication } = await client.send(new sdk.CreateSipMediaApplicationCommand(application));
      const arn = SipMediaApplication?.SipMediaApplicationArn ?? "";
      await tag(arn, [{ Key: "c", Value: "" }]);
      assert.deepEqual(await tags(arn), [{ Key: "c", Value: "" }]);
      const SipMediaApplicationId = SipMediaApplication?.SipMediaApplicationId ?? "";
      const logging = { EnableSipMediaApplicationMessageLogs: true };
      await client.send(
        new sdk.PutSipMediaApplicationLoggingConfigurationCommand({
          SipMediaApplicationId,
          SipMediaApplicationLoggingConfiguration: logging,
        }),
      );
      const read = await client.send(
        new sdk.GetSipMediaApplicationLoggingConfigurationCommand({ SipMediaApplicationId }),
      );
      assert.deepEqual(read.SipMediaApplicationLoggingConfiguration, logging);
    }),
  );
});
