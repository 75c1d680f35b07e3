import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { EndedLeg } from "../journal/index.ts";
import { createLogger } from "../kernel/index.ts";
import type { DetailRecord } from "../store/index.ts";
import { driveCall } from "../testing/internal/call-driver.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createDetailRecords } from "./create-detail-records.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-detail-records-"));
after(() => rmSync(root, { recursive: true, force: true }));

const call = driveCall().initialState;
const [first] = call.legs;
const startedAt = Date.UTC(2026, 10, 29, 8, 5, 9, 7);

/** A leg that was answered after a second and lasted a bit more than two. */
function anEndedLeg(id: string, change: Partial<EndedLeg> = {}): EndedLeg {
  assert.ok(first !== undefined);
  const leg = { ...first, id: id as typeof first.id, startedAt, from: "+12065550111", to: "+442079460000" };
  return {
    ...{ call, leg, distinctStart: startedAt, answeredAt: startedAt + 1_000, endedAt: startedAt + 3_001 },
    ...{
      noiseSuppressedMs: 0,
      destination: undefined,
      sipCallId: "dialog@192.0.2.1",
      trunk: undefined,
      sipStatus: 200,
    },
    ...{ cause: undefined, partner: undefined, ...change },
  };
}

/** Records over a database and buckets that do as they are told. */
function open({ owed = [] as DetailRecord[], isShared = false } = {}) {
  const clock = createManualClock();
  const lines: string[] = [];
  const objects = new Map<string, string>();
  const puts: string[] = [];
  const table = new Map(owed.map((record) => [record.id, record]));
  const world = { away: new Set<string>(), looks: 0, isOtherThere: false, triggerType: "ToPhoneNumber" };
  const records = createDetailRecords({
    records: {
      list: async (nodeId, limit, without) => {
        world.looks += 1;
        if (nodeId !== undefined && world.isOtherThere) return [];
        return [...table.values()].filter(({ bucket }) => !without.includes(bucket)).slice(0, limit);
      },
      count: async () => table.size,
      settle: async (id) => void table.delete(id),
    },
    objects: {
      put: async (bucket, key, fromFile) => {
        puts.push(`${bucket}/${key}`);
        if (world.away.has(bucket)) throw new Error("nobody answers");
        objects.set(`${bucket}/${key}`, readFileSync(fromFile, "utf8"));
      },
    },
    rules: { get: async () => ({ triggerType: world.triggerType }) as never },
    ...{ nodeId: "n", isShared, folder: join(root, "spool"), clock },
    factsOf: () => ({ connectorId: "vc", fromName: "Reception", toName: "" }),
    connectorOf: ({ call: { target } }) =>
      target.functionArn === "connector" ? { connectorId: target.applicationId, region: "us-east-1" } : undefined,
    log: createLogger({ level: "info", write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg) }),
  });
  const settled = async () => {
    for (let turns = 0; turns < 40; turns++) await new Promise((resolve) => setImmediate(resolve));
  };
  /** Real files are written: their turns are not counted. */
  const until = async (done: () => boolean) => {
    while (!done()) await settled();
    await settled();
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  /** The leg ends, and its record is written with its call. */
  const end = (leg: EndedLeg) => {
    const record = records.recordOf(leg);
    if (record !== undefined) table.set(record.id, record);
    return record;
  };
  return { records, clock, lines, objects, puts, table, world, until, pass, end };
}

