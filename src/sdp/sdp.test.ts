import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerOffer,
  createOffer,
  describedHosts,
  readAnswer,
  warningOf,
  withAddresses,
  type LocalAudio,
} from "./index.ts";

const local: LocalAudio = {
  address: "192.0.2.10",
  port: 5004,
  codecs: ["PCMU", "PCMA"],
  sessionId: "7",
  sessionVersion: 3,
};

const anOffer = (...lines: string[]) =>
  ["v=0", "o=- 1 1 IN IP4 198.51.100.1", "s=-", "c=IN IP4 198.51.100.1", "t=0 0", ...lines, ""].join("\r\n");

function agreed(offer: string) {
  const outcome = answerOffer(offer, local);
  assert.equal(outcome.type, "agreed", JSON.stringify(outcome));
  return outcome.type === "agreed" ? outcome : assert.fail();
}

const mediaLines = (text: string) => text.split("\r\n").filter((line) => line.startsWith("m="));

// Contract: sip-and-media-offer, sip-and-media-a-law
test("offers G.711 and telephone-event with 20 ms packets, both ways (RFC 3264 §5)", () => {
  const lines = createOffer(local).split("\r\n");

  assert.deepEqual(lines, [
    "v=0",
    "o=- 7 3 IN IP4 192.0.2.10",
    "s=-",
    "c=IN IP4 192.0.2.10",
    "t=0 0",
    "m=audio 5004 RTP/AVP 0 8 101",
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-15",
    "a=ptime:20",
    "a=sendrecv",
    "",
  ]);
});

test("offers codecs in the order of preference and IPv6 addresses as IP6", () => {
  const offer = createOffer({ ...local, codecs: ["PCMA", "PCMU"], address: "2001:db8::1" });

  assert.match(offer, /^m=audio 5004 RTP\/AVP 8 0 101\r$/m);
  assert.match(offer, /^c=IN IP6 2001:db8::1\r$/m);
});

const withOpus: LocalAudio = { ...local, codecs: ["opus", "PCMU"] };

test("offers Opus with the clock, the channels and the parameters that it always has (RFC 7587 §7)", () => {
  const offer = createOffer(withOpus);

  assert.match(offer, /^m=audio 5004 RTP\/AVP 111 0 101\r$/m);
  assert.match(offer, /^a=rtpmap:111 opus\/48000\/2\r$/m);
  assert.match(offer, /^a=fmtp:111 maxplaybackrate=16000; useinbandfec=1\r$/m);
});

for (const [what, name, payloadType] of [
  ["in capitals, at 109", "OPUS/48000/2", 109],
  ["at 111", "opus/48000/2", 111],
] as const) {
  test(`takes Opus ${what}, and answers with the number that was offered`, () => {
    const offer = anOffer(`m=audio 4000 RTP/AVP ${payloadType} 0`, `a=rtpmap:${payloadType} ${name}`);
    const outcome = answerOffer(offer, withOpus);

    assert.ok(outcome.type === "agreed");
    assert.deepEqual(outcome.audio.codec, { name: "opus", payloadType });
    assert.match(outcome.answer, new RegExp(`^a=rtpmap:${payloadType} opus/48000/2\r$`, "m"));
  });
}

for (const name of ["opus/48000", "opus/48000/1", "opus/16000/2", "opus/8000"]) {
  test(`does not take ${name}, which is no form of Opus (RFC 7587 §7)`, () => {
    const offer = anOffer("m=audio 4000 RTP/AVP 111 0", `a=rtpmap:111 ${name}`);
    const outcome = answerOffer(offer, withOpus);

    assert.ok(outcome.type === "agreed");
    assert.equal(outcome.audio.codec.name, "PCMU");
  });
}

test("does not take Opus unless it is configured", () => {
  const outcome = answerOffer(anOffer("m=audio 4000 RTP/AVP 111", "a=rtpmap:111 opus/48000/2"), local);

  assert.deepEqual(outcome, { type: "no-common-codec", offered: ["opus"] });
});

