import assert from "node:assert/strict";
import {
  ownNumber,
  peerNumber,
  virtualCallTest,
  type CallKit,
  type KitOptions,
  type WireAction,
} from "../interop/kit.ts";
import type { PhoneCall, SipAddress } from "../../src/testing/index.ts";
import type { OpenedPhone } from "./call-phone.ts";
import { createDoorbell } from "./call-scene.ts";

const at = (port: number) => ({ transport: "udp", host: "127.0.0.1", port }) as const;
const [silent, broken, good, registrar] = [at(7101), at(7102), at(7103), at(7104)];
const uriOf = ({ host, port }: SipAddress) => `sip:${host}:${port}`;

const bridge: WireAction = {
  Type: "CallAndBridge",
  Parameters: {
    CallerIdNumber: ownNumber,
    CallTimeoutSeconds: 10,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: peerNumber }],
  },
};
const bridging = (trunks: Readonly<Record<string, unknown>>): KitOptions => ({
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return ${JSON.stringify([bridge])};
       case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
       case "ACTION_FAILED": return [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
       default: return [];
     }`,
  ],
  config: { trunks },
});

/** A trunk that gets messages and answers what `reply` says, if anything. */
async function openRaw(kit: CallKit, { host, port }: SipAddress, reply: (message: string) => string | undefined) {
  const inbox: string[] = [];
  const socket = await kit.world.network.openDatagram(host, port, (bytes, from, fromPort) => {
    const message = bytes.toString();
    inbox.push(message);
    const text = reply(message);
    if (text === undefined) return;
    const copied = message.split("\r\n").filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const lines = [
      `SIP/2.0 ${text.split("\r\n")[0]}`,
      ...copied.map((line) => (/^to:/i.test(line) ? `${line};tag=t` : line)),
    ];
    const rest = text.split("\r\n").slice(1);
    socket.send(
      Buffer.from([...lines, ...rest, "Content-Length: 0", "", ""].join("\r\n")),
      from,
      fromPort,
      () => undefined,
    );
  });
  return { inbox, close: () => socket.close() };
}

/** Calls the server, as somebody with this number. */
function dialIn(kit: CallKit, { phone }: OpenedPhone, user = ownNumber, from = "+15105550123"): PhoneCall {
  const { host, port } = kit.address("udp");
  return phone.dial(`sip:${user}@${host}:${port}`, { from });
}

/** The status by which a call is refused. */
async function statusOf(call: PhoneCall): Promise<number | undefined> {
  const { end } = await call.ended;
  return end.type === "rejected" ? end.status : undefined;
}

const invitesTo = (kit: CallKit) =>
  kit.trace
    .filter(({ direction, method, startLine, isRetransmission }) => {
      return direction === "sent" && method === "INVITE" && startLine.startsWith("INVITE") && !isRetransmission;
    })
    .map(({ peer }) => peer.port);

// Contract: sip-and-media-trunk-order, sip-and-media-silent-address, sip-and-media-connector-failover
virtualCallTest(
  "a call goes on from a trunk that says nothing to one that answers 503 to one that answers, within the time of its action; the function sees one leg",
  bridging({
    first: { address: uriOf(silent), priority: 1 },
    second: { address: uriOf(broken), priority: 2 },
    third: { address: uriOf(good), priority: 3, callerId: { form: "digits", identity: "P-Asserted-Identity" } },
    never: { address: uriOf(silent), prefixes: ["+44"] },
  }),
  async (kit) => {
    const doorbell = createDoorbell();
    const mute = await openRaw(kit, silent, () => undefined);
    const phones = [
      await kit.openPhone({ listen: broken, greeting: { type: "reject", status: 503 } }),
      await kit.openPhone({ listen: good, onCall: doorbell.take }),
    ];
    const caller = await kit.openPhone({ user: "+15105550123" });
    try {
      const call = dialIn(kit, caller);
      const rung = await doorbell.next();
      await call.answered;
      call.hangUp();
      await rung.ended;
      await kit.untilEnded();

      assert.deepEqual(invitesTo(kit), [silent.port, broken.port, good.port]);
      const header = (name: string) => rung.headers.find((each) => each.name === name)?.value;
      assert.match(header("From") ?? "", /^<sip:12065550100@/);
      assert.equal(header("P-Asserted-Identity"), "<sip:12065550100@127.0.0.1>");
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
    } finally {
      mute.close();
      for (const each of [caller, ...phones]) await each.close();
    }
  },
);

// Contract: sip-and-media-trunk-down
virtualCallTest(
  "when all trunks have failed the action fails as when nobody answers; what is down is not called any more, and that is said",
  bridging({ only: { address: uriOf(silent) } }),
  async (kit) => {
    const mute = await openRaw(kit, silent, () => undefined);
    const caller = await kit.openPhone({ user: "+15105550123" });
    try {
      const calls = [1, 2, 3].map(() => dialIn(kit, caller));
      await kit.until("the trunk is down", () => kit.server.ledger().trunks["only"]?.state === "down");
      calls.push(dialIn(kit, caller));
      for (const call of calls) assert.equal(await statusOf(call), 486);
      await kit.untilEnded(4);
      const failed = kit.events().filter(({ InvocationEventType }) => InvocationEventType === "ACTION_FAILED");
      assert.deepEqual(
        failed.map(({ ActionData }) => ActionData?.ErrorType),
        ["SystemException", "CallNotAnswered", "CallNotAnswered", "CallNotAnswered"],
      );
      assert.equal(kit.server.ledger().trunks["only"]?.state, "down");
      assert.match(
        JSON.stringify(kit.facts),
        /all that take calls to \+15105550101 are down: only \(no response within 4 s/,
      );
      assert.equal(invitesTo(kit).length, 3);
    } finally {
      mute.close();
      await caller.close();
    }
  },
);

// Contract: sip-and-media-trunk-registration, sip-and-media-trunk-username, sip-and-media-trunk-numbers-only
virtualCallTest(
  "a server registers at its trunk with a password, takes calls for its user name there, refuses those for other numbers, and leaves at the end",
  {
    functions: [{ NEW_INBOUND_CALL: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] }],
    config: {
      trunks: {
        carrier: {
          ...{ address: uriOf(registrar), domain: "carrier.example.com", username: "u1001", password: "hunter2" },
          ...{ register: true, registerSeconds: 600, numbers: [ownNumber], country: "1", nationalPrefix: "1" },
        },
      },
    },
  },
  async (kit) => {
    const server = await openRaw(kit, registrar, (message) => {
      if (!message.startsWith("REGISTER")) return undefined;
      if (!message.includes("Authorization:"))
        return '401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"';
      return "200 OK\r\nExpires: 300";
    });
    await kit.until("it is registered", () => kit.server.ledger().trunks["carrier"]?.isRegistered === true);
    const caller = await kit.openPhone({ user: "5105550123" });
    try {
      const [first = "", second = ""] = server.inbox;
      assert.match(first, /^REGISTER sip:carrier\.example\.com SIP/);
      assert.match(second, /^To: <sip:u1001@carrier\.example\.com>\r$/m);
      assert.match(second, /^Contact: <sip:u1001@127\.0\.0\.1:\d+>\r$/m);

      const call = (user: string) => statusOf(dialIn(kit, caller, user, "5105550123"));
      assert.equal(await call("u1001"), 486);
      await kit.untilEnded();
      assert.deepEqual(
        [kit.events()[0]?.CallDetails.Participants[0]?.["To"], kit.events()[0]?.CallDetails.Participants[0]?.["From"]],
        [...[ownNumber, "+15105550123"]],
      );
      assert.equal(await call("+12065550999"), 404);
      assert.deepEqual(kit.server.ledger().refusals, { declined: 1, "not-of-trunk": 1 });
      await kit.pass(300_000);
      assert.equal(server.inbox.filter((message) => message.startsWith("REGISTER")).length, 3, "it was refreshed once");
      await kit.server.close();
      assert.match(server.inbox.at(-1) ?? "", /^Expires: 0\r$/m);
    } finally {
      server.close();
      await caller.close();
    }
  },
);

// Contract: sip-and-media-trunk-limits
virtualCallTest(
  "a trunk that has all its calls gets 503 with Retry-After for one more",
  {
    functions: [{ NEW_INBOUND_CALL: [{ Type: "Pause", Parameters: { DurationInMilliseconds: 5_000 } }] }],
    config: { trunks: { carrier: { address: "sip:192.0.2.1", sources: ["127.0.0.0/8"], maxCalls: 1 } } },
  },
  async (kit) => {
    const caller = await kit.openPhone({ user: "+15105550123" });
    try {
      const first = dialIn(kit, caller);
      await kit.until("the first call is there", () => kit.eventTypes().length > 0);
      assert.equal(await statusOf(dialIn(kit, caller)), 503);
      assert.deepEqual(kit.server.ledger().refusals, { "trunk-full": 1 });
      first.hangUp();
      await kit.untilEnded();
    } finally {
      await caller.close();
    }
  },
);
