import assert from "node:assert/strict";
import { ownNumber, peerNumber, virtualCallTest, type CallKit, type KitOptions } from "../interop/kit.ts";
import { assertConversation, withBarePhones, type BarePhone } from "./bare-phone.ts";
import type { BareDialog } from "./bare-sip.ts";
import { eventLine } from "./flow-lines.ts";

/** Bridges, and hangs up whoever is left when one leg leaves. */
const bridging: KitOptions = {
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     if (event.InvocationEventType === "NEW_INBOUND_CALL") return [{ Type: "CallAndBridge", Parameters: {
       CallerIdNumber: "${ownNumber}",
       Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${peerNumber}" }],
     } }];
     if (event.InvocationEventType === "HANGUP") return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId, SipResponseCode: "0" } }));
     return [];`,
  ],
  config: { sip: { acceptRefer: true } },
};

interface Bridged {
  readonly kit: CallKit;
  readonly caller: BarePhone;
  readonly third: BarePhone;
  readonly call: BareDialog;
  readonly incoming: BareDialog;
  /** URI of the third phone, which has no call. */
  readonly target: string;
}

/** A caller in a bridge with a called phone, and a third phone. */
function transferTest(title: string, body: (at: Bridged) => Promise<void>): void {
  virtualCallTest(title, bridging, async (kit) => {
    await withBarePhones(kit, [{}, {}, {}], async (caller, callee, third) => {
      if (caller === undefined || callee === undefined || third === undefined) return;
      kit.routeTo(callee.sip.address);
      const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
      const incoming = await callee.sip.incoming();
      incoming.respond(200, callee.answerTo(incoming));
      await incoming.until("ACK");
      caller.startWith(await call.until("200 sdp"));
      await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));
      const target = `sip:third@127.0.0.1:${third.sip.address.port}`;
      await body({ kit, caller, third, call, incoming, target });
      await kit.untilEnded();
    });
  });
}

const bridgedEvents = ["NEW_INBOUND_CALL [A -]", "ACTION_SUCCESSFUL CallAndBridge [A Connected, B Connected]"];

// Contract: sip-and-media-transfer
transferTest(
  "the called party of a bridge transfers the caller: the third takes over LEG-B, hears and is heard, and the function hears nothing of it",
  async ({ kit, caller, third, call, incoming, target }) => {
    incoming.refer(target);
    await incoming.until("REFER 202");
    const taking = await third.sip.incoming();
    assert.match(taking.header("From") ?? "", /\+12065550100/);
    taking.respond(180);
    await incoming.until("NOTIFY 180");
    taking.respond(200, third.answerTo(taking));
    await taking.until("ACK");
    await incoming.until("NOTIFY 200");
    await incoming.until("BYE");
    await assertConversation(caller.rtp, third.rtp);
    assert.deepEqual(kit.events().map(eventLine), bridgedEvents);

    taking.bye();
    await call.until("BYE");
    await kit.untilEnded();
    assert.deepEqual(kit.events().slice(2).map(eventLine), [
      "HANGUP LEG-B 0 [A Connected, B Disconnected]",
      "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
    ]);
  },
);

transferTest(
  "a caller that transfers and hangs up at once leaves its leg to the third, and a transferred leg can be transferred on",
  async ({ kit, caller, third, call, incoming, target }) => {
    call.refer(target);
    await call.until("REFER 202");
    call.bye();
    const taking = await third.sip.incoming();
    taking.respond(200, third.answerTo(taking));
    await taking.until("ACK");
    assert.deepEqual(kit.events().map(eventLine), bridgedEvents);

    taking.refer(`sip:caller@127.0.0.1:${caller.sip.address.port}`);
    const back = await caller.sip.incoming();
    back.respond(200, caller.answerTo(back));
    await taking.until("BYE");
    incoming.bye();
    await back.until("BYE");
  },
);

transferTest(
  "a third who refuses changes nothing: the far end is told, and both go on hearing each other",
  async ({ kit, third, call, incoming, target }) => {
    incoming.refer(target);
    const refusing = await third.sip.incoming();
    refusing.respond(486);
    await incoming.until("NOTIFY 486");
    incoming.refer("tel:911");
    await incoming.until("REFER 603");
    assert.deepEqual(kit.events().map(eventLine), bridgedEvents);

    call.bye();
    await incoming.until("BYE");
  },
);

transferTest(
  "a far end that hung up behind its REFER has left when the third refuses, and a leg that ends cancels the third",
  async ({ call, third, incoming, target }) => {
    incoming.refer(target);
    const first = await third.sip.incoming();
    first.respond(180);
    await incoming.until("NOTIFY 180");
    call.bye();
    await first.until("CANCEL");
    await incoming.until("BYE");
  },
);

// Contract: sip-and-media-replaced
transferTest(
  "a third that calls with Replaces takes over LEG-B at once, hears and is heard, and the function hears nothing of it",
  async ({ kit, caller, third, call, incoming }) => {
    const taking = third.sip.invite(kit.address("udp"), "anybody", third.offer(), [`Replaces: ${incoming.replaces()}`]);
    third.startWith(await taking.until("200 sdp"));
    await incoming.until("BYE");
    await assertConversation(caller.rtp, third.rtp);
    assert.deepEqual(kit.events().map(eventLine), bridgedEvents);

    // It is in the place of that leg in all: it transfers, and its end is that of the leg.
    taking.refer("sip:nobody@127.0.0.1:9?Replaces=x%3Bto-tag%3D1");
    await taking.until("REFER 202");
    await taking.until("NOTIFY 503");
    taking.bye();
    await call.until("BYE");
  },
);

transferTest(
  "a third that calls with Replaces and no offer, or with audio that nobody takes, changes nothing before its answer",
  async ({ kit, third, call, incoming }) => {
    const lines = [`Replaces: ${incoming.replaces()}`];
    const strange = third
      .offer()
      .replace("RTP/AVP 0 8", "RTP/AVP 18")
      .replaceAll(/a=rtpmap:[08] .*\r\n/g, "");
    await third.sip.invite(kit.address("udp"), "anybody", strange, lines).until("488");
    assert.deepEqual(incoming.reported, ["ACK"]);

    const taking = third.sip.invite(kit.address("udp"), "anybody", undefined, lines);
    await taking.until("200 sdp");
    // Its ACK has no answer: it has not come into the call.
    await taking.until("BYE");
    await call.until("200 sdp");
    assert.deepEqual(incoming.reported, ["ACK"]);
    call.bye();
    await incoming.until("BYE");
  },
);

virtualCallTest(
  "who is in two calls of this server puts both others together: an attended transfer (RFC 5589 §7)",
  bridging,
  async (kit) => {
    await withBarePhones(kit, [{}, {}, {}, {}], async (one, other, desk, deskToo) => {
      if (one === undefined || other === undefined || desk === undefined || deskToo === undefined) return;
      kit.routeTo(desk.sip.address);
      const first = one.sip.invite(kit.address("udp"), ownNumber, one.offer());
      const firstAtDesk = await desk.sip.incoming();
      firstAtDesk.respond(200, desk.answerTo(firstAtDesk));
      one.startWith(await first.until("200 sdp"));
      kit.routeTo(deskToo.sip.address);
      const second = other.sip.invite(kit.address("udp"), ownNumber, other.offer());
      const secondAtDesk = await deskToo.sip.incoming();
      secondAtDesk.respond(200, deskToo.answerTo(secondAtDesk));
      other.startWith(await second.until("200 sdp"));
      await kit.until(
        "both bridges",
        () => kit.eventTypes().filter((type) => type === "ACTION_SUCCESSFUL").length === 2,
      );

      const { host, port } = kit.address("udp");
      firstAtDesk.refer(`sip:${ownNumber}@${host}:${port}?Replaces=${encodeURIComponent(secondAtDesk.replaces())}`);
      await firstAtDesk.until("NOTIFY 200");
      await Promise.all([firstAtDesk.until("BYE"), secondAtDesk.until("BYE")]);
      await assertConversation(one.rtp, other.rtp);
      assert.equal(kit.events().length, 4, "no function hears of it");

      first.bye();
      await second.until("BYE");
      await kit.untilEnded(2);
    });
  },
);

virtualCallTest(
  "without sip.acceptRefer nobody takes a place in a call: 603, and the call goes on",
  { ...bridging, config: {} },
  async (kit) => {
    await withBarePhones(kit, [{}, {}, {}], async (caller, callee, third) => {
      if (caller === undefined || callee === undefined || third === undefined) return;
      kit.routeTo(callee.sip.address);
      const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
      const incoming = await callee.sip.incoming();
      incoming.respond(200, callee.answerTo(incoming));
      caller.startWith(await call.until("200 sdp"));
      const lines = [`Replaces: ${incoming.replaces()}`];
      await third.sip.invite(kit.address("udp"), ownNumber, third.offer(), lines).until("603");
      incoming.refer("sip:x@127.0.0.1");
      await incoming.until("REFER 405");
      await assertConversation(caller.rtp, callee.rtp);
      call.bye();
      await incoming.until("BYE");
      await kit.untilEnded();
    });
  },
);
