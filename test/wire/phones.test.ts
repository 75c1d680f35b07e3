import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Phone, PhoneOptions } from "../../src/testing/index.ts";
import { tone, toneLevelDbfs } from "../../src/testing/index.ts";
import { ownNumber, virtualCallTest, type CallKit, type KitOptions, type WireAction } from "../interop/kit.ts";
import { createDoorbell, hangUp } from "./call-scene.ts";
import { register } from "./registering.ts";

const deskNumber = "+12065550111";
const desk = { username: "1001", password: "correct-horse" };
const lab = { username: "lab", password: "battery-staple" };
const phones = [
  { name: desk.username, password: desk.password, numbers: [deskNumber] },
  { name: lab.username, password: lab.password, numbers: [deskNumber, "+12065550112"] },
];

const bridgeTo = (Uri: string): WireAction => ({
  Type: "CallAndBridge",
  Parameters: { CallerIdNumber: ownNumber, CallTimeoutSeconds: 10, Endpoints: [{ BridgeEndpointType: "PSTN", Uri }] },
});
const bridging = (uri: string, config: Readonly<Record<string, unknown>> = {}): KitOptions => ({
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
    switch (event.InvocationEventType) {
      case "NEW_INBOUND_CALL": return ${JSON.stringify([bridgeTo(uri)])};
      case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
      case "ACTION_FAILED": return [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
    }`,
  ],
  config: { phones, ...config },
});

/** A caller and two phones of the desk's number, which ring. */
async function withDesk(
  kit: CallKit,
  body: (caller: Phone, one: DeskPhone, other: DeskPhone) => Promise<void>,
): Promise<void> {
  const caller = await kit.openPhone({ user: "+15105550123" });
  const desks = await Promise.all([openDesk(kit, desk), openDesk(kit, lab)]);
  try {
    await body(caller.phone, desks[0]!, desks[1]!);
  } finally {
    await caller.close();
    for (const { close } of desks) await close();
  }
}

type DeskPhone = Awaited<ReturnType<typeof openDesk>>;

async function openDesk(kit: CallKit, account: typeof desk, options: Partial<PhoneOptions> = {}) {
  const doorbell = createDoorbell();
  const opened = await kit.openPhone({ greeting: { type: "ring" }, onCall: doorbell.take, ...options });
  const registered = await register(kit, opened.phone.address, account);
  assert.equal(registered.status, 200);
  return { ...opened, ...registered, next: doorbell.next, account };
}

const dial = (kit: CallKit, caller: Phone, number = ownNumber, more: Parameters<Phone["dial"]>[1] = {}) => {
  const { host, port } = kit.address("udp");
  return caller.dial(`sip:${number}@${host}:${port}`, { from: "+15105550123", ...more });
};

virtualCallTest(
  "a bridge to a number rings all phones that registered with it; the first that answers talks, the other is cancelled (Contract: sip-and-media-phones)",
  bridging(deskNumber),
  async (kit) => {
    await withDesk(kit, async (caller, one, other) => {
      const call = dial(kit, caller);
      const [rings, alsoRings] = await Promise.all([one.next(), other.next()]);

      alsoRings.answer();
      await Promise.all([call.answered, alsoRings.answered]);
      assert.equal((await rings.ended).end.type, "cancelled");
      await Promise.all([call.play(tone(440, 800, -12)), alsoRings.play(tone(880, 800, -12))]);
      assert.ok(toneLevelDbfs(await alsoRings.takeHeard(), 440) > -30);
      assert.ok(toneLevelDbfs(await call.takeHeard(), 880) > -30);
      call.hangUp();
      await alsoRings.ended;
      await kit.untilEnded();

      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
      assert.equal(kit.events()[1]?.CallDetails.Participants[1]?.["To"], deskNumber);
    });
  },
);

virtualCallTest(
  "CreateSipMediaApplicationCall reaches a phone by its number, and one that is busy tells it like any far end",
  { functions: [{}], config: { phones } },
  async (kit) => {
    await withDesk(kit, async (_caller, _desk, other) => {
      await kit.call({ ToPhoneNumber: "+12065550112" });
      (await other.next()).reject(486);
      await kit.untilEnded();

      assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "HANGUP"]);
      assert.equal(kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"], 486);
    });
  },
);

virtualCallTest(
  "a phone is called by its name where that is a short number",
  { functions: [{}], config: { phones } },
  async (kit) => {
    await withDesk(kit, async (_caller, one) => {
      await kit.call({ ToPhoneNumber: "1001" });
      (await one.next()).reject(486);
      await kit.untilEnded();

      assert.equal(kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"], 486);
      assert.equal(kit.events()[0]?.CallDetails.Participants[0]?.["To"], "1001");
    });
  },
);

virtualCallTest(
  "a bridge to a phone that is not registered fails, and its number goes to no rule and no trunk",
  bridging(deskNumber),
  async (kit) => {
    const caller = await kit.openPhone({ user: "+15105550123" });
    kit.routeTo({ transport: "udp", host: "127.0.0.1", port: 9 });
    await dial(kit, caller.phone).ended;
    await kit.untilEnded();

    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(kit.events()[1]?.ActionData?.ErrorType, "CallNotAnswered");
    await caller.close();
  },
);

virtualCallTest(
  "a phone calls with its password, and the function sees its number as the caller, whatever it says; without it gets 401 (Contract: sip-and-media-phone-caller)",
  { functions: [{ NEW_INBOUND_CALL: [hangUp()] }], config: { phones, histories: { write: true, redact: false } } },
  async (kit) => {
    await withDesk(kit, async (caller, one, other) => {
      const { host, port } = kit.address("udp");
      const uri = `sip:${ownNumber}@${host}:${port}`;
      const claim = await dial(kit, caller, ownNumber, { from: "1001" }).ended;
      assert.deepEqual(claim.end, { type: "rejected", status: 401, reason: "Unauthorized" });

      for (const from of ["1001", "+15105550123", "+12065550199"])
        await dial(kit, caller, ownNumber, { from, headers: [one.authorize("INVITE", uri)] }).ended;
      await dial(kit, caller, ownNumber, { from: "+12065550112", headers: [other.authorize("INVITE", uri)] }).ended;
      await kit.untilEnded(4);

      const callers = kit.events().filter(({ Sequence }) => Sequence === 1);
      assert.deepEqual(
        callers.map(({ CallDetails }) => CallDetails.Participants[0]?.["From"]),
        [deskNumber, deskNumber, deskNumber, "+12065550112"],
      );
      const folder = join(kit.folder, ".offhook");
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      const texts = files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name), "latin1"));
      const all = [...(await Promise.all(texts)), ...kit.lines, JSON.stringify(kit.facts)].join("\n");
      assert.match(all, /NEW_INBOUND_CALL/);
      assert.doesNotMatch(all, /correct-horse|battery-staple|Digest username/);
    });
  },
);

virtualCallTest(
  "our own phone registers like any other: it rings, calls by its password, refreshes, and takes its registration back when it closes",
  { functions: [{ NEW_INBOUND_CALL: [hangUp()] }], config: { phones, registrations: { longestSeconds: 60 } } },
  async (kit) => {
    const told: string[] = [];
    const onTold = ({ is }: { readonly is: string }) => void told.push(is);
    const doorbell = createDoorbell();
    const registrar = { ...desk, server: kit.address("udp"), onTold };
    const opened = await kit.openPhone({ greeting: { type: "ring" }, onCall: doorbell.take, registrar });
    await kit.until("the phone is registered", () => kit.server.ledger().registrations === 1);
    await kit.pass(300_000);
    assert.deepEqual([told, kit.server.ledger().registrations], [["registered"], 1]);

    await kit.call({ ToPhoneNumber: deskNumber });
    (await doorbell.next()).reject(486);
    await kit.untilEnded();
    await dial(kit, opened.phone, ownNumber, { from: "1001" }).ended;
    await kit.untilEnded(2);
    assert.equal(kit.events().at(-1)?.CallDetails.Participants[0]?.["From"], deskNumber);

    await opened.close();
    assert.equal(kit.server.ledger().registrations, 0);
  },
);

virtualCallTest(
  "our own phone is told why it is not registered, and tries again later",
  { functions: [{}], config: { phones } },
  async (kit) => {
    const told: string[] = [];
    const onTold = (one: object) => void told.push(JSON.stringify(one));
    const registrar = { username: desk.username, password: "guess", server: kit.address("udp"), onTold };
    const { close } = await kit.openPhone({ registrar });
    await kit.until("it is told", () => told.length > 0);

    assert.match(told[0] ?? "", /"is":"failing","why":"[^"]*401/);
    assert.equal(kit.server.ledger().registrations, 0);
    await close();
  },
);
