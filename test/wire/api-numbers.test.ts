import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import { functionArn, withApi, type ApiHarness } from "./api-harness.ts";

const own = "+12065550100";
const dayMs = 86_400_000;

/** Name, code and message of a refusal. */
async function refusalOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.then(
    () => assert.fail("the request succeeded"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof sdk.ChimeSDKVoiceServiceException, String(error));
  return `${error.name}: ${error.message}`;
}

async function order({ client }: ApiHarness, numbers: readonly string[], product: sdk.PhoneNumberProductType) {
  const request = { ProductType: product, E164PhoneNumbers: [...numbers], Name: "front desk" };
  return (await client.send(new sdk.CreatePhoneNumberOrderCommand(request))).PhoneNumberOrder;
}

async function makeRule({ client }: ApiHarness, number: string): Promise<string> {
  const application = { AwsRegion: "us-east-1", Name: "a", Endpoints: [{ LambdaArn: functionArn }] };
  const made = await client.send(new sdk.CreateSipMediaApplicationCommand(application));
  const rule = await client.send(
    new sdk.CreateSipRuleCommand({
      ...{ Name: "r", TriggerType: "ToPhoneNumber", TriggerValue: number },
      TargetApplications: [{ SipMediaApplicationId: made.SipMediaApplication?.SipMediaApplicationId ?? "" }],
    }),
  );
  return rule.SipRule?.SipRuleId ?? "";
}

const get = async ({ client }: ApiHarness, id: string) =>
  (await client.send(new sdk.GetPhoneNumberCommand({ PhoneNumberId: id }))).PhoneNumber ?? assert.fail("no number");

