import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownNumber, peerNumber, virtualCallTest, type CallKit } from "../interop/kit.ts";
import { createDoorbell } from "./call-scene.ts";

const bridging = `
  const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL": return [{ Type: "CallAndBridge", Parameters: {
      CallerIdNumber: ${JSON.stringify(ownNumber)}, Endpoints: [{ BridgeEndpointType: "PSTN", Uri: ${JSON.stringify(peerNumber)} }] } }];
    case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
    default: return [];
  }`;

const put = (kit: CallKit, path: string, body: object) =>
  kit.world.during(
    fetch(`${kit.server.apiUrl}${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
const setBucket = (kit: CallKit, VoiceConnector: object) => put(kit, "/settings", { VoiceConnector });

/** The objects of a bucket, by their keys. */
async function objectsOf(kit: CallKit, bucket: string): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const folder = join(kit.folder, "objects", bucket);
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const keys = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const read = async (path: string) =>
    [path.slice(folder.length + 1), JSON.parse(await readFile(path, "utf8")) as Record<string, string>] as const;
  return new Map(await Promise.all(keys.map(read)));
}

/** A caller who is bridged with another party, and hangs up. */
async function bridgedCall(kit: CallKit): Promise<void> {
  const doorbell = createDoorbell();
  const caller = await kit.openPhone({ user: "+15105550123" });
  const callee = await kit.openPhone({ onCall: doorbell.take });
  kit.routeTo(callee.phone.address);
  const { host, port } = kit.address("udp");
  const call = caller.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: "+15105550123" });
  const incoming = await doorbell.next();
  await Promise.all([call.answered, incoming.answered]);
  await kit.pass(2_500);
  call.hangUp();
  await incoming.ended;
  await kit.untilEnded();
  await caller.close();
  await callee.close();
}

virtualCallTest(
  "each leg of a call has its record in the bucket of UpdateGlobalSettings, as long as one is set (Contract: records-details, records-details-bucket)",
  { functions: [bridging], config: { store: { redactCalls: true } } },
  async (kit) => {
    assert.equal((await setBucket(kit, { CdrBucket: "my-cdrs" })).status, 204);
    await bridgedCall(kit);
    await kit.until("both records are there", async () => (await objectsOf(kit, "my-cdrs")).size === 2);

    const objects = [...(await objectsOf(kit, "my-cdrs"))].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, { SipApplicationId, TransactionId }] of objects)
      assert.match(
        key,
        new RegExp(
          `^Amazon-Chime-SMADRs/json/${SipApplicationId}/\\d{4}/\\d\\d/\\d\\d/\\d\\d\\.\\d\\d\\.\\d\\d\\.\\d{3}_${TransactionId}$`,
        ),
      );
    assert.deepEqual(
      objects.map(([, one]) => [
        ...[one["Direction"], one["SourcePhoneNumber"], one["DestinationPhoneNumber"], one["CallLegTriggerType"]],
        ...[one["Status"], one["BillableDurationSeconds"]],
      ]),
      [
        ["Inbound", "15105550123", ownNumber.slice(1), "ToPhoneNumber", "Completed", "3"],
        ["Outbound", ownNumber.slice(1), peerNumber.slice(1), "CallAndBridge", "Completed", "3"],
      ],
    );

    assert.equal((await setBucket(kit, {})).status, 204);
    await bridgedCall(kit);
    await kit.pass(5_000);
    assert.equal((await objectsOf(kit, "my-cdrs")).size, 2);

    // What is kept of the calls themselves has stand-ins, and no words that could name anybody.
    const ask = async (path: string) => {
      const response = await kit.world.during(fetch(`${kit.server.apiUrl}/offhook/v1${path}`));
      return kit.world.during(response.text());
    };
    const { calls } = JSON.parse(await ask("/calls?state=ended")) as { calls: { id: string; isRedacted: boolean }[] };
    assert.deepEqual(
      calls.map(({ isRedacted }) => isRedacted),
      [true, true],
    );
    const dialogs = new Set(kit.trace.map(({ sipCallId }) => sipCallId));
    assert.equal(dialogs.size, 4);
    for (const dialog of dialogs) {
      const found = JSON.parse(await ask(`/calls?state=ended&id=${dialog}`)) as { calls: object[] };
      assert.equal(found.calls.length, 1, "a call is found by a Call-ID that is not kept");
    }
    const detail = await ask(`/calls/${calls[0]?.id}`);
    for (const dialog of dialogs) assert.ok(!detail.includes(dialog), detail);
    for (const secret of ["5105550123", ownNumber.slice(2), peerNumber.slice(2)])
      assert.ok(!detail.includes(secret), `${secret} is in ${detail}`);
    assert.match(
      detail,
      /"sentence":"LEG-A left first \(hung up by the far end\)\. The application hung up, 2\.5 s after/,
    );
  },
);

virtualCallTest(
  "messages of an application are logged from the moment that the API says so, until it says otherwise (Contract: records-message-logs-switched)",
  { functions: [bridging], config: { messageLogs: { folder: "logs-here" }, store: { redactCalls: false } } },
  async (kit) => {
    const logs = join(kit.folder, "logs-here");
    const folders = () => readdir(logs, { recursive: true }).catch(() => []);
    const { apiUrl } = kit.server;
    const listed = await kit.world.during(fetch(`${apiUrl}/sip-media-applications`));
    const { SipMediaApplications } = (await kit.world.during(listed.json())) as {
      SipMediaApplications: readonly { SipMediaApplicationId: string }[];
    };
    const id = SipMediaApplications[0]?.SipMediaApplicationId ?? "";
    const turn = (EnableSipMediaApplicationMessageLogs: boolean) =>
      put(kit, `/sip-media-applications/${id}/logging-configuration`, {
        SipMediaApplicationLoggingConfiguration: { EnableSipMediaApplicationMessageLogs },
      });
    await bridgedCall(kit);
    assert.deepEqual(await folders(), []);

    assert.equal((await turn(true)).status, 200);
    await bridgedCall(kit);
    await kit.pass(1_000);
    const [file = ""] = (await folders()).filter((name) => name.endsWith(".jsonl"));
    assert.match(file, new RegExp(`^aws/ChimeSipMediaApplicationSipMessages/${id}/\\d{4}-\\d\\d-\\d\\d\\.jsonl$`));
    const read = async () => {
      const text = await readFile(join(logs, file), "utf8");
      return text
        .split("\n")
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { sip_message: string }).sip_message);
    };
    const messages = await read();
    const begins = (start: string) => messages.filter((text) => text.startsWith(start)).length;
    assert.deepEqual([begins("INVITE sip:"), begins("BYE sip:")], [2, 2], messages.join("\n"));

    assert.equal((await turn(false)).status, 200);
    await bridgedCall(kit);
    await kit.pass(1_000);
    assert.equal((await read()).length, messages.length);

    // The second call is found by what its far ends know of it.
    const ask = async <Answer>(path: string) => {
      const response = await kit.world.during(fetch(`${apiUrl}/offhook/v1${path}`));
      return (await kit.world.during(response.json())) as Answer;
    };
    const find = async (words: string) =>
      (await ask<{ calls: { id: string }[] }>(`/calls?${words}`)).calls.map((call) => call.id);
    const [, second = ""] = await find("state=ended");
    const { legs, steps } = await ask<{
      legs: { participantTag: string; callId: string; sipStatus: number; sipCallId: string }[];
      steps: { what: string }[];
    }>(`/calls/${second}`);
    assert.deepEqual(
      legs.map(({ participantTag, sipStatus }) => [participantTag, sipStatus]),
      [
        ["LEG-A", 200],
        ["LEG-B", 200],
      ],
    );
    const dialogs = messages
      .filter((text) => text.startsWith("BYE"))
      .map((text) => /^Call-ID: (.*)\r$/im.exec(text)?.[1]);
    assert.deepEqual(new Set(legs.map(({ sipCallId }) => sipCallId)), new Set(dialogs));
    assert.equal(steps.filter(({ what }) => what === "dialled").length, 1);
    for (const { callId, sipCallId } of legs)
      for (const name of [callId, sipCallId, second.slice(0, 12)]) {
        assert.deepEqual(await find(`state=ended&id=${encodeURIComponent(name)}`), [second], name);
        assert.deepEqual(await find(`state=all&text=${encodeURIComponent(name)}`), [second], name);
        assert.deepEqual(await find(`state=live&id=${encodeURIComponent(name)}`), [], name);
      }
  },
);
