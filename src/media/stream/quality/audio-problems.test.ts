import assert from "node:assert/strict";
import { test } from "node:test";
import { findAudioProblems, type AudioObservation } from "./audio-problems.ts";

/** Half a minute of a call in which all is well. */
const well: AudioObservation = {
  sinceAnswerMs: 30_000,
  direction: "sendrecv",
  signalled: { address: "192.0.2.1", port: 4000 },
  destination: { address: "192.0.2.1", port: 4000 },
  packetsReceived: 1500,
  packetsSent: 1500,
  strangers: 0,
  latestStranger: undefined,
  notAgreed: 0,
  latestNotAgreed: undefined,
  notOpened: 0,
  reports: 5,
  reportsOfReception: 5,
  notArrivingMs: 0,
  quietMs: 2000,
  isDigitalSilence: false,
  clippedShare: { incoming: 0.001, outgoing: undefined },
};

const table: Readonly<Record<string, readonly [change: Partial<AudioObservation>, problems: readonly string[]]>> = {
  "nothing is found in a call that is well": [{}, []],
  "no packet from the signalled address": [
    { packetsReceived: 0 },
    [
      "one-way incoming no-packets: nothing is heard of it: no packet ever came from the signalled address 192.0.2.1:4000",
    ],
  ],
  "no packet, and an address of IPv6": [
    { packetsReceived: 0, signalled: { address: "2001:db8::1", port: 4000 } },
    [
      "one-way incoming no-packets: nothing is heard of it: no packet ever came from the signalled address [2001:db8::1]:4000",
    ],
  ],
  "phones have some seconds to begin": [{ packetsReceived: 0, sinceAnswerMs: 5999 }, []],
  "packets from elsewhere only": [
    { packetsReceived: 0, strangers: 7, latestStranger: { address: "198.51.100.7", port: 9 } },
    [
      "one-way incoming strangers: nothing is heard of it: packets came from 198.51.100.7:9 and were not accepted, since 192.0.2.1:4000 was signalled",
    ],
  ],
  "strangers beside a far end that is heard": [
    { strangers: 7, latestStranger: { address: "198.51.100.7", port: 9 } },
    [],
  ],
  "packets of a codec that was not agreed": [
    { packetsReceived: 0, notAgreed: 7, latestNotAgreed: 18 },
    ["one-way incoming not-agreed: nothing is heard of it: its packets have the payload type 18, which was not agreed"],
  ],
  "packets in the clear, or of another key, in a call that is encrypted": [
    { packetsReceived: 0, notOpened: 7 },
    [
      "one-way incoming not-opened: nothing is heard of it: its packets are not encrypted, or not with the key that it described",
    ],
  ],
  "a call that is held from its beginning": [
    { packetsReceived: 0, direction: "recvonly" },
    ["one-way incoming held: nothing is heard of it: it holds the call"],
  ],
  "a far end that only listens": [{ packetsReceived: 0, direction: "sendonly" }, []],
  "reports without a word of ours": [
    { reportsOfReception: 0 },
    [
      "one-way outgoing not-reported: it hears nothing: it reports no packets of ours, of which 1500 were sent to 192.0.2.1:4000",
    ],
  ],
  "one such report may come too early": [{ reports: 1, reportsOfReception: 0 }, []],
  "a far end without RTCP": [{ reports: 0, reportsOfReception: 0 }, []],
  "reports without a word of ours while it holds us and we send nothing": [
    { reportsOfReception: 0, direction: "recvonly" },
    [],
  ],
  "reports in which what it received no longer grows": [
    { notArrivingMs: 12_400 },
    [
      "one-way outgoing not-arriving: it hears nothing: it has reported no new packet of ours for 12 s, though they were sent to 192.0.2.1:4000",
    ],
  ],
  "nobody makes a sound": [
    { quietMs: 10_000 },
    [
      "dead-air both both-silent: nobody has made a sound for 10 s: nothing is played to it, and what it sends is silence",
    ],
  ],
  "zeros from a muted microphone while something is played": [
    { isDigitalSilence: true },
    ["dead-air incoming digital-silence: each sample that it sends is zero: its microphone is muted, or there is none"],
  ],
  "somebody who mutes himself for a while": [{ isDigitalSilence: true, sinceAnswerMs: 19_000 }, []],
  "samples at full scale, both ways": [
    { clippedShare: { incoming: 0.042, outgoing: 0.01 } },
    [
      "clipping incoming full-scale: what it says is too loud: 4.2 % of the samples are at full scale",
      "clipping outgoing full-scale: what is played to it is too loud: 1.0 % of the samples are at full scale",
    ],
  ],
};
for (const [title, [change, problems]] of Object.entries(table)) {
  test(`${title}: ${problems.length === 0 ? "no problem" : problems.map((one) => one.split(":")[0]).join(", ")}`, () => {
    const found = findAudioProblems({ ...well, ...change });

    assert.deepEqual(
      found.map(({ type, direction, cause, message }) => `${type} ${direction} ${cause}: ${message}`),
      problems,
    );
  });
}