test("packets of Opus have a length that its frames have", () => {
  for (const [wantedMs, packetMs] of [
    [30, 20],
    [50, 40],
    [60, 60],
    [10, 10],
  ] as const) {
    const offer = anOffer("m=audio 4000 RTP/AVP 111", "a=rtpmap:111 opus/48000/2", `a=ptime:${wantedMs}`);
    const outcome = answerOffer(offer, withOpus);
    assert.ok(outcome.type === "agreed");
    assert.equal(outcome.audio.ptimeMs, packetMs);
  }
});

// Contract: sip-and-media-a-law
test("answers with the first common codec of the offer and its telephone-event number (RFC 3264 §6.1)", () => {
  const { audio, answer } = agreed(
    anOffer(
      "m=audio 4000 RTP/AVP 9 8 0 96 97",
      "a=rtpmap:96 telephone-event/48000",
      "a=rtpmap:97 telephone-event/8000",
      "a=ptime:30",
    ),
  );

  assert.deepEqual(audio, {
    remoteAddress: "198.51.100.1",
    remotePort: 4000,
    remoteRtcpAddress: "198.51.100.1",
    remoteRtcpPort: 4001,
    codec: { name: "PCMA", payloadType: 8 },
    telephoneEventPayloadType: 97,
    ptimeMs: 30,
    direction: "sendrecv",
  });
  assert.match(answer, /^m=audio 5004 RTP\/AVP 8 97\r$/m);
  assert.match(answer, /^a=fmtp:97 0-15\r$/m);
});

test("agrees without telephone-event when only other clocks are offered (RFC 4733 §2.1)", () => {
  const { audio, answer } = agreed(anOffer("m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/16000"));

  assert.equal(audio.telephoneEventPayloadType, undefined);
  assert.doesNotMatch(answer, /telephone-event/);
});

test("keeps a dynamic number of G.711 that the offer chose", () => {
  const { audio, answer } = agreed(anOffer("m=audio 4000 RTP/AVPF 110", "a=rtpmap:110 pcmu/8000/1"));

  assert.deepEqual(audio.codec, { name: "PCMU", payloadType: 110 });
  assert.match(answer, /^m=audio 5004 RTP\/AVPF 110\r$/m);
  assert.match(answer, /^a=rtpmap:110 PCMU\/8000\r$/m);
});

test("refuses each other stream in its place (RFC 3264 §6)", () => {
  const { audio, answer } = agreed(
    anOffer(
      "m=video 6000 RTP/AVP 31",
      "m=audio 6002 RTP/SAVP 0",
      "m=audio 6004/2 RTP/AVP 0",
      "m=image 6006 udptl t38",
      "m=audio 6008 RTP/AVP 8",
      "m=x-odd 6010 TCP/MSRP *",
    ),
  );

  assert.equal(audio.remotePort, 6004);
  assert.deepEqual(mediaLines(answer), [
    "m=video 0 RTP/AVP 31",
    "m=audio 0 RTP/SAVP 0",
    "m=audio 5004 RTP/AVP 0",
    "m=image 0 udptl t38",
    "m=audio 0 RTP/AVP 8",
    "m=x-odd 0 TCP/MSRP *",
  ]);
});

for (const [theirs, ours] of [
  ["sendrecv", "sendrecv"],
  ["sendonly", "recvonly"],
  ["recvonly", "sendonly"],
  ["inactive", "inactive"],
]) {
  test(`answers ${theirs} with ${ours} (RFC 3264 §6.1)`, () => {
    const { audio, answer } = agreed(anOffer("m=audio 4000 RTP/AVP 0", `a=${theirs}`));
    const session = agreed(anOffer(`a=${theirs}`, "m=audio 4000 RTP/AVP 0"));

    assert.equal(audio.direction, ours);
    assert.equal(session.audio.direction, ours);
    assert.match(answer, new RegExp(`^a=${ours}\r$`, "m"));
  });
}

