import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import { createSrtpReceiver } from "../srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES, type SrtpSender } from "../srtp/srtp-sender.ts";
import { splitKeyAndSalt, srtpProfiles } from "../srtp/profile.ts";
import type { MediaSecurity, NegotiatedAudio } from "../../sdp/index.ts";
import { openDatagramLink } from "./datagram-link.ts";
import { createPacketBuffers } from "./packet-buffer.ts";

const HOME = "198.51.100.20";
const OURS = "192.0.2.9";
const STRANGER = "203.0.113.66";
const suite = "AES_CM_128_HMAC_SHA1_80";
const key = (fill: number) => new Uint8Array(30).fill(fill);
const keysOf = (fill: number) => splitKeyAndSalt(suite, key(fill));
/** Ours is 1 unless told otherwise. */
const agreed = (received: number, sent = 1): MediaSecurity => ({ suite, sent: key(sent), received: key(received) });

const clear: NegotiatedAudio = {
  ...{ remoteAddress: HOME, remotePort: 4000, remoteRtcpAddress: HOME, remoteRtcpPort: 4001 },
  ...{ codec: { name: "PCMU", payloadType: 0 }, telephoneEventPayloadType: undefined, ptimeMs: 20 },
  direction: "sendrecv",
};
const secured = (security: MediaSecurity): NegotiatedAudio => ({ ...clear, security });

function rtp(sequence: number, ssrc = 7): Uint8Array {
  const packet = new Uint8Array(172).fill(0x55);
  const view = new DataView(packet.buffer);
  view.setUint16(0, 0x8000);
  view.setUint16(2, sequence);
  view.setUint32(8, ssrc);
  return packet;
}
const report = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 7);

function protectedBy(sender: SrtpSender, packet: Uint8Array, isReport = false): Uint8Array {
  const memory = new Uint8Array(packet.length + MOST_SRTP_OVERHEAD_BYTES);
  memory.set(packet);
  const length = isReport ? sender.protectRtcp(memory, packet.length) : sender.protectRtp(memory, packet.length);
  assert.ok(typeof length === "number");
  return memory.slice(0, length);
}

/** A link on port 5000, and what reached its owner and its far end. */
async function aLink() {
  const clock = createManualClock();
  const io = createMemoryPackets(clock);
  const heard: string[] = [];
  const come: Uint8Array[] = [];
  const far = await io.open(HOME, 4000, (packet) => void come.push(packet.slice()));
  await io.open(HOME, 4001, (packet) => void come.push(packet.slice()));
  const outcome = await openDatagramLink(
    io,
    {
      address: OURS,
      port: 5000,
      isOwnAddress: () => false,
      buffers: createPacketBuffers(),
      nowMs: () => clock.monotonicMs(),
    },
    {
      receiveRtp: (packet) =>
        void heard.push(Buffer.compare(packet, rtp(packet[3] ?? 0)) === 0 ? `RTP ${packet[3]}` : "noise"),
      receiveRtcp: (packet) => void heard.push(Buffer.compare(packet, report) === 0 ? "RTCP" : "noise"),
      dropped: (cause) => void heard.push(cause),
    },
  );
  assert.ok(outcome.type === "open");
  const send = (packet: Uint8Array) => {
    far.send(packet, far.prepare(OURS, 5000));
    clock.advance(1);
  };
  const stranger = await io.open(STRANGER, 4000, () => undefined);
  const sendAsStranger = (packet: Uint8Array) => {
    stranger.send(packet, stranger.prepare(OURS, 5000));
    clock.advance(1);
  };
  return { clock, heard, come, link: outcome.link, send, sendAsStranger };
}

test("packets of both kinds are opened, what is in the clear or of other keys is not let through, and ours are protected", async () => {
  const { clock, heard, come, link, send } = await aLink();
  const theirs = createSrtpSender(keysOf(2));
  link.configure(secured(agreed(2)), HOME, 0);

  send(protectedBy(theirs, rtp(1)));
  send(protectedBy(theirs, report, true));
  send(rtp(2));
  send(report);
  send(protectedBy(createSrtpSender(keysOf(3)), rtp(3)));
  send(protectedBy(theirs, rtp(4)));
  assert.deepEqual(heard, ["RTP 1", "RTCP", "srtp-not-authentic", "srtp-malformed", "srtp-not-authentic", "RTP 4"]);

  link.send(rtp(9));
  link.sendReport(report);
  clock.advance(1);
  const receiver = createSrtpReceiver(keysOf(1));
  const opened = come.map((packet, index) => {
    const memory = packet.slice();
    const length = index === 0 ? receiver.openRtp(memory, memory.length) : receiver.openRtcp(memory, memory.length);
    return typeof length === "number" ? memory.slice(0, length) : length;
  });
  assert.deepEqual(opened, [rtp(9), report]);
});