describe("call detail records", () => {
  it("have all members of the contract, each a text (Contract: records-details, records-details-key)", async () => {
    const { records, objects, until, pass, end } = open();
    records.setBucket("cdrs");
    end(anEndedLeg("leg-a", { noiseSuppressedMs: 1_500 }));
    await pass(1_000);
    await until(() => objects.size === 1);
    const [[key, text] = ["", ""]] = objects;

    const { applicationId } = call.target;
    assert.equal(key, `cdrs/Amazon-Chime-SMADRs/json/${applicationId}/2026/11/29/08.05.09.007_${call.transactionId}`);
    assert.deepEqual(Object.entries(JSON.parse(text) as object), [
      ["AwsAccountId", call.accountId],
      ["TransactionId", call.transactionId],
      ["CallId", "leg-a"],
      ["VoiceConnectorId", "vc"],
      ["Status", "Completed"],
      ["BillableDurationSeconds", "3"],
      ["SchemaVersion", "2.0"],
      ["SourcePhoneNumber", "12065550111"],
      ["SourcePhoneNumberName", "Reception"],
      ["DestinationPhoneNumber", "442079460000"],
      ["DestinationPhoneNumberName", ""],
      ["UsageType", "USE1-US-GB-inbound-minutes"],
      ["ServiceCode", "AmazonChimeVoiceConnector"],
      ["Direction", "Inbound"],
      ["TimeStampEpochSeconds", String(Math.floor(startedAt / 1_000))],
      ["Region", "us-east-1"],
      ["SipRuleId", call.sipRuleId ?? ""],
      ["SipApplicationId", applicationId],
      ["CallLegTriggerType", "ToPhoneNumber"],
      ["BillableVoiceFocusSeconds", "2"],
    ]);
  });

  it("say what brought a leg about, and that one which nobody answered failed", async () => {
    const { records, objects, world, until, pass, end } = open();
    records.setBucket("cdrs");
    world.triggerType = "RequestUriHostname";
    const { leg } = anEndedLeg("x");
    const legs: readonly (readonly [string, Partial<EndedLeg>])[] = [
      ["inbound", {}],
      ["outbound", { leg: { ...leg, direction: "Outbound" } }],
      ["bridge", { leg: { ...leg, calledFor: leg.id, direction: "Outbound" }, answeredAt: undefined }],
      ["meeting", { leg: { ...leg, kind: "meeting", calledFor: leg.id } }],
    ];
    for (const [index, [id, change]] of legs.entries()) {
      const made = anEndedLeg(id, { ...change, distinctStart: startedAt + index });
      end({ ...made, leg: { ...made.leg, id: id as typeof leg.id } });
    }
    await pass(1_000);
    await until(() => objects.size === 4);
    const found = [...objects.values()].map((text) => JSON.parse(text) as Readonly<Record<string, string>>);
    assert.deepEqual(
      found.map((one) => [one["CallId"], one["CallLegTriggerType"], one["Status"], one["BillableDurationSeconds"]]),
      [
        ["inbound", "RequestUriHostname", "Completed", "3"],
        ["outbound", "CreateSipMediaApplicationCall", "Completed", "3"],
        ["bridge", "CallAndBridge", "Failed", "0"],
        ["meeting", "JoinChimeMeeting", "Completed", "3"],
      ],
    );
  });

  it("of a call that a Voice Connector takes are one, in the members and types of the contract (Contract: records-connector-details)", async () => {
    const { records, objects, until, pass, end } = open();
    records.setBucket("cdrs");
    const target = { ...call.target, applicationId: "abcdef1ghij2klmno3pqr4", functionArn: "connector" };
    const ofConnector = { call: { ...call, target } };
    const { leg } = anEndedLeg("leg-a");
    const dialled = { ...leg, direction: "Outbound" as const, calledFor: leg.id };
    assert.equal(end(anEndedLeg("leg-b", { ...ofConnector, leg: dialled })), undefined);
    const partner = { sipCallId: "desk@192.0.2.7", trunk: "desk", cause: "refused by the far end with 486" };
    end(anEndedLeg("leg-a", { ...ofConnector, partner }));
    const later = { ...leg, id: "busy" as typeof leg.id, startedAt: startedAt + 1 };
    end(anEndedLeg("x", { ...ofConnector, partner, leg: later, distinctStart: startedAt + 1, answeredAt: undefined }));
    await pass(1_000);
    await until(() => objects.size === 2);
    const [[key, text] = ["", ""], [, failed] = ["", ""]] = objects;

    const id = call.transactionId;
    assert.equal(
      key,
      `cdrs/Amazon-Chime-Voice-Connector-CDRs/json/${target.applicationId}/2026/11/29/08.05.09.007_${id}`,
    );
    assert.deepEqual(Object.entries(JSON.parse(text) as object), [
      ["AwsAccountId", call.accountId],
      ["TransactionId", id],
      ["CallId", "desk@192.0.2.7"],
      ["VoiceConnectorId", target.applicationId],
      ["Status", "Completed"],
      ["StatusMessage", "OK"],
      ["SipAuthUser", ""],
      ["BillableDurationSeconds", 3],
      ["BillableDurationMinutes", 0.05],
      ["SchemaVersion", "2.0"],
      ["SourcePhoneNumber", "+12065550111"],
      ["SourceCountry", "US"],
      ["DestinationPhoneNumber", "+442079460000"],
      ["DestinationCountry", "GB"],
      ["UsageType", "USE1-US-GB-inbound-minutes"],
      ["ServiceCode", "AmazonChimeVoiceConnector"],
      ["Direction", "Inbound"],
      ["StartTimeEpochSeconds", Math.floor(startedAt / 1_000)],
      ["EndTimeEpochSeconds", Math.floor(startedAt / 1_000) + 3],
      ["Region", "us-east-1"],
      ["Streaming", false],
    ]);
    const { Status, StatusMessage, BillableDurationMinutes } = JSON.parse(failed) as Record<string, unknown>;
    assert.deepEqual([Status, StatusMessage, BillableDurationMinutes], ["Failed", partner.cause, 0]);
  });

  it("are not made without a bucket, and go to the one that was set when the leg ended (Contract: records-details-bucket)", async () => {
    const { records, objects, until, pass, end } = open();
    assert.equal(end(anEndedLeg("before")), undefined);
    records.setBucket("one");
    end(anEndedLeg("during"));
    records.setBucket("two");
    end(anEndedLeg("then", { distinctStart: startedAt + 1 }));
    records.setBucket(undefined);
    assert.equal(end(anEndedLeg("after")), undefined);
    await pass(1_000);
    await until(() => objects.size === 2);
    assert.deepEqual(
      [...objects.keys()].map((key) => key.split("/")[0]).toSorted((a = "", b = "") => a.localeCompare(b)),
      ["one", "two"],
    );
  });

  it("stay while their bucket takes nothing, keep no other one waiting, and are put there later, each once (Contract: records-details-kept)", async () => {
    const { records, objects, lines, puts, world, table, until, pass, end } = open();
    records.setBucket("away");
    world.away.add("away");
    for (let index = 0; index < 150; index++) end(anEndedLeg(`a${index}`, { distinctStart: startedAt + index }));
    records.setBucket("there");
    end(anEndedLeg("b"));
    await pass(1_000);
    await until(() => objects.size === 1);
    await until(() => lines.length > 0);
    assert.match(lines[0] ?? "", /is not in its bucket yet: away\/.*nobody answers; it is kept and tried again/);
    const { count, why } = await records.waiting();
    assert.deepEqual([count, why.length, puts.length], [150, 1, 2]);

    await pass(2_000);
    await until(() => puts.length === 3);
    world.away.clear();
    await pass(10_000);
    await until(() => table.size === 0);
    assert.deepEqual([objects.size, puts.length, lines.length], [151, 3 + 150, 2]);
    assert.deepEqual(await records.waiting(), { count: 0, why: [] });
  });

  it("of an earlier process are put into their bucket at the start, and those of another server when that one is gone", async () => {
    for (const isShared of [false, true]) {
      const record = { id: "left", bucket: "b", key: "k", document: "{}" };
      const { records, objects, table, world, until, pass } = open({ owed: [record], isShared });
      world.isOtherThere = isShared;
      records.start();
      if (isShared) {
        await pass(1_000);
        assert.equal(objects.size, 0);
        world.isOtherThere = false;
        await pass(10_000);
      }
      await until(() => objects.size === 1);
      assert.equal(table.size, 0);
    }
  });

  it("are looked for now and then on a database that is shared, and not at all where nothing can come", async () => {
    for (const isShared of [true, false]) {
      const { records, world, pass } = open({ isShared });
      records.start();
      for (let passed = 0; passed < 60; passed++) await pass(1_000);
      assert.equal(world.looks > 4, isShared);
      await records.close();
      const { looks } = world;
      await pass(60_000);
      assert.equal(world.looks, looks);
    }
  });
});