test("sends nothing to a far end that holds with the address 0.0.0.0 (RFC 3264 §8.4)", () => {
  assert.equal(agreed(anOffer("m=audio 4000 RTP/AVP 0", "c=IN IP4 0.0.0.0")).audio.direction, "recvonly");
  assert.equal(agreed(anOffer("m=audio 4000 RTP/AVP 0", "c=IN IP6 ::", "a=recvonly")).audio.direction, "inactive");
});

test("takes RTCP's port and address from a=rtcp (RFC 3605 §2.1)", () => {
  const port = agreed(anOffer("m=audio 4000 RTP/AVP 0", "a=rtcp:4017")).audio;
  const address = agreed(anOffer("m=audio 4000 RTP/AVP 0", "a=rtcp:4017 IN IP4 198.51.100.9")).audio;

  assert.deepEqual([port.remoteRtcpAddress, port.remoteRtcpPort], ["198.51.100.1", 4017]);
  assert.deepEqual([address.remoteRtcpAddress, address.remoteRtcpPort], ["198.51.100.9", 4017]);
});

for (const [lines, ptimeMs] of [
  [["a=ptime:10"], 10],
  [["a=ptime:60"], 60],
  [["a=ptime:25"], 20],
  [["a=ptime:80"], 20],
  [["a=ptime:40", "a=maxptime:30"], 30],
  [["a=maxptime:15"], 10],
  [["a=ptime:x"], 20],
] as const) {
  test(`sends ${ptimeMs} ms packets after ${lines.join(" and ")}`, () => {
    assert.equal(agreed(anOffer("m=audio 4000 RTP/AVP 0", ...lines)).audio.ptimeMs, ptimeMs);
  });
}

test("takes the address of the stream before that of the session", () => {
  const { audio } = agreed(anOffer("m=audio 4000 RTP/AVP 0", "c=IN IP4 198.51.100.7"));

  assert.equal(audio.remoteAddress, "198.51.100.7");
});

test("takes no address of the other family, and says which is spoken here; 0.0.0.0 is hold in both (RFC 3261 §20.43)", () => {
  const stream = "m=audio 4000 RTP/AVP 0";
  const six = { ...local, address: "2001:db8::1" };

  const refused = answerOffer(anOffer(stream, "c=IN IP6 2001:db8::7"), local);
  assert.ok(refused.type === "no-audio");
  assert.deepEqual(warningOf(refused), {
    code: 301,
    text: "the audio stream's address 2001:db8::7 is IPv6, and audio goes over IPv4 here",
  });
  assert.equal(answerOffer(anOffer(stream), six).type, "no-audio");
  assert.equal(readAnswer(anOffer(stream), six).type, "no-audio");
  assert.equal(answerOffer(anOffer(stream, "c=IN IP6 2001:db8::7"), six).type, "agreed");
  assert.equal(answerOffer(anOffer(stream, "c=IN IP4 0.0.0.0"), six).type, "agreed");
});

test("finds the host names of c= lines, and reads the description once they have addresses", () => {
  const offer = anOffer("m=audio 4000 RTP/AVP 0", "c=IN IP4 phone.example.com");

  assert.deepEqual(describedHosts(offer), [{ name: "phone.example.com", family: 4 }]);
  assert.deepEqual(describedHosts(anOffer("c=IN IP4 224.2.1.1/127", "c=IN IP6 ::1", "c=IN IP4 a..b -")), [
    { name: "a..b", family: 4 },
  ]);
  const named = withAddresses(offer, new Map([["phone.example.com", "198.51.100.8"]]));
  assert.equal(agreed(named).audio.remoteAddress, "198.51.100.8");
  assert.equal(withAddresses(offer, new Map()), offer);
});

test("repeats the offer's t= line (RFC 3264 §6) and accepts bare line feeds", () => {
  const { answer } = agreed("v=0\no=- 1 1 IN IP4 h\ns=x\nc=IN IP4 198.51.100.1\nt=5 9\nm=audio 4000 RTP/AVP 0\n");

  assert.match(answer, /^t=5 9\r$/m);
});

