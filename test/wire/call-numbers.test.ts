import assert from "node:assert/strict";
import { ownNumber, peerNumber, virtualCallTest, type CallKit } from "../interop/kit.ts";
import type { PhoneCall } from "../../src/testing/index.ts";

/** Calls a second party with the caller's own From, then hangs up whoever is left. */
const givesFromBack = `
  const [caller, ...others] = event.CallDetails.Participants;
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL": return [{ Type: "CallAndBridge", Parameters: { CallerIdNumber: caller.From,
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${peerNumber}" }] } }];
    case "ACTION_SUCCESSFUL":
    case "ACTION_FAILED": return [{ Type: "Hangup" }];
    default: return others.filter(({ Status }) => Status === "Connected")
      .map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
  }`;

/** Calls from each of `froms` in turn; the From of the event, that of LEG-B on the wire, and the called number of the event. */
async function callFrom(kit: CallKit, froms: readonly string[], user: string): Promise<readonly unknown[][]> {
  const caller = await kit.openPhone({});
  const calls: PhoneCall[] = [];
  const called = await kit.openPhone({ onCall: (call) => void calls.push(call) });
  const seen: unknown[][] = [];
  try {
    kit.routeTo(called.phone.address);
    const { host, port } = kit.address("udp");
    for (const from of froms) {
      const before = kit.events().length;
      const call = caller.phone.dial(`sip:${user}@${host}:${port}`, { from });
      await call.ended;
      await kit.untilEnded();
      const [leg] = kit.events()[before]?.CallDetails.Participants ?? [];
      const outcome = kit.events()[before + 1]?.InvocationEventType;
      seen.push([leg?.From, leg?.To, outcome, calls.at(-1)?.remoteUser]);
    }
  } finally {
    await caller.close();
    await called.close();
  }
  return seen;
}

for (const [from, number] of [
  ["sip:+12065550111;verstat=TN-Validation-Passed@carrier.example", "+12065550111"],
  ["sip:+12065550111;cpc=ordinary;oli=00@carrier.example;user=phone", "+12065550111"],
  ["sip:2065550111;phone-context=+1@carrier.example", "+12065550111"],
  ["sip:%2B1-206-555-0111@carrier.example", "+12065550111"],
  ["sip:front%20desk@pbx.example", "front desk"],
  ["sip:%22a%3c%40%23@pbx.example", '"a<@#'],
  ["sip:1001@pbx.example", "1001"],
] as const) {
  // Contract: sip-and-media-number-forms, sip-and-media-number-shown
  virtualCallTest(
    `a caller ${from} is ${number}, and may be shown to a second party`,
    { functions: [givesFromBack] },
    async (kit) => {
      assert.deepEqual(await callFrom(kit, [from], `${ownNumber};npdi;rn=+12065550000`), [
        [number, ownNumber, "ACTION_SUCCESSFUL", number],
      ]);
    },
  );
}

// Contract: sip-and-media-anonymous-caller
virtualCallTest(
  "an anonymous caller is who a server on the way asserts, unless it wants privacy (RFC 3325)",
  { functions: [`return [{ Type: "Hangup" }];`] },
  async (kit) => {
    const caller = await kit.openPhone({});
    const { host, port } = kit.address("udp");
    const identity = { name: "P-Asserted-Identity", value: '"x" <sip:+12065550111;cpc=ordinary@carrier.example>' };
    const privacy = { name: "Privacy", value: "header; id" };
    const remoteParty = (parameters: string) => ({
      name: "Remote-Party-ID",
      value: `"x" <sip:+12065550113@carrier.example>${parameters === "" ? "" : `;${parameters}`}`,
    });
    const seen: unknown[] = [];
    try {
      for (const [from, headers] of [
        ["anonymous", [identity]],
        ["anonymous", [identity, privacy]],
        ["anonymous", []],
        ["unavailable", [{ name: "P-Asserted-Identity", value: "<sip:alice@pbx.example>, <tel:+1-206-555-0112>" }]],
        ["+15105550101", [identity]],
        ["anonymous", [remoteParty("privacy=off;party=calling")]],
        ["anonymous", [remoteParty("party=calling;privacy=full")]],
        ["anonymous", [remoteParty("party=called")]],
        ["anonymous", [remoteParty(""), identity]],
        ["anonymous", [remoteParty(""), privacy]],
      ] as const) {
        const before = kit.events().length;
        await caller.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from, headers }).ended;
        await kit.untilEnded();
        seen.push(kit.events()[before]?.CallDetails.Participants[0]?.["From"]);
      }
    } finally {
      await caller.close();
    }

    assert.deepEqual(seen, [
      ...["+12065550111", "anonymous", "anonymous", "+12065550112", "+15105550101"],
      ...["+12065550113", "anonymous", "anonymous", "+12065550111", "anonymous"],
    ]);
  },
);

const hangsUp = `return event.InvocationEventType === "CALL_ANSWERED" ? [{ Type: "Hangup" }] : [];`;

// Contract: api-call-to, sip-and-media-emergency-numbers, sip-and-media-short-numbers
virtualCallTest(
  "the API refuses emergency numbers, and calls short ones as they are where the trunk takes them",
  { functions: [hangsUp], config: { trunk: { shortNumbers: true } } },
  async (kit) => {
    const called = await kit.openPhone({});
    try {
      kit.routeTo(called.phone.address);
      for (const number of ["911", "112", "999", "+933"]) {
        await assert.rejects(kit.call({ ToPhoneNumber: number }), {
          name: "BadRequestException",
          message: /^ToPhoneNumber cannot be called: \d+ is an emergency number/,
        });
      }
      await kit.call({ ToPhoneNumber: "1001" });
      await kit.untilEnded();

      const invites = kit.trace.filter(({ startLine }) => startLine.startsWith("INVITE "));
      assert.deepEqual([...new Set(invites.map(({ startLine }) => startLine.split("@")[0]))], ["INVITE sip:1001"]);
      assert.equal(kit.events()[0]?.CallDetails.Participants[0]?.["To"], "1001");
    } finally {
      await called.close();
    }
  },
);

// Contract: api-call-to, sip-and-media-short-numbers
virtualCallTest(
  "the API refuses short numbers by name where the trunk takes none",
  { functions: [hangsUp], config: { trunk: { shortNumbers: false } } },
  async (kit) => {
    for (const number of ["1001", "+1001", "5550111"]) {
      await assert.rejects(kit.call({ ToPhoneNumber: number }), {
        name: "BadRequestException",
        message: /is a short number, and the trunk takes none \(trunk\.shortNumbers\)/,
      });
    }
  },
);
