import assert from "node:assert/strict";
import { test } from "node:test";
import { pcmu } from "../codec/g711.ts";
import { readUint16, readUint32 } from "../stream/packet.ts";
import { createRtpSession } from "./session.ts";
import type { Link } from "../link/link.ts";
import type { MediaDirection, NegotiatedAudio } from "../../sdp/index.ts";

const agreed: NegotiatedAudio = {
  remoteAddress: "192.0.2.1",
  remotePort: 4000,
  remoteRtcpAddress: "192.0.2.1",
  remoteRtcpPort: 4001,
  codec: { name: "PCMU", payloadType: 0 },
  telephoneEventPayloadType: 96,
  ptimeMs: 20,
  direction: "sendrecv",
};

/** A session on a link that keeps what is sent. */
function aSession(audio: Partial<NegotiatedAudio> = {}) {
  const sent: string[] = [];
  const finished: string[] = [];
  const randoms = [0xcafe_f00d, 0x1234_fffe, 0xffff_ff00];
  let latest: Uint8Array | undefined;
  const link: Link = {
    ...{
      port: 5000,
      signalled: undefined,
      destination: { address: "192.0.2.1", port: 4000 },
      configure: () => undefined,
      hears: () => true,
      hearsReport: () => true,
    },
    ...{ send: (packet) => (latest = packet.slice()), sendReport: () => undefined, close: async () => undefined },
  };
  const events = {
    ...{
      onPlaybackStarted: () => undefined,
      onDigit: () => undefined,
      onRtpTimeout: () => undefined,
      onAudioProblem: () => undefined,
    },
    onPlaybackFinished: (playbackId: string) => void finished.push(playbackId),
    onDigitsSent: (sendId: string) => void sent.push(sendId),
  };
  const session = createRtpSession(link, events, {
    ...{ rtpTimeoutMs: 0, holdTimeoutMs: 0, wallStartMs: 0, cname: "a" },
    randomUint32: () => randoms.shift() ?? 0,
  });
  const configure = (change: Partial<NegotiatedAudio> = {}) =>
    session.configure({ ...agreed, ...change }, undefined, 0);
  configure(audio);
  /** The next packet in words: marker, type, sequence, timestamp since the first, payload length. */
  const next = (missed = 0) => {
    latest = undefined;
    session.tick(missed, 0, 0);
    const packet = latest as Uint8Array | undefined;
    if (packet === undefined) return undefined;
    const second = packet[1] ?? 0;
    return {
      marker: second >> 7 === 1,
      type: second & 0x7f,
      sequence: readUint16(packet, 2),
      ticks: (readUint32(packet, 4) - 0xffff_ff00) >>> 0,
      ssrc: readUint32(packet, 8),
      payload: [...packet.subarray(12)],
    };
  };
  return { session, configure, sent, finished, next };
}

test("begins at random numbers with a marker, then counts on over the wrap (RFC 3550 §5.1)", () => {
  const { next } = aSession();
  const [first, second, third] = [next(), next(), next()];

  assert.deepEqual([first?.marker, second?.marker, third?.marker], [true, false, false]);
  assert.deepEqual([first?.sequence, second?.sequence, third?.sequence], [0xfffe, 0xffff, 0]);
  assert.deepEqual([first?.ticks, second?.ticks, third?.ticks], [0, 160, 320]);
  assert.equal(first?.ssrc, 0xcafe_f00d);
  assert.deepEqual(first?.payload, Array(160).fill(0xff));
});

// Contract: sip-and-media-late-packets
test("a missed tick moves the timestamp, not the sequence, and marks the next packet", () => {
  const { next } = aSession();
  next();
  const after = next(2);

  assert.deepEqual([after?.marker, after?.sequence, after?.ticks], [true, 0xffff, 480]);
  assert.equal(next()?.marker, false);
});

for (const direction of ["recvonly", "inactive"] as MediaDirection[]) {
  test(`sends nothing while ${direction}; time and playbacks go on, and the first packet after it is marked`, () => {
    const { session, configure, finished, next } = aSession();
    next();
    configure({ direction });
    session.play("a", { samples: new Int16Array(200), repeat: 1 });
    assert.deepEqual([next(), next(), next()], [undefined, undefined, undefined]);

    configure();
    const after = next();

    assert.deepEqual(finished, ["a"]);
    assert.deepEqual([after?.marker, after?.sequence, after?.ticks], [true, 0xffff, 640]);
  });
}

test("events keep the timestamp of their start, under the agreed type, and audio goes on where it was (RFC 4733 §2.5.1)", () => {
  const { session, next, sent } = aSession();
  const loud = new Int16Array(320).fill(1000);
  next();
  session.sendDigits("a", "7", 40, 40);
  session.play("p", { samples: loud, repeat: 1 });

  const events = [next(), next(), next(), next()];
  const audio = next();

  assert.deepEqual(
    events.map((event) => event?.ticks),
    [160, 160, 160, 160],
  );
  assert.deepEqual(
    events.map((event) => event?.marker),
    [true, false, false, false],
  );
  assert.deepEqual(
    events.map((event) => event?.payload),
    [
      [7, 10, 0, 160],
      [7, 0x8a, 1, 64],
      [7, 0x8a, 1, 64],
      [7, 0x8a, 1, 64],
    ],
  );
  assert.ok(events.every((event) => event?.type === 96));
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual([audio?.type, audio?.ticks, audio?.sequence], [0, 800, (0xfffe + 5) & 0xffff]);
  assert.deepEqual(audio?.payload, Array(160).fill(pcmu.encodeTable[250]));
});

test("digits without an agreed event become sound and are reported as sent", () => {
  // Contract: sip-and-media-keys-sent
  const { session, next, sent } = aSession({ telephoneEventPayloadType: undefined });
  session.sendDigits("a", "7", 20, 20);
  const packet = next();

  assert.equal(packet?.type, 0);
  assert.notDeepEqual(packet?.payload, Array(160).fill(0xff));
  next();
  assert.deepEqual(sent, ["a"]);
});

for (const ptimeMs of [10, 30, 60]) {
  test(`packets of ${ptimeMs} ms are ${ptimeMs * 8} bytes of payload`, () => {
    const { next } = aSession({ ptimeMs, codec: { name: "PCMA", payloadType: 110 } });
    const [first, second] = [next(), next()];

    assert.deepEqual(first?.payload, Array(ptimeMs * 8).fill(0xd5));
    assert.equal(first?.type, 110);
    assert.equal(second?.ticks, ptimeMs * 8);
  });
}

test("knows when it sent nothing or silence only, and counts packets and octets for RTCP", () => {
  const { session, next } = aSession();
  assert.equal(session.isSilent(), true);
  next();
  assert.equal(session.isSilent(), true);
  session.play("a", { samples: new Int16Array(100).fill(999), repeat: 1 });
  assert.equal(session.isSilent(), false);
  next();
  assert.equal(session.isSilent(), false);
  next();
  assert.equal(session.isSilent(), true);

  assert.deepEqual([session.sender.state().packetCount, session.sender.state().octetCount], [3, 480]);
});
