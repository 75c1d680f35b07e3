import assert from "node:assert/strict";
import { test } from "node:test";
import { createLegWorld, writtenDescriptions } from "../testing/internal/leg-world.ts";
import type { SrtpPolicy } from "../sdp/index.ts";
import type { CallDelegate, OutgoingCallRequest } from "../sip/index.ts";
import { InboundLeg } from "./inbound-leg.ts";
import { OutboundLeg, type DialPlan } from "./outbound-leg.ts";
import type { LegEncryption } from "./types.ts";

const long = "AES_CM_128_HMAC_SHA1_80";
const keyOf = (fill: number) => Buffer.alloc(30, fill).toString("base64");

/** A description of the far end: in the clear, or with this key under the first tag. */
function described(key?: number, protocol = key === undefined ? "RTP/AVP" : "RTP/SAVP"): string {
  return [
    ...["v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0", `m=audio 4002 ${protocol} 0`],
    ...(key === undefined ? [] : [`a=crypto:1 ${long} inline:${keyOf(key)}`]),
    "",
  ].join("\r\n");
}

/** Whether a description of ours is encrypted, and its first key. */
const protocolOf = (sdp: unknown) => /^m=audio \d+ (\S+)/m.exec(String(sdp))?.[1];
const firstKeyOf = (sdp: unknown) => /^a=crypto:1 \S+ inline:(\S+)/m.exec(String(sdp))?.[1];

function aWorld() {
  const world = createLegWorld();
  const told: LegEncryption[] = [];
  const parts = {
    ...world.parts,
    sessionDescriptions: writtenDescriptions,
    events: { ...world.parts.events, encrypted: (how: LegEncryption) => void told.push(how) },
  };
  return { ...world, told, parts };
}

/** A caller with this offer, whose leg was answered. */
async function aCaller(srtp: SrtpPolicy, offer: string | undefined) {
  const world = aWorld();
  const answers: string[] = [];
  const call = { ...world.aCaller(offer), answer: (sdp: string) => void answers.push(sdp) };
  const leg = new InboundLeg({ ...world.parts, srtp, call, offer, openMedia: world.openMedia });
  await leg.open();
  leg.answer();
  const { delegate } = call;
  assert.ok(delegate !== undefined);
  return { ...world, answers, sip: delegate };
}

/** A leg that calls one far end. */
async function aCalled(srtp: SrtpPolicy | undefined) {
  const world = aWorld();
  const requests: OutgoingCallRequest[] = [];
  const media = { bound: "192.0.2.1", advertised: () => "192.0.2.1" };
  const nextHop = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
  const plan: DialPlan = {
    hops: [{ nextHop, to: "sip:1@192.0.2.9", from: "sip:2@192.0.2.1", media, srtp, headers: [] }],
  };
  const leg = new OutboundLeg({
    ...world.parts,
    findPlan: () => plan,
    openMedia: world.openMedia,
    placeCall: (request) => {
      requests.push(request);
      return {
        sipCallId: String(requests.length),
        hangUp: () => void world.reported.push("CANCEL or BYE"),
        renegotiate: () => undefined,
      };
    },
  });
  leg.dial();
  await settled();
  const dialog = (): CallDelegate => requests.at(-1)?.delegate ?? assert.fail("there is no INVITE");
  return { ...world, requests, dialog };
}

// Contract: sip-and-media-srtp
test("an encrypted offer is answered with a key of ours for one direction, and that of the far end for the other", async () => {
  const { answers, started, told } = await aCaller("optional", described(7));
  const security = started[0]?.security;

  assert.equal(protocolOf(answers[0]), "RTP/SAVP");
  assert.equal(firstKeyOf(answers[0]), Buffer.from(security?.sent ?? []).toString("base64"));
  assert.equal(Buffer.from(security?.received ?? []).toString("base64"), keyOf(7));
  assert.deepEqual(told, [{ sent: long, received: long }]);
});

test("our key stays while the far end's does, and a new one of the far end brings a new one of ours", async () => {
  const { answers, sip, started, told } = await aCaller("optional", described(7));

  const same = firstKeyOf(sip.onOffer?.(described(7)));
  const other = firstKeyOf(sip.onOffer?.(described(8)));
  const again = firstKeyOf(sip.onOffer?.(described(8)));

  assert.equal(same, firstKeyOf(answers[0]));
  assert.notEqual(other, same);
  assert.equal(again, other);
  assert.equal(started.length, 4);
  assert.equal(told.length, 1);
});