test("a stranger's packets go to the owner as they are, who knows from the source that they are none, and learns nothing from them", async () => {
  const { heard, link, send, sendAsStranger } = await aLink();
  const theirs = createSrtpSender(keysOf(2));
  link.configure(secured(agreed(2)), HOME, 0);
  const made = protectedBy(theirs, rtp(1));

  sendAsStranger(made);
  sendAsStranger(protectedBy(theirs, report, true));
  assert.deepEqual(heard, ["noise", "noise"]);
  assert.equal(link.hears({ address: STRANGER, port: 4000 }, 7, 1, 0), false);
  send(made);
  assert.equal(heard.at(-1), "RTP 1");
});

test("a packet that came before is not let through, nor is one of a stranger who keeps what he saw", async () => {
  const { heard, link, send } = await aLink();
  const theirs = createSrtpSender(keysOf(2));
  link.configure(secured(agreed(2)), HOME, 0);
  const made = protectedBy(theirs, rtp(1));

  send(made);
  send(made);

  assert.deepEqual(heard, ["RTP 1", "srtp-replayed"]);
});

test("new keys of the far end hold from its first packet with them; until then its old ones do, then no more", async () => {
  const { heard, link, send } = await aLink();
  const [before, after] = [createSrtpSender(keysOf(2)), createSrtpSender(keysOf(3))];
  link.configure(secured(agreed(2)), HOME, 0);
  send(protectedBy(before, rtp(1)));
  link.configure(secured(agreed(3, 4)), HOME, 0);

  send(protectedBy(before, rtp(2)));
  send(protectedBy(after, rtp(3)));
  send(protectedBy(before, rtp(4)));
  send(protectedBy(after, rtp(5)));

  assert.deepEqual(heard, ["RTP 1", "RTP 2", "RTP 3", "srtp-not-authentic", "RTP 5"]);
});

test("what is agreed again goes on: neither a number of ours is used twice, nor one of the far end taken twice", async () => {
  const { clock, heard, come, link, send } = await aLink();
  const theirs = createSrtpSender(keysOf(2));
  link.configure(secured(agreed(2)), HOME, 0);
  const made = protectedBy(theirs, rtp(1));
  send(made);
  link.send(rtp(9));
  link.configure(secured(agreed(2)), HOME, 0);

  send(made);
  link.send(rtp(9));
  clock.advance(1);

  assert.deepEqual(heard, ["RTP 1", "srtp-replayed"]);
  assert.equal(come.length, 1);
});

test("a link that becomes encrypted lets nothing in the clear through from then on", async () => {
  const { heard, link, send } = await aLink();
  link.configure(clear, HOME, 0);
  send(rtp(1));
  link.configure(secured(agreed(2)), HOME, 0);
  send(rtp(2));
  send(protectedBy(createSrtpSender(keysOf(2)), rtp(3)));

  assert.deepEqual(heard, ["RTP 1", "srtp-not-authentic", "RTP 3"]);
});

for (const profile of ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM"] as const) {
  test(`packets of ${profile} that say by which key they are (MKI) are opened, and those that say another are not`, async () => {
    const { isAead, keyBytes, saltBytes, rtpTagBytes, rtcpTagBytes } = srtpProfiles[profile];
    const received = new Uint8Array(keyBytes + saltBytes).fill(2);
    const { heard, link, send } = await aLink();
    const identifier = Uint8Array.of(0, 0, 1, 2);
    const sender = createSrtpSender(splitKeyAndSalt(profile, received));
    link.configure(secured({ suite: profile, sent: received.map(() => 1), received, identifier }), HOME, 0);
    /** RFC 3711 §3.1, RFC 7714 §7: before the tag, or, where that is part of the content, at the end. */
    const named = (packet: Uint8Array, isReport: boolean, name: Uint8Array) => {
      const at = packet.length - (isAead ? 0 : isReport ? rtcpTagBytes : rtpTagBytes);
      return Uint8Array.of(...packet.subarray(0, at), ...name, ...packet.subarray(at));
    };

    send(named(protectedBy(sender, rtp(1)), false, identifier));
    send(named(protectedBy(sender, report, true), true, identifier));
    send(named(protectedBy(sender, rtp(2)), false, Uint8Array.of(0, 0, 1, 3)));
    send(protectedBy(sender, rtp(3)));
    send(named(protectedBy(sender, rtp(4)), false, identifier));

    assert.deepEqual(heard, ["RTP 1", "RTCP", "srtp-not-authentic", "srtp-not-authentic", "RTP 4"]);
  });
}
