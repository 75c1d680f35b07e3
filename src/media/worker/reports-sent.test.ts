import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import type { MediaSecurity, NegotiatedAudio } from "../../sdp/index.ts";
import { readStrictly, type StrictReport } from "../../testing/internal/strict-report.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { splitKeyAndSalt } from "../srtp/profile.ts";
import { createSrtpReceiver } from "../srtp/srtp-receiver.ts";
import { stampHeader, writeHeader } from "../stream/packet.ts";
import type { RtpCommand } from "./messages.ts";
import { createRtpHost } from "./rtp-host.ts";

const suite = "AES_CM_128_HMAC_SHA1_80";
const security: MediaSecurity = { suite, sent: new Uint8Array(30).fill(1), received: new Uint8Array(30).fill(2) };
const agreed: NegotiatedAudio = {
  ...{ remoteAddress: "192.0.2.1", remotePort: 4000, remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: 4001 },
  ...{ codec: { name: "PCMU", payloadType: 0 }, telephoneEventPayloadType: 101, ptimeMs: 20, direction: "sendrecv" },
};

interface Report extends StrictReport {
  readonly atMs: number;
  /** RTP packets and their payload that had left before. */
  readonly packetsBefore: number;
  readonly octetsBefore: number;
}

/** Session 1, whose far end is at ports 4000 and 4001, with another one at 4002 and 4003 for bridges; its reports are read as they leave. */
async function aSession(change: Partial<NegotiatedAudio> = {}) {
  const clock = createManualClock();
  const reports: Report[] = [];
  const rtp = { packets: 0, octets: 0, ssrc: -1 };
  const opener = change.security && createSrtpReceiver(splitKeyAndSalt(suite, security.sent));
  const takeReport = (sent: Uint8Array) => {
    const packet = sent.slice();
    const length = opener === undefined ? packet.length : opener.openRtcp(packet, packet.length);
    assert.ok(typeof length === "number", String(length));
    const report = readStrictly(packet.subarray(0, length));
    reports.push({ ...report, atMs: clock.monotonicMs(), packetsBefore: rtp.packets, octetsBefore: rtp.octets });
  };
  const { io, open } = createMemoryIo((packet, to) => {
    const isReport = (packet[1] ?? 0) >= 192 && (packet[1] ?? 0) <= 223;
    if (to.port !== 4000 && to.port !== 4001) return;
    assert.equal(isReport, change.isMultiplexed === true ? isReport : to.port === 4001);
    if (isReport) return takeReport(packet);
    rtp.packets++;
    rtp.octets += packet.length - 12 - (change.security === undefined ? 0 : 10);
    rtp.ssrc = new DataView(packet.buffer, packet.byteOffset).getUint32(8);
  });
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 0, holdTimeoutMs: 0 }, () => undefined);
  const tell = (command: RtpCommand) => host.handle(command);
  const turn = async () => {
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
  };
  for (const session of [1, 2]) {
    tell({ type: "open", request: session, session, address: "192.0.2.9", port: 5000 + 2 * session });
    await turn();
  }
  const start = (more: Partial<NegotiatedAudio> = {}) =>
    tell({ type: "start", session: 1, audio: { ...agreed, ...change, ...more } });
  const run = (ms: number) => {
    for (let step = 0; step < ms; step += 5) clock.advance(5);
  };
  const source = { address: "192.0.2.1", port: 4000 };
  let sequence = 65_500;
  /** Packets of the far end, 20 ms each. */
  const hear = (packets: number, { ssrc = 77, lost = 0 } = {}) => {
    sequence += lost;
    for (let index = 0; index < packets; index++, sequence++) {
      const packet = new Uint8Array(172).fill(0x55);
      writeHeader(packet, 0, ssrc);
      stampHeader(packet, false, 0, sequence & 0xffff, (sequence * 160) >>> 0);
      open.get(5002)?.(packet, source);
      run(20);
    }
  };
  const hearReport = () => {
    const view = new DataView(new ArrayBuffer(40));
    [0x80c8_0006, 77, 0x8000_1234, 0x5678_0000, 160, 1, 160, 0x81ca_0002, 77, 0x0101_6100].forEach((word, index) =>
      view.setUint32(4 * index, word),
    );
    open.get(5003)?.(new Uint8Array(view.buffer), { ...source, port: 4001 });
  };
  const end = async () => {
    tell({ type: "close", request: 9, session: 1 });
    await turn();
  };
  return { tell, start, run, hear, hearReport, end, reports, rtp };
}