test("a call that is encrypted cannot be put into the clear by a later offer, nor by the answer to one of ours", async () => {
  for (const srtp of ["optional", "required"] as const) {
    const { sip, started, reported } = await aCaller(srtp, described(7));

    const refusal = sip.onOffer?.(described());
    assert.ok(typeof refusal === "object" && "warning" in refusal);
    assert.match(refusal.warning?.text ?? "", /is not encrypted, which is needed here: RTP\/SAVP with a=crypto/);
    assert.equal(started.length, 1);

    assert.equal(protocolOf(sip.onOffer?.(undefined)), "RTP/SAVP");
    sip.onAcknowledged?.({ sdp: described() });
    assert.equal(started.length, 1);
    assert.ok(reported.includes("ended by no-common-codec"));
  }
});

test("a call in the clear may become encrypted, and then stays so", async () => {
  const { sip, started, told } = await aCaller("optional", described());
  assert.deepEqual(told, [{ sent: "none", received: "none" }]);

  assert.equal(protocolOf(sip.onOffer?.(described(7))), "RTP/SAVP");
  assert.deepEqual(told.at(-1), { sent: long, received: long });
  assert.ok(typeof sip.onOffer?.(described()) === "object");
  assert.equal(started.length, 2);
});

test("an INVITE without an offer gets one that is encrypted where that is required, each time with new keys", async () => {
  const { answers, sip, started } = await aCaller("required", undefined);
  assert.equal(protocolOf(answers[0]), "RTP/SAVP");

  sip.onAcknowledged?.({ sdp: described(7) });
  assert.equal(Buffer.from(started[0]?.security?.sent ?? []).toString("base64"), firstKeyOf(answers[0]));
  const later = sip.onOffer?.(undefined);
  assert.notEqual(firstKeyOf(later), firstKeyOf(answers[0]));
  sip.onAcknowledged?.({ sdp: described(7) });
  assert.equal(Buffer.from(started[1]?.security?.sent ?? []).toString("base64"), firstKeyOf(later));
});

test("a hold by 0.0.0.0 stays encrypted", async () => {
  const { sip, started } = await aCaller("optional", described(7));

  sip.onOffer?.(described(7).replace("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0"));

  assert.deepEqual(started[1]?.security, started[0]?.security);
});

for (const [srtp, protocol] of [
  [undefined, "RTP/AVP"],
  ["never", "RTP/AVP"],
  ["optional", "RTP/SAVP"],
  ["required", "RTP/SAVP"],
] as const) {
  test(`a route whose srtp is ${srtp ?? "not said"} is called with ${protocol}`, async () => {
    const { requests } = await aCalled(srtp);

    assert.equal(protocolOf(requests[0]?.offer), protocol);
  });
}

for (const status of [415, 488, 606]) {
  test(`${status} to an encrypted offer brings one in the clear where that is optional, which is told`, async () => {
    const { requests, dialog, told, reported } = await aCalled("optional");

    // Some ring first.
    if (status === 488) dialog().onProgress?.({ status: 180, sdp: undefined });
    dialog().onEnded({ type: "rejected", status, reason: "" });
    await settled();
    dialog().onAnswered?.({ sdp: described() });

    assert.deepEqual(
      requests.map(({ offer }) => protocolOf(offer)),
      ["RTP/SAVP", "RTP/AVP"],
    );
    assert.deepEqual(told, [
      { sent: "none", received: "none", instead: "the far end refused an offer of encrypted audio" },
    ]);
    assert.ok(reported.includes("answered"));
  });
}

test("where it is required, 488 ends the leg", async () => {
  const { requests, dialog, reported } = await aCalled("required");

  dialog().onEnded({ type: "rejected", status: 488, reason: "" });
  await settled();

  assert.equal(requests.length, 1);
  assert.ok(reported.includes("ended by no-common-codec"));
});

test("a far end that answers an encrypted offer in the clear is heard where that is optional, and told; where it is required, the leg ends", async () => {
  const optional = await aCalled("optional");
  optional.dialog().onAnswered?.({ sdp: described() });
  assert.match(optional.told[0]?.instead ?? "", /answered an offer of encrypted audio in the clear/);
  assert.ok(optional.reported.includes("answered"));

  const required = await aCalled("required");
  required.dialog().onProgress?.({ status: 183, sdp: described() });
  required.dialog().onAnswered?.({ sdp: described() });
  assert.deepEqual(required.started, []);
  assert.ok(required.reported.includes("ended by no-common-codec"));
});

test("early audio of one far end and the answer of another have each their key, under one of ours", async () => {
  const { dialog, started } = await aCalled("required");

  dialog().onProgress?.({ status: 183, sdp: described(7) });
  dialog().onAnswered?.({ sdp: described(8) });

  assert.deepEqual(
    started.map(({ security }) => Buffer.from(security?.received ?? []).toString("base64")),
    [keyOf(7), keyOf(8)],
  );
  assert.deepEqual(started[0]?.security?.sent, started[1]?.security?.sent);
});

/** What is settled by now has been reported. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
