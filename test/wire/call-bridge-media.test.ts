import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { callTest, ownNumber, peerNumber, virtualCallTest, type CallKit, type KitOptions } from "../interop/kit.ts";
import { createOffer } from "../../src/sdp/index.ts";
import { concatPcm, pcmFromSamples, silence, tone, toneLevelDbfs } from "../../src/testing/index.ts";
import {
  assertConversation,
  assertTone,
  listen,
  withBarePhones,
  type BarePhone,
  type BarePhoneOptions,
} from "./bare-phone.ts";
import { openBareSip, type BareDialog } from "./bare-sip.ts";
import { until } from "./function-kit.ts";

/** Bridges, and hangs up whoever is left when one leg leaves. */
const bridging: KitOptions = {
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return [{ Type: "CallAndBridge", Parameters: {
         CallerIdNumber: "${ownNumber}",
         Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${peerNumber}" }],
       } }];
       case "ACTION_SUCCESSFUL": return event.ActionData.Type !== "CallAndBridge" ? [] : [{
         Type: "ReceiveDigits",
         Parameters: {
           InputDigitsRegex: "^[0-9]$",
           InBetweenDigitsDurationInMilliseconds: 100,
           FlushDigitsDurationInMilliseconds: 2000,
         },
       }];
       case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
       default: return [];
     }`,
  ],
};

interface Bridged {
  readonly caller: BarePhone;
  readonly callee: BarePhone;
  /** Not in the call. */
  readonly spare: BarePhone;
  readonly call: BareDialog;
  readonly incoming: BareDialog;
}

/** Two phones in a bridge, and a third that has no call. */
async function scene(
  kit: CallKit,
  [callerOptions, calleeOptions, spareOptions = callerOptions]: readonly [
    BarePhoneOptions,
    BarePhoneOptions,
    BarePhoneOptions?,
  ],
  body: (at: Bridged) => Promise<void>,
): Promise<void> {
  await withBarePhones(kit, [callerOptions, calleeOptions, spareOptions], async (caller, callee, spare) => {
    if (caller === undefined || callee === undefined || spare === undefined) return;
    kit.routeTo(callee.sip.address);
    const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
    const incoming = await callee.sip.incoming();
    incoming.respond(200, callee.answerTo(incoming));
    await incoming.until("ACK");
    caller.startWith(await call.until("200 sdp"));
    await kit.until("the bridge", () => kit.eventTypes().filter((type) => type === "ACTION_SUCCESSFUL").length === 2);
    await body({ caller, callee, spare, call, incoming });
    call.bye();
    await incoming.until("BYE");
    await kit.untilEnded();
  });
}

const longPackets = (sdp: string) => sdp.replace("a=ptime:20", "a=ptime:40");
const withoutEvents = (sdp: string) =>
  sdp.replace(" 101\r\n", "\r\n").replaceAll(/a=(rtpmap|fmtp):101 [^\r]*\r\n/g, "");

for (const [what, options] of [
  ["PCMU and PCMA", [{ codecs: ["PCMU"] }, { codecs: ["PCMA"] }]],
  ["G722 and PCMU", [{ codecs: ["G722"] }, { codecs: ["PCMU"] }]],
  ["packets of 40 and 20 ms, PCMA and PCMU", [{ edit: longPackets, codecs: ["PCMA"] }, { codecs: ["PCMU"] }]],
] as const) {
  virtualCallTest(`both are heard with ${what}`, bridging, async (kit) => {
    await scene(kit, options, async ({ caller, callee }) => assertConversation(caller.rtp, callee.rtp));
  });
}

// Contract: sip-and-media-g722
virtualCallTest(
  "both are heard with PCMA and G722, where that is offered, and when the caller changes to G722 by a re-INVITE",
  { ...bridging, media: { codecs: ["G722", "PCMA"] } },
  async (kit) => {
    const options = [{ codecs: ["PCMA"] }, { codecs: ["G722"] }, { codecs: ["G722"] }] as const;
    await scene(kit, options, async ({ caller, callee, spare, call, incoming }) => {
      assert.match(incoming.offer, /^m=audio \d+ RTP\/AVP 9 8 101\r$/m);
      await assertConversation(caller.rtp, callee.rtp);

      spare.startWith(await call.reinvite(spare.offer()));

      await assertConversation(spare.rtp, callee.rtp);
    });
  },
);

virtualCallTest(
  "a phone that moves to another address by a re-INVITE is heard there, and hears",
  bridging,
  async (kit) => {
    await scene(kit, [{}, {}], async ({ caller, callee, spare, call }) => {
      await assertConversation(caller.rtp, callee.rtp);

      spare.startWith(await call.reinvite(spare.offer()));

      await assertConversation(spare.rtp, callee.rtp);
      const before = (await caller.rtp.session.stats()).packetsReceived;
      assertTone(await listen(caller.rtp, callee.rtp, 700), 700, false);
      assert.equal((await caller.rtp.session.stats()).packetsReceived, before, "nothing more comes to the old address");
    });
  },
);

// Contract: sip-and-media-hold
virtualCallTest(
  "a phone on hold hears nothing, the other one silence; both talk again after it",
  bridging,
  async (kit) => {
    await scene(kit, [{}, {}], async ({ caller, callee, call }) => {
      for (const direction of ["inactive", "sendonly"]) {
        const hold = caller.offer().replace("a=sendrecv", `a=${direction}`);
        assert.match(await call.reinvite(hold), direction === "inactive" ? /a=inactive/ : /a=recvonly/);
        const before = await Promise.all([caller, callee].map(({ rtp }) => rtp.session.stats()));
        assertTone(await listen(callee.rtp, caller.rtp, 900), 900, false);
        const after = await Promise.all([caller, callee].map(({ rtp }) => rtp.session.stats()));
        const [toCaller = 0, toCallee = 0] = after.map(
          ({ packetsReceived }, index) => packetsReceived - (before[index]?.packetsReceived ?? 0),
        );
        assert.ok(toCaller <= 1, `${toCaller} packets came to the phone on hold`);
        assert.ok(toCallee >= 15, `${toCallee} packets came to the other one`);

        caller.startWith(await call.reinvite(caller.offer()));
        await assertConversation(caller.rtp, callee.rtp);
      }
    });
  },
);

// Contract: sip-and-media-keys-in-a-bridge, sip-and-media-keys-as-events
virtualCallTest(
  "keys pass as events between different payload types, and the function is told of them",
  bridging,
  async (kit) => {
    const other = (sdp: string) => sdp.replaceAll(/\b101\b/g, "96");
    await scene(kit, [{ edit: other }, {}], async ({ caller, callee }) => {
      caller.rtp.session.sendDigits("keys", "5", 100, 60);
      await callee.rtp.heard("digit 5 100");
      await kit.until("DIGITS_RECEIVED", () => kit.eventTypes().includes("DIGITS_RECEIVED"));
      callee.rtp.session.sendDigits("keys", "7", 100, 60);
      await caller.rtp.heard("digit 7 100");
    });
  },
);

// Contract: sip-and-media-keys-in-a-bridge
virtualCallTest("a key is heard as its tones by a phone that agreed to no events", bridging, async (kit) => {
  await scene(kit, [{}, { edit: withoutEvents }], async ({ caller, callee }) => {
    callee.rtp.session.startCapture();
    caller.rtp.session.sendDigits("key", "5", 200, 60);
    await caller.rtp.heard("sent key");
    const heard = concatPcm(await callee.rtp.session.stopCapture(), await listen(caller.rtp, callee.rtp, 300, 300));

    assert.ok(toneLevelDbfs(heard, 770) > -30 && toneLevelDbfs(heard, 1336) > -30);
    assert.deepEqual(
      callee.rtp.reported.filter((word) => word.startsWith("digit")),
      [],
    );
    await kit.until("DIGITS_RECEIVED", () => kit.eventTypes().includes("DIGITS_RECEIVED"));
  });
});

// Contract: sip-and-media-keys-by-info
virtualCallTest("a phone that sends each key as event and by INFO gives it once", bridging, async (kit) => {
  await scene(kit, [{}, {}], async ({ caller, callee, call }) => {
    for (const key of ["5", "5", "7"]) {
      call.info(`Signal=${key}\r\nDuration=100\r\n`);
      caller.rtp.session.sendDigits(`key ${key}`, key, 100, 60);
      await kit.pass(300);
    }
    assert.deepEqual(
      callee.rtp.reported.filter((word) => word.startsWith("digit")),
      ["digit 5 100", "digit 5 100", "digit 7 100"],
    );
  });
});

virtualCallTest("tones that a phone without events sends as its keys pass as they are", bridging, async (kit) => {
  await scene(kit, [{ edit: withoutEvents }, {}], async ({ caller, callee }) => {
    const [low, high] = [tone(770, 200, -15).samples, tone(1_336, 200, -15).samples];
    const key = pcmFromSamples(low.map((sample, index) => sample + (high[index] ?? 0)));
    callee.rtp.session.startCapture();
    caller.rtp.session.play("key", concatPcm(key, silence(100)), 1);
    await caller.rtp.heard("finished key");
    const heard = await callee.rtp.session.stopCapture();

    assert.ok(toneLevelDbfs(heard, 770) > -30 && toneLevelDbfs(heard, 1336) > -30);
  });
});

// Contract: sip-and-media-keys-by-info
virtualCallTest("a key that comes by SIP INFO passes as an event too", bridging, async (kit) => {
  await scene(kit, [{}, {}], async ({ caller, callee, call }) => {
    call.info("Signal=5\r\nDuration=160\r\n");
    await callee.rtp.heard("digit 5 160");
    await kit.until("DIGITS_RECEIVED", () => kit.eventTypes().includes("DIGITS_RECEIVED"));
    await assertConversation(caller.rtp, callee.rtp);
  });
});

async function aSocket(): Promise<Socket> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

const describe = (socket: Socket) =>
  createOffer({
    ...{ address: "127.0.0.1", port: socket.address().port, codecs: ["PCMU"] },
    ...{ sessionId: "1", sessionVersion: 1 },
  });

const portOf = (sdp: string) => Number(/m=audio (\d+)/.exec(sdp)?.[1]);

/** Sends a packet every 20 ms, all but two of which come; how long each was on its way, milliseconds. */
async function measureDelays(from: Socket, toPort: number, at: Socket, count: number): Promise<readonly number[]> {
  const sentAt = new Map<number, number>();
  const delaysMs: number[] = [];
  at.on("message", (received: Buffer) => {
    const mark = received.length === 172 && received[12] === 0x31 ? received.readUInt16BE(13) : -1;
    const sent = sentAt.get(mark);
    if (sent !== undefined) delaysMs.push(performance.now() - sent);
    sentAt.delete(mark);
  });
  const packet = Buffer.alloc(172, 0x31);
  packet.set([0x80, 0], 0);
  for (let index = 0; index < count; index++) {
    packet.writeUInt16BE(index, 2);
    packet.writeUInt32BE(index * 160, 4);
    packet.writeUInt16BE(index, 13);
    sentAt.set(index, performance.now());
    from.send(Buffer.from(packet), toPort, "127.0.0.1");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await until("the last of them", () => delaysMs.length >= count - 2);
  return delaysMs.sort((a, b) => a - b);
}

callTest("the bridge passes each packet on, and its delay is shown", bridging, async (kit) => {
  const [caller, callee] = [await openBareSip(), await openBareSip()];
  const [near, far] = [await aSocket(), await aSocket()];
  try {
    kit.routeTo(callee.address);
    const call = caller.invite(kit.address("udp"), ownNumber, describe(near));
    const incoming = await callee.incoming();
    incoming.respond(200, describe(far));
    const answer = await call.until("200 sdp");
    await incoming.until("ACK");
    await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));

    const there = await measureDelays(near, portOf(answer), far, 100);
    const back = await measureDelays(far, portOf(incoming.offer), near, 100);
    const shown = [there, back].map((delays) => {
      const [median = 0, most = 0] = [delays[50], delays.at(-1)];
      return `median ${median.toFixed(2)} ms, most ${most.toFixed(2)} ms`;
    });
    console.log(`delay of the bridge from LEG-A: ${shown[0]}; from LEG-B: ${shown[1]}`);
    call.bye();
    await incoming.until("BYE");
    await kit.untilEnded();
  } finally {
    for (const each of [caller, callee, near, far]) each.close();
  }
});
