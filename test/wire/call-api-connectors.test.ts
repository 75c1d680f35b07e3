import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import { ownNumber, virtualCallTest, type CallKit } from "../interop/kit.ts";
import { createDoorbell } from "./call-scene.ts";

const equipment = { transport: "udp", host: "127.0.0.1", port: 7011 } as const;

/** Bridges a caller to the connector that a header of the INVITE names, or refuses with 486 when there is none. */
const functions = [
  `const [caller, ...others] = event.CallDetails.Participants;
   const Arn = Object.entries(caller.SipHeaders ?? {}).find(([name]) => name.toLowerCase() === "x-connector")?.[1];
   const bridge = { CallerIdNumber: "${ownNumber}", Endpoints: [{ BridgeEndpointType: "AWS", Arn, Uri: "5550" }] };
   switch (event.InvocationEventType) {
     case "NEW_INBOUND_CALL":
       return Arn === undefined ? [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] : [{ Type: "CallAndBridge", Parameters: bridge }];
     case "HANGUP":
       return [caller, ...others].filter(({ Status }) => Status === "Connected").map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
     case "ACTION_FAILED": return [{ Type: "Hangup", Parameters: { SipResponseCode: "480" } }];
     default: return [];
   }`,
];

/** Runs with a client of the API, whose requests take no virtual time. */
async function withClient(kit: CallKit, body: (scene: Scene) => Promise<void>): Promise<void> {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const client = new sdk.ChimeSDKVoiceClient({ region: "us-east-1", endpoint: kit.server.apiUrl, credentials });
  try {
    await body(sceneOf(kit, client));
  } finally {
    client.destroy();
  }
}

interface Connector {
  readonly id: string;
  readonly arn: string;
  readonly host: string;
}

interface Scene {
  /** Sends requests to the API. */
  readonly api: <Out>(work: (client: sdk.ChimeSDKVoiceClient) => Promise<Out>) => Promise<Out>;
  makeConnector(): Promise<Connector>;
  originate(id: string, port: number, isDisabled?: boolean): Promise<unknown>;
  /** Calls, and gives "rings" when the equipment rang, else the status. */
  call(user: string, host: string | undefined, from?: string, arn?: string): Promise<string>;
}

function sceneOf(kit: CallKit, client: sdk.ChimeSDKVoiceClient): Scene {
  const api: Scene["api"] = (work) => kit.world.during(work(client));
  return {
    api,
    async makeConnector() {
      const request = { Name: "pbx", RequireEncryption: false };
      const { VoiceConnector } = await api((to) => to.send(new sdk.CreateVoiceConnectorCommand(request)));
      const {
        VoiceConnectorId: id = "",
        VoiceConnectorArn: arn = "",
        OutboundHostName: host = "",
      } = VoiceConnector ?? {};
      return { id, arn, host };
    },
    originate: (VoiceConnectorId, Port, Disabled = false) => {
      const Origination = { Routes: [{ Host: "127.0.0.1", Port, Protocol: "UDP" as const }], Disabled };
      return api((to) => to.send(new sdk.PutVoiceConnectorOriginationCommand({ VoiceConnectorId, Origination })));
    },
    async call(user, host, from = "+15105550123", arn) {
      const doorbell = createDoorbell();
      const phone = await kit.openPhone({ listen: equipment, onCall: doorbell.take });
      const caller = await kit.openPhone({ user: from });
      try {
        const server = kit.address("udp");
        const uri = `sip:${user}@${host ?? `${server.host}:${server.port}`}`;
        const headers = arn === undefined ? [] : [{ name: "X-Connector", value: arn }];
        const call = caller.phone.dial(uri, { from, headers, nextHop: server });
        void doorbell.next().then(async () => {
          await call.answered;
          call.hangUp();
        });
        const { end, answered } = await call.ended;
        if (answered) return "rings";
        return "status" in end ? String(end.status) : end.type;
      } finally {
        await caller.close();
        await phone.close();
      }
    },
  };
}