describe("phone numbers over the wire", () => {
  // Contract: api-number-id, api-number-status, api-configured-marked
  it(
    "shows the configured inventory, by each spelling of an id, marked by a tag",
    withApi(async (harness) => {
      const { client } = harness;
      const { PhoneNumbers = [] } = await client.send(new sdk.ListPhoneNumbersCommand({}));
      assert.deepEqual(
        PhoneNumbers.map(({ PhoneNumberId, Status, ProductType, Country, Type }) => [
          PhoneNumberId,
          Status,
          ProductType,
          Country,
          Type,
        ]),
        ["%2B12065550100", "%2B12065550101"].map((id) => [
          id,
          "Unassigned",
          "SipMediaApplicationDialIn",
          "US",
          "Local",
        ]),
      );
      for (const id of ["%2B12065550100", own, "12065550100"])
        assert.equal((await get(harness, id)).E164PhoneNumber, own);
      const raw = await fetch(`${harness.api.url}/phone-numbers/12065550100`);
      assert.equal(((await raw.json()) as { PhoneNumber: { Configured: boolean } }).PhoneNumber.Configured, true);
      const arn = PhoneNumbers[0]?.PhoneNumberArn ?? "";
      const { Tags } = await client.send(new sdk.ListTagsForResourceCommand({ ResourceARN: arn }));
      assert.deepEqual(Tags, [{ Key: "offhook:configured", Value: "true" }]);
      assert.match(await refusalOf(get(harness, "+12065550177")), /^NotFoundException: .*\+12065550177/);
    }),
  );

  // Contract: api-number-search, api-number-orders, api-number-countries
  it(
    "finds numbers of the pool by pages that stay right while others are ordered, and orders them at once",
    withApi(async (harness) => {
      const { client } = harness;
      const search = async (request: sdk.SearchAvailablePhoneNumbersRequest) =>
        client.send(new sdk.SearchAvailablePhoneNumbersCommand(request));

      const first = await search({ AreaCode: "206", MaxResults: 4 });
      assert.deepEqual(first.E164PhoneNumbers, ["+12065550110", "+12065550111", "+12065550112", "+12065550113"]);
      const ordered = await order(harness, ["+12065550111", "+12065550114"], "VoiceConnector");
      assert.deepEqual([ordered?.Status, ordered?.OrderType], ["Successful", "New"]);
      const second = await search({ AreaCode: "206", MaxResults: 4, NextToken: first.NextToken ?? "" });
      assert.deepEqual(second.E164PhoneNumbers, ["+12065550115", "+12065550116", "+12065550117", "+12065550118"]);
      const last = await search({ AreaCode: "206", MaxResults: 4, NextToken: second.NextToken ?? "" });
      assert.deepEqual([last.E164PhoneNumbers, last.NextToken], [["+12065550119"], undefined]);
      assert.equal((await search({ AreaCode: "206" })).E164PhoneNumbers?.length, 8);
      assert.deepEqual((await search({ PhoneNumberType: "TollFree" })).E164PhoneNumbers, [
        "+18005550100",
        "+18005550101",
      ]);
      assert.equal((await search({ TollFreePrefix: "833" })).E164PhoneNumbers?.length, 0);
      assert.equal((await search({ Country: "GB" })).E164PhoneNumbers?.length, 10);
      assert.equal((await search({})).E164PhoneNumbers?.length, 8 + 2 + 90);

      const countries = await client.send(
        new sdk.ListSupportedPhoneNumberCountriesCommand({ ProductType: "SipMediaApplicationDialIn" }),
      );
      assert.deepEqual(countries.PhoneNumberCountries, [
        { CountryCode: "US", SupportedPhoneNumberTypes: ["Local", "TollFree"] },
        { CountryCode: "GB", SupportedPhoneNumberTypes: ["Local"] },
      ]);
      const number = await get(harness, "+12065550111");
      assert.deepEqual(
        [number.ProductType, number.Name, number.OrderId],
        ["VoiceConnector", "front desk", ordered?.PhoneNumberOrderId],
      );
    }),
  );

  it(
    "tells of an order which numbers were free, keeps it, and refuses what cannot be ordered",
    withApi(async (harness) => {
      const { client } = harness;
      const partial = await order(harness, [own, "+12065550110", "+12065550199"], "SipMediaApplicationDialIn");
      assert.equal(partial?.Status, "Partial");
      assert.deepEqual(
        partial.OrderedPhoneNumbers?.map(({ Status }) => Status),
        ["Failed", "Acquired", "Failed"],
      );
      const failed = await order(harness, ["+12065550110"], "SipMediaApplicationDialIn");
      assert.equal(failed?.Status, "Failed");
      assert.match(
        await refusalOf(order(harness, ["+12065550199"], "VoiceConnector")),
        /^ResourceLimitExceededException: .*numberPool/,
      );
      assert.match(
        await refusalOf(order(harness, ["+442079460001"], "VoiceConnector")),
        /^BadRequestException: .*\+442079460001.*United States/,
      );
      const id = partial.PhoneNumberOrderId ?? "";
      const { PhoneNumberOrder } = await client.send(new sdk.GetPhoneNumberOrderCommand({ PhoneNumberOrderId: id }));
      assert.deepEqual(PhoneNumberOrder, partial);
      const page = await client.send(new sdk.ListPhoneNumberOrdersCommand({ MaxResults: 1 }));
      const next = await client.send(
        new sdk.ListPhoneNumberOrdersCommand({ MaxResults: 1, NextToken: page.NextToken ?? "" }),
      );
      assert.deepEqual(
        [page.PhoneNumberOrders, next.PhoneNumberOrders, next.NextToken],
        [[partial], [failed], undefined],
      );
    }),
  );

  // Contract: api-number-status, api-number-lists, api-trigger-number
  it(
    "is assigned while a rule has it, and lists by status, product and association",
    withApi(async (harness) => {
      const { client } = harness;
      await order(harness, ["+12065550110"], "VoiceConnector");
      assert.match(await refusalOf(makeRule(harness, "+12065550110")), /product type is VoiceConnector/);
      const ruleId = await makeRule(harness, own);
      const list = async (request: sdk.ListPhoneNumbersRequest) =>
        (await client.send(new sdk.ListPhoneNumbersCommand(request))).PhoneNumbers?.map(
          ({ E164PhoneNumber }) => E164PhoneNumber,
        );

      const number = await get(harness, own);
      assert.deepEqual(
        [number.Status, number.Associations?.map(({ Name, Value }) => [Name, Value])],
        ["Assigned", [["SipRuleId", ruleId]]],
      );
      assert.deepEqual(await list({ Status: "Assigned" }), [own]);
      assert.deepEqual(await list({ Status: "Unassigned" }), ["+12065550101", "+12065550110"]);
      assert.deepEqual(await list({ ProductType: "VoiceConnector" }), ["+12065550110"]);
      assert.deepEqual(await list({ FilterName: "SipRuleId", FilterValue: ruleId }), [own]);
      assert.deepEqual(await list({ Status: "PortinInProgress" }), []);
      assert.match(await refusalOf(list({ FilterName: "SipRuleId" })), /FilterValue is missing/);
      assert.match(await refusalOf(list({ Status: "Busy" })), /Status is "Busy"; it must be one of Assigned,/);
      await client.send(new sdk.DeleteSipRuleCommand({ SipRuleId: ruleId }));
      assert.equal((await get(harness, own)).Status, "Unassigned");
    }),
  );

  // Contract: api-number-changes, api-number-batches
  it(
    "changes one thing at a time: the product type while unassigned, the calling name once in seven days",
    withApi(async (harness) => {
      const { client, clock } = harness;
      const update = async (change: Omit<sdk.UpdatePhoneNumberRequest, "PhoneNumberId">) =>
        (await client.send(new sdk.UpdatePhoneNumberCommand({ PhoneNumberId: own, ...change }))).PhoneNumber;

      assert.equal((await update({ Name: "main line" }))?.Name, "main line");
      const named = await update({ CallingName: "Ada Ltd" });
      assert.deepEqual([named?.CallingName, named?.CallingNameStatus], ["Ada Ltd", "UpdateSucceeded"]);
      assert.match(await refusalOf(update({ CallingName: "Bob" })), /^ConflictException: .*once in 7 days/);
      clock.advance(7 * dayMs);
      assert.equal((await update({ CallingName: "" }))?.CallingNameStatus, "Unassigned");
      assert.match(
        await refusalOf(update({ Name: "a", CallingName: "b1" })),
        /CallingName and Name are there; it must be one/,
      );
      assert.match(await refusalOf(update({})), /None of ProductType, CallingName and Name/);
      assert.match(await refusalOf(update({ CallingName: "x" })), /2 to 15 letters/);
      await makeRule(harness, own);
      assert.match(await refusalOf(update({ ProductType: "VoiceConnector" })), /^ConflictException: .*SIP rule/);

      const items = [
        { PhoneNumberId: "%2B12065550101", ProductType: "VoiceConnector" as const },
        { PhoneNumberId: own, ProductType: "VoiceConnector" as const },
        { PhoneNumberId: "+12065550177", Name: "x" },
      ];
      const batch = await client.send(new sdk.BatchUpdatePhoneNumberCommand({ UpdatePhoneNumberRequestItems: items }));
      assert.deepEqual(
        batch.PhoneNumberErrors?.map(({ PhoneNumberId, ErrorCode }) => [PhoneNumberId, ErrorCode]),
        [
          [own, "Conflict"],
          ["+12065550177", "NotFound"],
        ],
      );
      assert.equal((await get(harness, "+12065550101")).ProductType, "VoiceConnector");
      const twice = [
        { PhoneNumberId: own, Name: "x" },
        { PhoneNumberId: "%2B12065550100", Name: "y" },
      ];
      const refused = client.send(new sdk.BatchUpdatePhoneNumberCommand({ UpdatePhoneNumberRequestItems: twice }));
      assert.match(await refusalOf(refused), /UpdatePhoneNumberRequestItems\[1\].*once/);
    }),
  );

  // Contract: api-deletion-queue, api-configured-kept, api-call-from-inventory
  it(
    "puts deleted numbers into a queue for seven days, from which they can be restored",
    withApi(async (harness) => {
      const { client, clock } = harness;
      const ordered = ["+12065550110", "+12065550111", "+12065550112"];
      await order(harness, ordered, "SipMediaApplicationDialIn");
      const remove = async (id: string) => client.send(new sdk.DeletePhoneNumberCommand({ PhoneNumberId: id }));

      assert.equal((await remove("%2B12065550110")).$metadata.httpStatusCode, 204);
      const queued = await get(harness, "+12065550110");
      assert.equal(queued.Status, "ReleaseInProgress");
      assert.equal(Number(queued.DeletionTimestamp), clock.now() + 7 * dayMs);
      assert.match(await refusalOf(remove("+12065550110")), /^NotFoundException: .*deletion queue/);
      assert.match(await refusalOf(makeRule(harness, "+12065550110")), /not in the number inventory/);
      const restored = await client.send(new sdk.RestorePhoneNumberCommand({ PhoneNumberId: "+12065550110" }));
      assert.deepEqual(
        [restored.PhoneNumber?.Status, restored.PhoneNumber?.DeletionTimestamp],
        ["Unassigned", undefined],
      );
      const again = client.send(new sdk.RestorePhoneNumberCommand({ PhoneNumberId: "+12065550110" }));
      assert.match(await refusalOf(again), /^NotFoundException: .*not in the deletion queue/);

      const ruleId = await makeRule(harness, "+12065550111");
      assert.match(await refusalOf(remove("+12065550111")), new RegExp(`^BadRequestException: .*SIP rule ${ruleId}`));
      assert.match(await refusalOf(remove(own)), /^ForbiddenException: .*offhook\.yaml/);
      const batch = await client.send(new sdk.BatchDeletePhoneNumberCommand({ PhoneNumberIds: [...ordered, own] }));
      assert.deepEqual(
        batch.PhoneNumberErrors?.map(({ PhoneNumberId, ErrorCode }) => [PhoneNumberId, ErrorCode]),
        [
          ["+12065550111", "PhoneNumberAssociationsExist"],
          [own, "Forbidden"],
        ],
      );
      clock.advance(7 * dayMs + 1);
      const gone = client.send(new sdk.RestorePhoneNumberCommand({ PhoneNumberId: "+12065550110" }));
      assert.match(await refusalOf(gone), /^NotFoundException/);
      const free = await client.send(new sdk.SearchAvailablePhoneNumbersCommand({ AreaCode: "206" }));
      assert.ok(free.E164PhoneNumbers?.includes("+12065550112"));
    }),
  );

  it(
    "keeps the default calling name of the account, and its settings",
    withApi(async ({ client }) => {
      const settings = async () => client.send(new sdk.GetPhoneNumberSettingsCommand({}));
      assert.equal((await settings()).CallingName, undefined);
      await client.send(new sdk.UpdatePhoneNumberSettingsCommand({ CallingName: "Ada Ltd" }));
      assert.equal((await settings()).CallingName, "Ada Ltd");
      await client.send(new sdk.UpdatePhoneNumberSettingsCommand({ CallingName: "" }));
      assert.equal((await settings()).CallingName, undefined);

      const bucket = async () => (await client.send(new sdk.GetGlobalSettingsCommand({}))).VoiceConnector?.CdrBucket;
      const put = async (VoiceConnector: sdk.VoiceConnectorSettings) =>
        client.send(new sdk.UpdateGlobalSettingsCommand({ VoiceConnector }));
      assert.equal(await bucket(), undefined);
      assert.equal((await put({ CdrBucket: "call-records" })).$metadata.httpStatusCode, 204);
      assert.equal(await bucket(), "call-records");
      await put({});
      assert.equal(await bucket(), undefined);
      assert.match(await refusalOf(put({ CdrBucket: "Not_A_Bucket" })), /CdrBucket is "Not_A_Bucket"/);
    }),
  );

  // Contract: api-e911
  it(
    "answers that an address failed, since none is known here",
    withApi(async ({ client }) => {
      const address = { StreetNumber: "410", StreetInfo: "Terry Ave N", City: "Seattle", State: "WA", Country: "US" };
      const request = { AwsAccountId: "000000000000", ...address, PostalCode: "98109" };
      const { ValidationResult, CandidateAddressList } = await client.send(new sdk.ValidateE911AddressCommand(request));
      assert.deepEqual([ValidationResult, CandidateAddressList], [2, []]);
    }),
  );
});