const phones = {
  g722First: anOffer("m=audio 4000 RTP/AVP 9 0 8 101", "a=rtpmap:9 G722/8000", "a=rtpmap:0 PCMU/8000"),
  g722Last: anOffer("m=audio 4000 RTP/AVP 8 0 9 101"),
  g722Only: anOffer("m=audio 4000 RTP/AVP 9 101", "a=rtpmap:9 g722/8000", "a=rtpmap:101 telephone-event/8000"),
  g722AtItsRate: anOffer("m=audio 4000 RTP/AVP 96", "a=rtpmap:96 G722/16000"),
} as const;

// Contract: sip-and-media-g722
for (const [preferences, taken] of [
  [
    { codecs: ["PCMU", "PCMA"], lastResort: ["G722"] },
    { g722First: "PCMU", g722Last: "PCMA", g722Only: "G722", g722AtItsRate: undefined },
  ],
  [
    { codecs: ["G722", "PCMU"], order: "ours" },
    { g722First: "G722", g722Last: "G722", g722Only: "G722", g722AtItsRate: undefined },
  ],
  [
    { codecs: ["PCMU", "PCMA", "G722"], order: "ours" },
    { g722First: "PCMU", g722Last: "PCMU", g722Only: "G722", g722AtItsRate: undefined },
  ],
  [
    { codecs: ["PCMA"], order: "ours" },
    { g722First: "PCMA", g722Last: "PCMA", g722Only: undefined, g722AtItsRate: undefined },
  ],
] as const) {
  test(`takes of an offer what is preferred: ${JSON.stringify(preferences)} (RFC 3264 §6.1)`, () => {
    for (const [phone, offer] of Object.entries(phones)) {
      const outcome = answerOffer(offer, { ...local, ...preferences });
      const codec = outcome.type === "agreed" ? outcome.audio.codec.name : undefined;
      assert.equal(codec, taken[phone as keyof typeof phones], phone);
    }
  });
}

test("answers G.722 with the clock rate that it has in descriptions (RFC 3551 §4.5.2)", () => {
  const outcome = answerOffer(phones.g722Only, { ...local, lastResort: ["G722"] });

  assert.ok(outcome.type === "agreed");
  assert.deepEqual(mediaLines(outcome.answer), ["m=audio 5004 RTP/AVP 9 101"]);
  assert.match(outcome.answer, /^a=rtpmap:9 G722\/8000\r$/m);
});

test("offers G.722 with its static number where it is asked for (RFC 3551 §6)", () => {
  const offer = createOffer({ ...local, codecs: ["G722", "PCMU"] });

  assert.deepEqual(mediaLines(offer), ["m=audio 5004 RTP/AVP 9 0 101"]);
  assert.match(offer, /^a=rtpmap:9 G722\/8000\r$/m);
});

test("takes no last resort from an answer: what was not offered cannot be agreed (RFC 3264 §6.1)", () => {
  assert.equal(readAnswer(phones.g722Only, { ...local, lastResort: ["G722"] }).type, "no-common-codec");
});

test("names what was offered when no codec is common", () => {
  assert.deepEqual(
    answerOffer(anOffer("m=audio 4000 RTP/AVP 18 111 0", "a=rtpmap:111 opus/48000/2", "a=rtpmap:0 PCMU/16000"), local),
    { type: "no-common-codec", offered: ["G729", "opus", "PCMU"] },
  );
});

for (const [why, code, offer] of [
  ["port 0", 304, anOffer("m=audio 0 RTP/AVP 0")],
  ["RTP/SAVP", 302, anOffer("m=audio 4000 RTP/SAVP 0")],
  ["UDP/TLS/RTP/SAVPF", 302, anOffer("m=audio 4000 UDP/TLS/RTP/SAVPF 0")],
  ["no address", 301, "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"],
  ["not an IP address", 301, anOffer("m=audio 4000 RTP/AVP 0", "c=IN IP4 phone.example.com")],
  ["multicast", 330, anOffer("m=audio 4000 RTP/AVP 0", "c=IN IP4 224.2.17.12/127")],
  ["not audio", 304, anOffer("m=video 4000 RTP/AVP 31")],
  ["no media stream", 304, anOffer()],
] as const) {
  test(`finds no audio: ${why}`, () => {
    const outcome = answerOffer(offer, local);

    assert.equal(outcome.type, "no-audio");
    assert.match(outcome.type === "no-audio" ? outcome.why : "", new RegExp(why));
    assert.equal(outcome.type === "no-audio" && outcome.warningCode, code);
  });
}