// Contract: api-connectors-take-part
virtualCallTest(
  "a connector made by the API takes part in calls at once: by its ARN where its origination leads, nowhere when that is disabled or deleted",
  { functions },
  async (kit) =>
    withClient(kit, async ({ api, makeConnector, originate, call }) => {
      const connector = await makeConnector();
      const other = await makeConnector();
      await originate(other.id, 9);
      const bridge = (arn: string) => call(ownNumber, undefined, undefined, arn);

      assert.equal(await bridge(connector.arn), "480");
      await originate(connector.id, equipment.port);
      assert.equal(await bridge(connector.arn), "rings");
      await originate(connector.id, equipment.port, true);
      assert.equal(await bridge(connector.arn), "480");

      await originate(connector.id, equipment.port);
      const VoiceConnectorItems = [
        { VoiceConnectorId: other.id, Priority: 1 },
        { VoiceConnectorId: connector.id, Priority: 2 },
      ];
      const group = await api((to) =>
        to.send(new sdk.CreateVoiceConnectorGroupCommand({ Name: "g", VoiceConnectorItems })),
      );
      assert.equal(await bridge(group.VoiceConnectorGroup?.VoiceConnectorGroupArn ?? ""), "rings");
      await api((to) => to.send(new sdk.DeleteVoiceConnectorOriginationCommand({ VoiceConnectorId: connector.id })));
      assert.equal(await bridge(connector.arn), "480");
    }),
);

// Contract: api-number-orders, api-deletion-queue, api-call-from-inventory
virtualCallTest(
  "calls may come from a number as soon as it is ordered, and no more when it is deleted",
  { functions, config: { numberPool: ["+12065550150"] } },
  async (kit) =>
    withClient(kit, async ({ api }) => {
      const phone = await kit.openPhone({ listen: equipment, greeting: { type: "reject", status: 486 } });
      kit.routeTo(equipment);
      const number = "+12065550150";
      const order = { ProductType: "SipMediaApplicationDialIn" as const, E164PhoneNumbers: [number] };
      const place = () => kit.call({ FromPhoneNumber: number });

      await assert.rejects(place(), /not in the number inventory/);
      await api((to) => to.send(new sdk.CreatePhoneNumberOrderCommand(order)));
      await place();
      await kit.untilEnded();
      await api((to) => to.send(new sdk.DeletePhoneNumberCommand({ PhoneNumberId: number })));
      await assert.rejects(place(), /not in the number inventory/);
      await phone.close();
    }),
);