/** What must hold of all that one session reports. */
function check(reports: readonly Report[], ssrc: number): void {
  const [first] = reports;
  assert.ok(first !== undefined);
  for (const [index, report] of reports.entries()) {
    const { sender, atMs, packetsBefore, octetsBefore } = report;
    assert.deepEqual([report.cname, report.ssrc], [first.cname, first.ssrc]);
    if (ssrc >= 0) assert.equal(report.ssrc, ssrc);
    assert.equal(report.isBye, index === reports.length - 1, "a BYE at the end and only there");
    assert.deepEqual(report.further, report.isBye ? [203] : []);
    // RFC 3550 §6.4: who sent in this interval or the one before is a sender.
    const before = reports[index - 2]?.packetsBefore ?? 0;
    assert.equal(sender !== undefined, packetsBefore > before, `report ${index} of ${packetsBefore} packets`);
    if (sender !== undefined) {
      assert.deepEqual([sender.packets, sender.octets], [packetsBefore, octetsBefore]);
      const earlier = reports.slice(0, index).findLast((one) => one.sender !== undefined);
      if (earlier?.sender !== undefined)
        assert.ok(
          Math.abs(sender.ntpMs - earlier.sender.ntpMs - (atMs - earlier.atMs)) < 1,
          "its time goes on as the clock does",
        );
    }
    for (const { lsr, dlsr } of report.blocks) assert.ok(lsr !== 0 || dlsr === 0);
    const gapMs = atMs - (reports[index - 1]?.atMs ?? 0);
    if (!report.isBye && index > 0) assert.ok(gapMs > 2_000 && gapMs < 6_300, `${gapMs} ms between two`);
  }
}

for (const [way, change] of [
  ["in the clear", {}],
  ["on one port with the audio", { isMultiplexed: true, remoteRtcpPort: 4000 }],
  ["encrypted", { security }],
] as const) {
  describe(`the RTCP of a session, ${way}, read strictly (RFC 3550 §6)`, () => {
    it("is right before anything was heard or said, and at the end of a session that nothing was sent in", async () => {
      const { start, run, end, reports, rtp } = await aSession(change);
      start({ direction: "recvonly" });
      run(20_000);
      await end();
      assert.ok(reports.length > 3);
      check(reports, rtp.ssrc);
      assert.ok(reports.every(({ sender, blocks }) => sender === undefined && blocks.length === 0));
    });

    it("is right from silence on, over hold by either side, to the end", async () => {
      const { start, run, end, reports, rtp } = await aSession(change);
      start();
      run(12_000);
      for (const direction of ["sendonly", "sendrecv", "inactive", "recvonly", "sendrecv"] as const) {
        start({ direction });
        run(17_000);
      }
      await end();
      check(reports, rtp.ssrc);
      const kinds = new Set(reports.map(({ sender }) => sender !== undefined));
      assert.deepEqual(kinds, new Set([true, false]), "some say that nothing was sent");
    });

    it("is right while keys and prompts are sent, in a bridge and after it", async () => {
      const { tell, start, run, end, reports, rtp } = await aSession(change);
      start();
      const other = { ...agreed, remotePort: 4002, remoteRtcpPort: 4003 };
      tell({ type: "start", session: 2, audio: other });
      tell({ type: "answered", session: 1 });
      const samples = new Int16Array(new SharedArrayBuffer(32_000)).fill(900);
      tell({ type: "play", session: 1, playbackId: "p", samples, repeat: 3 });
      tell({ type: "send-digits", session: 1, sendId: "d", digits: "159#", toneMs: 100, gapMs: 100 });
      run(15_000);
      tell({ type: "join", session: 1, other: 2 });
      run(15_000);
      tell({ type: "part", session: 1 });
      run(15_000);
      await end();
      check(reports, rtp.ssrc);
      assert.ok(reports.every(({ sender }) => sender !== undefined));
    });
  });
}

describe("the report blocks of a session, read strictly (RFC 3550 §6.4.1)", () => {
  it("are of the source that is heard, through losses, the wrap of its numbers, its reports, its change, and a minute of silence", async () => {
    const { start, run, hear, hearReport, end, reports, rtp } = await aSession();
    start();
    hear(300);
    hear(100, { lost: 30 });
    hearReport();
    hear(300);
    const before = reports.length;
    hear(500, { ssrc: 78 });
    run(70_000);
    await end();
    check(reports, rtp.ssrc);
    const sources = reports.flatMap(({ blocks }) => blocks.map(({ ssrc }) => ssrc));
    assert.ok(sources.includes(77) && sources.at(-1) === 78);
    assert.ok(reports.slice(1).every(({ blocks }) => blocks.length === 1));
    const echoes = reports.slice(before).flatMap(({ blocks }) => blocks.map(({ lsr, dlsr }) => ({ lsr, dlsr })));
    assert.ok(echoes.every(({ lsr }) => lsr === 0x1234_5678));
    assert.ok(echoes.every(({ dlsr }, index) => index === 0 || dlsr > (echoes[index - 1]?.dlsr ?? 0)));
  });
});