for (const text of [
  "",
  "  \r\n",
  "hello",
  '{"v":0}',
  "v=1\r\n",
  "o=- 1 1 IN IP4 h\r\n",
  `v=0\r\n${"a=x\r\n".repeat(20_000)}`,
]) {
  test(`calls ${JSON.stringify(text.slice(0, 20))} malformed`, () => {
    assert.equal(answerOffer(text, local).type, "malformed");
    assert.equal(readAnswer(text, local).type, "malformed");
  });
}

test("reads back the answer to its own offer, from both ends", () => {
  const callee = agreed(createOffer({ ...local, address: "192.0.2.1", port: 7000 }));
  const caller = readAnswer(callee.answer, local);

  assert.equal(callee.audio.remotePort, 7000);
  assert.equal(caller.type, "agreed");
  assert.deepEqual(caller.type === "agreed" && caller.audio, {
    ...callee.audio,
    remoteAddress: "192.0.2.10",
    remoteRtcpAddress: "192.0.2.10",
    remotePort: 5004,
    remoteRtcpPort: 5005,
  });
});

test("reads an answer whose only codec was not offered as no common codec", () => {
  const outcome = readAnswer(anOffer("m=audio 4000 RTP/AVP 8 101"), { ...local, codecs: ["PCMU"] });

  assert.deepEqual(outcome, { type: "no-common-codec", offered: ["PCMA", "payload 101"] });
});

test("reads a refused or encrypted stream in an answer as no audio", () => {
  assert.equal(readAnswer(anOffer("m=audio 0 RTP/AVP 0"), local).type, "no-audio");
  assert.equal(readAnswer(anOffer("m=audio 4000 RTP/SAVP 0"), local).type, "no-audio");
  assert.equal(readAnswer(anOffer(), local).type, "no-audio");
});

test("takes an offer of one port for RTP and RTCP, and says so (RFC 5761 §5.1.1)", () => {
  const { audio, answer } = agreed(anOffer("m=audio 4000 RTP/AVP 0", "a=rtcp:4017", "a=rtcp-mux"));

  assert.deepEqual([audio.remoteRtcpAddress, audio.remoteRtcpPort, audio.isMultiplexed], ["198.51.100.1", 4000, true]);
  assert.match(answer, /^a=rtcp-mux\r$/m);
});

test("does not ask for one port by itself, and an answer alone makes none (RFC 5761 §5.1.1)", () => {
  const outcome = readAnswer(anOffer("m=audio 4000 RTP/AVP 0", "a=rtcp-mux"), local);

  assert.doesNotMatch(createOffer(local), /rtcp-mux/);
  assert.doesNotMatch(agreed(anOffer("m=audio 4000 RTP/AVP 0")).answer, /rtcp-mux/);
  assert.ok(outcome.type === "agreed");
  assert.deepEqual([outcome.audio.remoteRtcpPort, outcome.audio.isMultiplexed], [4001, undefined]);
});

test("goes on with one port in later offers, as long as the far end agrees (RFC 5761 §5.1.1)", () => {
  const shared = { ...local, isMultiplexed: true };
  const ports = ["a=rtcp-mux", "a=sendrecv"].map((line) => {
    const outcome = readAnswer(anOffer("m=audio 4000 RTP/AVP 0", line), shared);
    return outcome.type === "agreed" && outcome.audio.remoteRtcpPort;
  });

  assert.match(createOffer(shared), /^a=rtcp-mux\r$/m);
  assert.deepEqual(ports, [4000, 4001]);
});