// Contract: records-connector-details, records-media-quality, sip-and-media-connector-number
virtualCallTest(
  "a call to a number of a connector has one record, and the log of its audio where that is switched on",
  { functions, config: { numberPool: ["+12065550150"], messageLogs: { folder: "logs-here" } } },
  async (kit) =>
    withClient(kit, async ({ api, makeConnector, originate }) => {
      const { id: VoiceConnectorId } = await makeConnector();
      await originate(VoiceConnectorId, equipment.port);
      const number = "+12065550150";
      const order = { ProductType: "VoiceConnector" as const, E164PhoneNumbers: [number] };
      await api((to) => to.send(new sdk.CreatePhoneNumberOrderCommand(order)));
      const association = { VoiceConnectorId, E164PhoneNumbers: [number], ForceAssociate: false };
      await api((to) => to.send(new sdk.AssociatePhoneNumbersWithVoiceConnectorCommand(association)));
      const bucket = { VoiceConnector: { CdrBucket: "my-cdrs" } };
      await api((to) => to.send(new sdk.UpdateGlobalSettingsCommand(bucket)));
      const LoggingConfiguration = { EnableMediaMetricLogs: true };
      const logging = { VoiceConnectorId, LoggingConfiguration };
      await api((to) => to.send(new sdk.PutVoiceConnectorLoggingConfigurationCommand(logging)));

      const doorbell = createDoorbell();
      const desk = await kit.openPhone({ listen: equipment, onCall: doorbell.take });
      const caller = await kit.openPhone({ user: "+15105550123" });
      const { host, port } = kit.address("udp");
      const call = caller.phone.dial(`sip:${number}@${host}:${port}`, { from: "+15105550123" });
      const incoming = await doorbell.next();
      await Promise.all([call.answered, incoming.answered]);
      await kit.pass(63_500);
      call.hangUp();
      await incoming.ended;
      await kit.pass(3_000);
      const read = async (folder: string) => {
        const files = await readdir(join(kit.folder, folder), { recursive: true, withFileTypes: true }).catch(() => []);
        const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
        const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
        return { paths, lines: texts.flatMap((text) => text.split("\n").filter((line) => line !== "")) };
      };
      await kit.until("the record is there", async () => (await read("objects/my-cdrs")).lines.length > 0);

      const records = await read("objects/my-cdrs");
      assert.equal(records.paths.length, 1, records.paths.join(" "));
      assert.match(records.paths[0] ?? "", new RegExp(`/Amazon-Chime-Voice-Connector-CDRs/json/${VoiceConnectorId}/`));
      const record = JSON.parse(records.lines[0] ?? "") as Record<string, unknown>;
      assert.deepEqual(
        [record["Status"], record["CallId"], record["BillableDurationSeconds"], record["DestinationPhoneNumber"]],
        ["Completed", incoming.sipCallId, 64, number],
      );
      const logs = await read("logs-here");
      assert.match(logs.paths[0] ?? "", new RegExp(`/aws/ChimeVoiceConnectorLogs/${VoiceConnectorId}/`));
      const [minute, rest] = logs.lines.map((line) => JSON.parse(line) as Record<string, number>);
      assert.equal(logs.lines.length, 2);
      for (const pair of ["cust2vc", "vc2cust", "rem2vc", "vc2rem"]) {
        const [packets = 0, bytes] = [minute?.[`${pair}_rtp_packets`], minute?.[`${pair}_rtp_bytes`]];
        assert.ok(packets > 2_950 && packets < 3_010, `${pair}: ${packets}`);
        assert.equal(bytes, packets * 172);
        assert.ok((minute?.[`${pair}_rtcp_packets`] ?? 0) > 5, `${pair}: ${JSON.stringify(minute)}`);
        assert.ok((rest?.[`${pair}_rtp_packets`] ?? 0) < 250, pair);
      }
      assert.ok((minute?.["mos_btwn_vc_and_cust"] ?? 0) > 4.3);
      await caller.close();
      await desk.close();
    }),
);

