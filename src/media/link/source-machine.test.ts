import assert from "node:assert/strict";
import { test } from "node:test";
import { startLearning, stepSource, type ExpectedSource, type SourceState } from "./source-machine.ts";

const home = { address: "198.51.100.7", port: 4000 };
const stranger = { address: "203.0.113.66", port: 9999 };
const nat = { address: "198.51.100.20", port: 61_000 };

/** A far end whose description and signalling name one public address. */
const direct: ExpectedSource = { signalled: home, signalledFrom: home.address, isPrivate: false, isOwn: false };
/** A phone behind a translator: a private address in its description, signalling from outside. */
const behindNat: ExpectedSource = {
  signalled: { address: "192.168.1.5", port: 4000 },
  signalledFrom: nat.address,
  isPrivate: true,
  isOwn: false,
};
const behindProxy: ExpectedSource = { ...behindNat, signalledFrom: "192.0.2.1" };
/** A far end on this machine, whose address others share. */
const onThisMachine: ExpectedSource = { ...direct, isOwn: true };
/** A carrier: media and signalling have different addresses. */
const carrier: ExpectedSource = { ...direct, signalledFrom: "192.0.2.1" };

/** So many packets of one source, one each 20 ms. */
interface Stretch {
  readonly from: typeof home;
  readonly atMs: number;
  readonly count: number;
  readonly ssrc?: number;
  readonly first?: number;
  readonly step?: number;
  readonly everyMs?: number;
}

/** @returns the ports that were heard, with how many packets of each, in order of time */
function heardOf(expected: ExpectedSource, ...stretches: readonly Stretch[]): string {
  const packets = stretches.flatMap(({ from, atMs, count, ssrc = from.port, first = 1, step = 1, everyMs = 20 }) =>
    Array.from({ length: count }, (_, index) => ({
      atMs: atMs + index * everyMs,
      packet: { ...from, ssrc, sequence: (first + index * step) & 0xffff },
    })),
  );
  let state: SourceState = startLearning(0);
  const heard = new Map<number, number>();
  for (const { atMs, packet } of packets.sort((one, other) => one.atMs - other.atMs)) {
    const [next, verdict] = stepSource(expected, state, packet, atMs);
    state = next;
    if (verdict === "heard") heard.set(packet.port, (heard.get(packet.port) ?? 0) + 1);
  }
  return [...heard].map(([port, count]) => `${port} x${count}`).join(", ");
}

interface Row {
  readonly title: string;
  readonly expected: ExpectedSource;
  readonly stretches: readonly Stretch[];
  readonly heard: string;
}

const otherPort = { ...home, port: 4444 };
const natPort = { ...nat, port: 61_001 };

