import assert from "node:assert/strict";
import { test } from "node:test";
import { renewSource, startLearning, stepSource, type ExpectedSource, type SourceState } from "./source-machine.ts";

const home = { address: "198.51.100.7", port: 4000 };
const stranger = { address: "203.0.113.66", port: 9999 };
const nat = { address: "198.51.100.20", port: 61_000 };

/** A far end whose description and signalling name one public address. */
const direct: ExpectedSource = {
  ...{ signalled: home, signalledFrom: home.address, isPrivate: false, isOwn: false },
  rule: "named",
};
/** A phone behind a translator: a private address in its description, signalling from outside. */
const behindNat: ExpectedSource = {
  signalled: { address: "192.168.1.5", port: 4000 },
  signalledFrom: nat.address,
  isPrivate: true,
  isOwn: false,
  rule: "named",
};
const behindProxy: ExpectedSource = { ...behindNat, signalledFrom: "192.0.2.1", rule: "proxied" };
/** A far end on this machine, whose address others share. */
const onThisMachine: ExpectedSource = { ...direct, isOwn: true };
/** A carrier: media and signalling have different addresses. */
const carrier: ExpectedSource = { ...direct, signalledFrom: "192.0.2.1" };
/** Configured trunks: one whose media and signalling have two addresses, and one behind a translator. */
const trunk: ExpectedSource = { ...carrier, rule: "described" };
const trunkBehindNat: ExpectedSource = { ...behindNat, rule: "described" };

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
function heardOf({ expected, stretches, renewedMs = [] }: Omit<Row, "title" | "heard">): string {
  const packets = stretches.flatMap(({ from, atMs, count, ssrc = from.port, first = 1, step = 1, everyMs = 20 }) =>
    Array.from({ length: count }, (_, index) => ({
      atMs: atMs + index * everyMs,
      packet: { ...from, ssrc, sequence: (first + index * step) & 0xffff },
    })),
  );
  let state: SourceState = startLearning(0);
  const heard = new Map<number, number>();
  const renewals = [...renewedMs];
  for (const { atMs, packet } of packets.sort((one, other) => one.atMs - other.atMs)) {
    if ((renewals[0] ?? Infinity) <= atMs) state = renewSource(state, renewals.shift() ?? 0);
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
  /** When descriptions with the same address came. */
  readonly renewedMs?: readonly number[];
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
    title:
      "a far end of which nothing comes from a host that signalling names is not heard from another, however long that sends",
    expected: direct,
    stretches: [{ from: nat, atMs: 0, count: 3000 }],
    heard: "",
  },
  {
    title:
      "nor does one who sends from the start give way to nobody: the signalled address is heard at once when it begins",
    expected: onThisMachine,
    stretches: [
      { from: otherPort, atMs: 0, count: 260 },
      { from: home, atMs: 5500, count: 10 },
    ],
    heard: "4000 x10",
  },
  {
    title: "a host that signalling does not name is learnt only soon after a description",
    expected: behindProxy,
    stretches: [{ from: nat, atMs: 10_000, count: 500 }],
    heard: "",
  },
  {
    title:
      "and only where a proxy is between: a phone that is behind a translator alone is heard from where its signalling comes from",
    expected: behindNat,
    stretches: [
      { from: stranger, atMs: 0, count: 500 },
      { from: nat, atMs: 5000, count: 50 },
    ],
    heard: "61000 x47",
  },
  {
    title: "one who was learnt from anywhere gives way to the host that its signalling comes from",
    expected: behindProxy,
    stretches: [
      { from: stranger, atMs: 0, count: 100 },
      { from: { ...nat, address: "192.0.2.1" }, atMs: 1000, count: 50 },
    ],
    heard: "9999 x44, 61000 x47",
  },
  {
    title: "a trunk is heard from the host of its description only, not from where its signalling comes from",
    expected: trunk,
    stretches: [
      { from: { ...nat, address: "192.0.2.1" }, atMs: 0, count: 500 },
      { from: home, atMs: 10_000, count: 50 },
    ],
    heard: "4000 x50",
  },
  {
    title: "from another port there after a proof",
    expected: trunk,
    stretches: [{ from: otherPort, atMs: 0, count: 50 }],
    heard: "4444 x47",
  },
  {
    title: "a trunk behind a translator is heard from where its signalling comes from",
    expected: trunkBehindNat,
    stretches: [
      { from: stranger, atMs: 0, count: 500 },
      { from: nat, atMs: 5000, count: 50 },
    ],
    heard: "61000 x47",
  },
  {
    title: "the stream of a trunk does not go on from a host that it did not name, with SSRC and number of the far end",
    expected: trunk,
    stretches: [
      { from: home, atMs: 0, count: 50, ssrc: 7 },
      { from: stranger, atMs: 1500, count: 500, ssrc: 7, first: 51 },
    ],
    heard: "4000 x50",
  },
  {
    title: "who guesses the SSRC, and tries every number, is not heard while the far end is",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 500, ssrc: 7 },
      { from: stranger, atMs: 1000, count: 400, ssrc: 7, first: 0, step: 150 },
    ],
    heard: "61000 x497",
  },
  {
    title: "nor after it fell silent, with numbers that jump",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 50, ssrc: 7 },
      { from: stranger, atMs: 3000, count: 400, ssrc: 7, first: 0, step: 150 },
    ],
    heard: "61000 x47",
  },
  {
    title: "nor with numbers that the far end had already, or one and the same number again and again",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 50, ssrc: 7 },
      { from: stranger, atMs: 3000, count: 49, ssrc: 7, first: 1 },
      { from: stranger, atMs: 6000, count: 100, ssrc: 7, first: 51, step: 0 },
    ],
    heard: "61000 x47",
  },
  {
    title:
      "a description with the same address lets the far end move to another port of a host that signalling names, once it is silent",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 50, ssrc: 7 },
      { from: natPort, atMs: 2000, count: 50, ssrc: 8, first: 40_000 },
    ],
    renewedMs: [1500],
    heard: "61000 x47, 61001 x47",
  },
  {
    title: "but no stranger",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 50, ssrc: 7 },
      { from: stranger, atMs: 2000, count: 500, ssrc: 8 },
    ],
    renewedMs: [1500],
    heard: "61000 x47",
  },
  {
    title: "nor while it still sends, nor long after the description, nor without one",
    expected: behindNat,
    stretches: [
      { from: nat, atMs: 0, count: 200, ssrc: 7 },
      { from: natPort, atMs: 1500, count: 100, ssrc: 8, first: 40_000 },
      { from: natPort, atMs: 12_000, count: 100, ssrc: 8, first: 45_000 },
    ],
    renewedMs: [1400],
    heard: "61000 x197",
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

for (const { title, heard, ...row } of rows) {
  // Contract: sip-and-media-audio-source
  test(title, () => assert.equal(heardOf(row), heard));
}