// Contract: api-termination-lets-in, api-termination-health
virtualCallTest(
  "a call to the host of a connector comes in as its termination says, and its rule takes it",
  { functions },
  async (kit) =>
    withClient(kit, async ({ api, makeConnector, call }) => {
      const { id: VoiceConnectorId, host } = await makeConnector();
      const [application] =
        (await api((to) => to.send(new sdk.ListSipMediaApplicationsCommand({})))).SipMediaApplications ?? [];
      const TargetApplications = [{ SipMediaApplicationId: application?.SipMediaApplicationId ?? "" }];
      const rule = {
        Name: "by host",
        TriggerType: "RequestUriHostname" as const,
        TriggerValue: host,
        TargetApplications,
      };
      await api((to) => to.send(new sdk.CreateSipRuleCommand(rule)));
      const terminate = (changes: Partial<sdk.Termination> = {}) => {
        const Termination = { CallingRegions: ["US"], CidrAllowedList: ["127.0.0.0/8"], CpsLimit: 100, ...changes };
        return api((to) => to.send(new sdk.PutVoiceConnectorTerminationCommand({ VoiceConnectorId, Termination })));
      };

      assert.equal(await call("5550", host), "403");
      await terminate();
      assert.equal(await call("5550", host), "486");
      assert.equal(await call("+12065550177", host), "486");
      assert.equal(await call("+442079460000", host), "403");
      await terminate({ Disabled: true });
      assert.equal(await call("5550", host), "403");
      await terminate({ CidrAllowedList: ["192.0.2.0/24"] });
      assert.equal(await call("5550", host), "403");
      await terminate({ CidrAllowedList: ["192.0.2.0/24", "127.0.0.1/32"], DefaultPhoneNumber: ownNumber });
      assert.equal(await call("5550", host, "1001"), "486");
      const begun = kit.events().findLast(({ InvocationEventType: type }) => type === "NEW_INBOUND_CALL");
      assert.equal(begun?.CallDetails.Participants[0]?.["From"], ownNumber);

      const Credentials = [{ Username: "pbx", Password: "secret" }];
      await api((to) =>
        to.send(new sdk.PutVoiceConnectorTerminationCredentialsCommand({ VoiceConnectorId, Credentials })),
      );
      // Who proves an account is let in: src/sip/agent/trunk-callers.test.ts.
      assert.equal(await call("5550", host), "401");
      const Usernames = ["pbx"];
      await api((to) =>
        to.send(new sdk.DeleteVoiceConnectorTerminationCredentialsCommand({ VoiceConnectorId, Usernames })),
      );

      assert.equal(await call("5550", host), "486");

      await terminate({ CpsLimit: 1 });
      await kit.pass(1_000);
      assert.deepEqual([await call("5550", host), await call("5550", host)], ["486", "503"]);
      const causes = kit.server.ledger().refusals;
      assert.deepEqual([causes["connector-closed"], causes["trunk-full"]], [4, 1]);
    }),
);

// Contract: sip-and-media-connector-number
virtualCallTest(
  "a call to a number of a connector or group rings its equipment, from outside and from a function, as long as it belongs there",
  { functions, config: { numberPool: ["+12065550150"] } },
  async (kit) =>
    withClient(kit, async ({ api, makeConnector, originate, call }) => {
      const number = "+12065550150";
      const order = { ProductType: "VoiceConnector" as const, E164PhoneNumbers: [number] };
      const { id: VoiceConnectorId } = await makeConnector();
      await originate(VoiceConnectorId, equipment.port);
      const own = { VoiceConnectorId, E164PhoneNumbers: [number] };
      const begun = () => kit.events().length;

      assert.equal(await call(number, undefined), "404");
      await api((to) => to.send(new sdk.CreatePhoneNumberOrderCommand(order)));
      assert.equal(await call(number, undefined), "404");
      await api((to) => to.send(new sdk.AssociatePhoneNumbersWithVoiceConnectorCommand(own)));
      const before = begun();
      assert.equal(await call(number, undefined), "rings");
      assert.equal(begun(), before, "no function is asked");

      const phone = await kit.openPhone({ listen: equipment, greeting: { type: "reject", status: 486 } });
      await kit.call({ ToPhoneNumber: number });
      await kit.until("the end of the leg", () => kit.events().at(-1)?.InvocationEventType === "HANGUP");
      assert.equal(kit.events().at(-1)?.ActionData?.Parameters?.["SipResponseCode"], 486);
      await phone.close();

      await api((to) => to.send(new sdk.DisassociatePhoneNumbersFromVoiceConnectorCommand(own)));
      assert.equal(await call(number, undefined), "404");
      const items = [{ VoiceConnectorId, Priority: 1 }];
      const { VoiceConnectorGroup: group } = await api((to) =>
        to.send(new sdk.CreateVoiceConnectorGroupCommand({ Name: "g", VoiceConnectorItems: items })),
      );
      const { VoiceConnectorGroupId = "" } = group ?? {};
      const ofGroup = { VoiceConnectorGroupId, E164PhoneNumbers: [number] };
      await api((to) => to.send(new sdk.AssociatePhoneNumbersWithVoiceConnectorGroupCommand(ofGroup)));
      assert.equal(await call(number, undefined), "rings");
      await originate(VoiceConnectorId, equipment.port, true);
      assert.equal(await call(number, undefined), "480");
    }),
);