const rows: readonly Row[] = [
  {
    title: "the signalled address is believed from its first packet",
    expected: direct,
    stretches: [{ from: home, atMs: 0, count: 10 }],
    heard: "4000 x10",
  },
  {
    title: "a stranger before the first packet of the far end is not heard, however well it behaves",
    expected: direct,
    stretches: [
      { from: stranger, atMs: 0, count: 150 },
      { from: home, atMs: 3000, count: 50 },
    ],
    heard: "4000 x50",
  },
  {
    title: "nor is one on another port of this machine",
    expected: onThisMachine,
    stretches: [{ from: otherPort, atMs: 0, count: 150 }],
    heard: "",
  },
  {
    title: "a stranger is not heard after silence of the far end, however long",
    expected: direct,
    stretches: [
      { from: home, atMs: 0, count: 5 },
      { from: stranger, atMs: 600_000, count: 500 },
    ],
    heard: "4000 x5",
  },
  {
    title: "nor with the SSRC of the far end and a guessed sequence number",
    expected: direct,
    stretches: [
      { from: home, atMs: 0, count: 5, ssrc: 7 },
      { from: stranger, atMs: 5000, count: 500, ssrc: 7, first: 30_000 },
    ],
    heard: "4000 x5",
  },
  {
    title: "nor with SSRC and sequence number while the far end is heard",
    expected: direct,
    stretches: [
      { from: home, atMs: 0, count: 100, ssrc: 7 },
      { from: stranger, atMs: 1001, count: 40, ssrc: 7, first: 51 },
    ],
    heard: "4000 x100",
  },
  {
    title: "a stream that goes on from another port after a gap is followed (a translator's new mapping)",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 50, ssrc: 7 },
      { from: natPort, atMs: 1500, count: 50, ssrc: 7, first: 60 },
    ],
    heard: "61000 x47, 61001 x47",
  },
  {
    title: "a phone behind a translator is heard from where its signalling came from, after four packets",
    expected: behindNat,
    stretches: [{ from: nat, atMs: 0, count: 10 }],
    heard: "61000 x7",
  },
  {
    title: "then a stranger is not heard, nor after silence",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 10 },
      { from: stranger, atMs: 20, count: 2000 },
    ],
    heard: "61000 x7",
  },
  {
    title: "a stranger that sends beside it from the start does not win",
    expected: behindNat,
    stretches: [
      { from: stranger, atMs: 0, count: 50 },
      { from: nat, atMs: 40, count: 50 },
    ],
    heard: "61000 x47",
  },
  {
    title: "a burst is no stream",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 30, everyMs: 1, step: 1 },
      { from: stranger, atMs: 300, count: 9, everyMs: 1 },
    ],
    heard: "",
  },
  {
    title: "a source whose numbers do not grow is no stream",
    expected: behindNat,
    stretches: [{ from: nat, atMs: 0, count: 100, step: 0 }],
    heard: "",
  },
  {
    title: "a source whose numbers jump is no stream",
    expected: behindNat,
    stretches: [{ from: nat, atMs: 0, count: 100, step: 4711 }],
    heard: "",
  },
  {
    title: "losses do not keep a stream from being one",
    expected: behindNat,
    stretches: [{ from: nat, atMs: 0, count: 10, step: 3, everyMs: 60 }],
    heard: "61000 x7",
  },
  {
    title: "a phone behind a translator and a proxy is heard from anywhere, after ten packets",
    expected: behindProxy,
    stretches: [{ from: nat, atMs: 0, count: 50 }],
    heard: "61000 x40",
  },
  {
    title: "a carrier whose media and signalling have two addresses is heard from the signalled one only",
    expected: carrier,
    stretches: [
      { from: stranger, atMs: 0, count: 150 },
      { from: home, atMs: 3000, count: 50 },
    ],
    heard: "4000 x50",
  },
  {
    title:
      "a phone that knows its public address, but not the port that its translator takes for us, is heard after ten packets",
    expected: direct,
    stretches: [{ from: otherPort, atMs: 0, count: 50 }],
    heard: "4444 x40",
  },
  {
    title: "and not at all while the signalled port sends",
    expected: direct,
    stretches: [
      { from: home, atMs: 100, count: 50 },
      { from: otherPort, atMs: 0, count: 250 },
    ],
    heard: "4000 x50",
  },
  {
    title: "a far end of which nothing comes from the signalled address is learnt after five seconds",
    expected: direct,
    stretches: [{ from: nat, atMs: 0, count: 300 }],
    heard: "61000 x50",
  },
  {
    title: "and gives way to the signalled address when that begins to send",
    expected: onThisMachine,
    stretches: [
      { from: otherPort, atMs: 0, count: 260 },
      { from: home, atMs: 5500, count: 10 },
    ],
    heard: "4444 x10, 4000 x7",
  },
  {
    title: "many strangers at once do not push the far end out",
    expected: behindProxy,
    stretches: [
      { from: nat, atMs: 0, count: 50 },
      ...Array.from({ length: 100 }, (_, index) => ({
        from: { ...stranger, port: 10_000 + index },
        atMs: 30,
        count: 8,
        everyMs: 20,
      })),
    ],
    heard: "61000 x40",
  },
];

for (const { title, expected, stretches, heard } of rows) {
  // Contract: sip-and-media-audio-source
  test(title, () => assert.equal(heardOf(expected, ...stretches), heard));
}
