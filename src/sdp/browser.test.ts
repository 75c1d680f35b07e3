import assert from "node:assert/strict";
import { test } from "node:test";
import { answerBrowserOffer, type BrowserAnswerSetting } from "./browser-answer.ts";
import { isOfBrowser, readBrowserOffer, type BrowserOffer } from "./browser-offer.ts";
import { answerOffer, whyNoAnswer } from "./answer-offer.ts";
import { createOffer } from "./create-offer.ts";
import { readDescription } from "./description.ts";
import { readAnswer } from "./read-answer.ts";
import type { CodecPreferences, LocalAudio } from "./types.ts";

const digest = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0").toUpperCase()).join(":");
const ours: CodecPreferences = { codecs: ["opus", "PCMU", "PCMA"] };
const telephone: CodecPreferences = { codecs: ["PCMU", "PCMA"] };
const local: BrowserAnswerSetting = {
  ...{ iceUfrag: "ourufrag", icePassword: "our/password+of22bytes", fingerprint: `sha-256 ${digest}` },
  ...{ address: "192.0.2.9", port: 3478, ssrc: 4_000_000_000, cname: "mixer", sessionId: "77", sessionVersion: 1 },
  playbackRateHz: 16_000,
};

/** As the official client sends it from Chromium: RED first, a video section that is not used yet. */
function chromium({ audio = "sendrecv", video = "inactive", ufrag = "4ZcD" } = {}): string[] {
  const transport = [
    `a=ice-ufrag:${ufrag}`,
    "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlO7",
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${digest}`,
    "a=setup:actpass",
  ];
  return [
    ...["v=0", "o=mozilla-chrome 4611731400430051336 2 IN IP4 127.0.0.1", "s=-", "t=0 0"],
    ...["a=group:BUNDLE 0 1", "a=extmap-allow-mixed", "a=msid-semantic: WMS"],
    "m=audio 51472 UDP/TLS/RTP/SAVPF 63 111 9 0 8 13 110 126",
    ...["c=IN IP4 192.0.2.44", "a=rtcp:9 IN IP4 0.0.0.0"],
    "a=candidate:1853887674 1 udp 2122260223 192.0.2.44 51472 typ host generation 0 network-id 1",
    ...transport,
    ...["a=mid:0", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level"],
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    ...[`a=${audio}`, "a=msid:- 5c1b", "a=rtcp-mux", "a=rtcp-rsize"],
    ...["a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc"],
    "a=fmtp:111 minptime=10;useinbandfec=1",
    ...["a=rtpmap:9 G722/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:13 CN/8000"],
    ...["a=rtpmap:110 telephone-event/48000", "a=rtpmap:126 telephone-event/8000", "a=ssrc:369 cname:kk7"],
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103",
    ...["c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"],
    ...transport,
    ...["a=mid:1", `a=${video}`, "a=rtcp-mux", "a=rtcp-rsize", "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 goog-remb"],
    ...["a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96", "a=rtpmap:103 H264/90000"],
  ];
}

/** As Firefox: the fingerprint and the direction are those of the session, and further sections have port 0 until they are bundled. */
const firefox = [
  ...["v=0", "o=mozilla...THIS_IS_SDPARTA-99.0 8325486312367419387 0 IN IP4 0.0.0.0", "s=-", "t=0 0"],
  ...["a=sendrecv", `a=fingerprint:SHA-256 ${digest.toLowerCase()}`, "a=group:BUNDLE 0 1", "a=ice-options:trickle"],
  "a=msid-semantic:WMS *",
  "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101",
  ...["c=IN IP4 0.0.0.0", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "a=mid:0", "a=rtcp-mux"],
  ...[
    "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1",
    "a=ice-pwd:9a6f5d0a0c0ec8a6a4d4",
    "a=ice-ufrag:05b25aa6",
  ],
  ...["a=rtpmap:109 opus/48000/2", "a=rtpmap:9 G722/8000/1", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000"],
  ...["a=rtpmap:101 telephone-event/8000/1", "a=setup:actpass"],
  "m=video 0 UDP/TLS/RTP/SAVPF 120 124",
  ...["c=IN IP4 0.0.0.0", "a=inactive", "a=bundle-only", "a=mid:1", "a=rtcp-mux", "a=rtpmap:120 VP8/90000"],
  ...["a=rtpmap:124 rtx/90000", "a=setup:actpass"],
];

const text = (lines: readonly string[]) => `${lines.join("\r\n")}\r\n`;

function mustRead(lines: readonly string[]): BrowserOffer {
  const offer = readBrowserOffer(text(lines), ours);
  assert.ok(!("why" in offer), JSON.stringify(offer));
  return offer;
}

/** The lines of an answer, by its sections; the first part is that of the session. */
function answerTo(lines: readonly string[], setting = local): string[][] {
  const answer = answerBrowserOffer(mustRead(lines), setting);
  assert.match(answer, /\r\n$/);
  return answer.split(/(?=^m=)/m).map((part) => part.trimEnd().split("\r\n"));
}

test("an offer of Chromium is answered with one codec, one candidate, and its video inactive in the bundle", () => {
  const [session = [], audio = [], video = []] = answerTo(chromium());

  assert.deepEqual(session, [
    ...["v=0", "o=- 77 1 IN IP4 192.0.2.9", "s=-", "t=0 0", "a=ice-lite"],
    ...["a=msid-semantic: WMS *", "a=group:BUNDLE 0 1"],
  ]);
  assert.equal(audio[0], "m=audio 3478 UDP/TLS/RTP/SAVPF 111");
  for (const line of [
    "c=IN IP4 192.0.2.9",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 maxplaybackrate=16000; useinbandfec=1",
    "a=ice-ufrag:ourufrag",
    "a=ice-pwd:our/password+of22bytes",
    `a=fingerprint:sha-256 ${digest}`,
    "a=setup:passive",
    "a=mid:0",
    "a=rtcp-mux",
    "a=sendrecv",
    "a=candidate:1 1 udp 2130706431 192.0.2.9 3478 typ host",
    "a=end-of-candidates",
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "a=rtcp-fb:111 transport-cc",
    "a=msid:offhook audio",
    "a=ssrc:4000000000 cname:mixer",
  ]) {
    assert.ok(audio.includes(line), `${line} in\n${audio.join("\n")}`);
  }
  assert.equal(video[0], "m=video 9 UDP/TLS/RTP/SAVPF 96");
  for (const line of [
    "a=rtpmap:96 VP8/90000",
    "a=inactive",
    "a=mid:1",
    "a=setup:passive",
    "a=ice-ufrag:ourufrag",
    "a=ice-pwd:our/password+of22bytes",
    `a=fingerprint:sha-256 ${digest}`,
    "a=rtcp-mux",
  ]) {
    assert.ok(video.includes(line), `${line} in\n${video.join("\n")}`);
  }
  assert.ok(!video.some((line) => line.startsWith("a=candidate")));
});

test("what is agreed with Chromium has its numbers, and its transport", () => {
  const { audio, iceUfrag, fingerprint } = mustRead(chromium());

  assert.deepEqual([audio.codec, audio.direction, audio.ptimeMs], [{ name: "opus", payloadType: 111 }, "sendrecv", 20]);
  assert.deepEqual([audio.audioLevelExtension, audio.telephoneEventPayloadType], [1, undefined]);
  assert.equal(audio.transportFeedbackExtension, 3);
  assert.equal(audio.isMultiplexed, true);
  assert.deepEqual([iceUfrag, fingerprint], ["4ZcD", `sha-256 ${digest}`]);
});

test("an offer of Firefox is read where its session says what its sections do not", () => {
  const { audio, iceUfrag, fingerprint, sections } = mustRead(firefox);

  assert.deepEqual(audio.codec, { name: "opus", payloadType: 109 });
  assert.deepEqual([audio.direction, iceUfrag, fingerprint], ["sendrecv", "05b25aa6", `sha-256 ${digest}`]);
  assert.deepEqual(
    sections.map(({ type }) => type),
    ["audio", "inactive"],
  );
  const [session = [], , video = []] = answerTo(firefox);
  assert.ok(session.includes("a=group:BUNDLE 0 1"));
  assert.equal(video[0], "m=video 9 UDP/TLS/RTP/SAVPF 120");
});

for (const [offered, answered] of [
  ["sendrecv", "sendrecv"],
  ["recvonly", "sendonly"],
  ["sendonly", "recvonly"],
  ["inactive", "inactive"],
] as const) {
  test(`audio that is ${offered} is answered ${answered}`, () => {
    const lines = chromium({ audio: offered });
    assert.equal(mustRead(lines).audio.direction, answered);
    assert.ok(answerTo(lines)[1]?.includes(`a=${answered}`));
  });
}

test("an offer without video, whose bundle is of one section with a number as its name, is answered", () => {
  const audioOnly =
    text(chromium())
      .replace("BUNDLE 0 1", "BUNDLE 0")
      .split(/(?=^m=video)/m)[0] ?? "";
  const offer = readBrowserOffer(audioOnly, ours);
  assert.ok(!("why" in offer), JSON.stringify(offer));
  assert.match(answerBrowserOffer(offer, local), /^a=group:BUNDLE 0\r$/m);
});

test("a camera that starts changes nothing but the version: its section stays inactive", () => {
  const before = answerTo(chromium());
  const after = answerTo(chromium({ video: "sendrecv" }), { ...local, sessionVersion: 2 });

  assert.deepEqual(after.slice(1), before.slice(1));
  assert.deepEqual(after[0]?.[1], "o=- 77 2 IN IP4 192.0.2.9");
});

test("sections are answered in the order of the offer, those refused before with port 0 and out of the bundle", () => {
  const [session = [], ...audioFirst] = text(chromium()).split(/(?=^m=)/m);
  const [audio = "", video = ""] = audioFirst;
  const refused = video.replace("m=video 9", "m=video 0").replace("a=mid:1", "a=mid:2");
  const data =
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:3\r\na=sctp-port:5000\r\n";
  const lines = [String(session).replace("BUNDLE 0 1", "BUNDLE 1 0 3"), video, refused, audio, data].join("");
  const answer = answerTo(lines.trimEnd().split("\r\n"));

  assert.deepEqual(
    answer.slice(1).map(([line]) => line),
    [
      "m=video 9 UDP/TLS/RTP/SAVPF 96",
      "m=video 0 UDP/TLS/RTP/SAVPF 96 97 103",
      "m=audio 3478 UDP/TLS/RTP/SAVPF 111",
      "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
    ],
  );
  assert.ok(answer[0]?.includes("a=group:BUNDLE 1 0"));
});

test("a second audio section is inactive", () => {
  const screen =
    text(chromium())
      .split(/(?=^m=)/m)[1]
      ?.replace("a=mid:0", "a=mid:2") ?? "";
  const lines = text(chromium()).replace("BUNDLE 0 1", "BUNDLE 0 1 2") + screen;
  const answer = answerTo(lines.trimEnd().split("\r\n"));

  assert.equal(answer[3]?.[0], "m=audio 9 UDP/TLS/RTP/SAVPF 63");
  assert.ok(answer[3]?.includes("a=inactive"));
});

const refusals: readonly (readonly [string, RegExp, RegExp])[] = [
  ["without ufrag", /a=ice-ufrag:.*\r\n/g, /a=ice-ufrag/],
  ["without fingerprint", /a=fingerprint:.*\r\n/g, /a=fingerprint/],
  ["without rtcp-mux", /a=rtcp-mux\r\n/g, /rtcp-mux/],
  ["without audio", /m=audio 51472/g, /no audio stream/],
  ["of plain RTP", /UDP\/TLS\/RTP\/SAVPF/g, /no audio stream/],
  [
    "without a codec of ours",
    /a=rtpmap:(?:[08]|111) .*\r\n|(?<=SAVPF .*) (?:111|0|8)/g,
    /no common codec; offered are red, G722/,
  ],
];
for (const [what, cut, why] of refusals) {
  test(`an offer ${what} is refused with the reason`, () => {
    const replacement = what === "without audio" ? "m=audio 0" : what === "of plain RTP" ? "RTP/AVP" : "";
    const offer = readBrowserOffer(text(chromium()).replaceAll(cut, replacement), ours);
    assert.match("why" in offer ? offer.why : "", why);
  });
}

for (const [name, value, why] of [
  ["setup", "passive", /setup:passive/],
  ["setup", "holdconn", /setup:holdconn/],
  ["ice-ufrag", "abc", /ice-ufrag/],
  ["ice-ufrag", "x".repeat(257), /ice-ufrag/],
  ["ice-ufrag", "a:bcd", /ice-ufrag/],
  ["fingerprint", `sha-1 ${digest}`, /fingerprint/],
  ["fingerprint", `sha-256 ${digest}:00`, /fingerprint/],
  ["fingerprint", "sha-256 nothing", /fingerprint/],
] as const) {
  test(`an offer with ${name}:${value.slice(0, 20)} is refused with the reason`, () => {
    const offer = readBrowserOffer(
      text(chromium()).replaceAll(new RegExp(`a=${name}:.*`, "g"), `a=${name}:${value}`),
      ours,
    );
    assert.match("why" in offer ? offer.why : "", why);
  });
}

test("an offer that is too long, or of too many sections, is refused before it is worked on", () => {
  const whole = text(chromium());
  for (const more of [
    "a=x:1\r\n".repeat(20_000),
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".repeat(64),
    `a=${"x".repeat(3000)}\r\n`,
  ]) {
    assert.match((readBrowserOffer(whole + more, ours) as { why: string }).why, /longer than|more than/);
  }
  assert.match((readBrowserOffer("", ours) as { why: string }).why, /empty/);
});

test("names that look like numbers stay as they are", () => {
  const offer = mustRead(chromium({ ufrag: "1234" }));
  assert.deepEqual(
    [offer.iceUfrag, offer.sections.map((section) => "mid" in section && section.mid)],
    ["1234", ["0", "1"]],
  );
});

test("an IPv6 address of ours is written as such", () => {
  const [session = [], audio = []] = answerTo(chromium(), { ...local, address: "2001:db8::9" });
  assert.equal(session[1], "o=- 77 1 IN IP6 2001:db8::9");
  assert.ok(audio.includes("c=IN IP6 2001:db8::9"));
  assert.ok(audio.includes("a=candidate:1 1 udp 2130706431 2001:db8::9 3478 typ host"));
});

for (const [browser, lines, payloadType] of [
  ["Chromium", chromium(), 111],
  ["Firefox", firefox, 109],
] as const) {
  test(`Opus of ${browser} is taken with its number, and asked for no wider than it is heard (RFC 7587 §6.1)`, () => {
    const offer = readBrowserOffer(text(lines), { codecs: ["opus"] });
    assert.ok(!("why" in offer), JSON.stringify(offer));
    assert.deepEqual(offer.audio.codec, { name: "opus", payloadType });

    for (const playbackRateHz of [16_000, 48_000]) {
      const answer = answerBrowserOffer(offer, { ...local, playbackRateHz });

      assert.match(answer, new RegExp(`^a=rtpmap:${payloadType} opus/48000/2\\r$`, "m"));
      const parameters = `maxplaybackrate=${playbackRateHz}; useinbandfec=1`;
      assert.match(answer, new RegExp(`^a=fmtp:${payloadType} ${parameters}\\r$`, "m"));
    }
  });
}

test("a browser without Opus, or one that is to speak G.711, is answered with G.711", () => {
  const offer = readBrowserOffer(text(chromium()), telephone);
  assert.ok(!("why" in offer));
  assert.deepEqual(offer.audio.codec, { name: "PCMU", payloadType: 0 });
  assert.match(answerBrowserOffer(offer, local), /^m=audio 3478 UDP\/TLS\/RTP\/SAVPF 0\r$/m);
  const without = mustRead(
    chromium().map((line) => line.replace(" 111 9 0 8", " 9 8 0").replace(/^a=.*:111 .*/, "a=x")),
  );
  assert.deepEqual(without.audio.codec, { name: "PCMU", payloadType: 0 });
});

test("arrivals are told only where the codec asks for it and its packets are numbered", () => {
  for (const without of ["a=rtcp-fb:111 transport-cc", "a=extmap:3 http"]) {
    const lines = chromium().filter((line) => !line.startsWith(without));
    assert.equal(mustRead(lines).audio.transportFeedbackExtension, undefined, without);
    assert.ok(!answerTo(lines)[1]?.some((line) => /rtcp-fb|extmap:3/.test(line)), without);
  }
  assert.equal(mustRead(firefox).audio.transportFeedbackExtension, undefined);
});

const nearEnd = {
  ...{ iceUfrag: "ourufrag", icePassword: "our/password+of22bytes", fingerprint: `sha-256 ${digest}` },
  ...{ address: "192.0.2.9", port: 3478, ssrc: 4_000_000_000, playbackRateHz: 16_000 },
};
const leg: LocalAudio = {
  ...{ codecs: ["opus", "G722", "PCMU", "PCMA"], order: "ours", address: "192.0.2.9", port: 3478 },
  ...{ sessionId: "77", sessionVersion: 1, browser: nearEnd },
};

test("a call's offer of a browser is answered with Opus and the telephone-events of its clock; with PCMU with those of 8,000 Hz", () => {
  for (const [codecs, payloads, clock] of [
    [["opus", "PCMU"], "111 110", 48_000],
    [["PCMU"], "0 126", undefined],
  ] as const) {
    const answer = answerOffer(text(chromium()), { ...leg, codecs });
    assert.ok(answer.type === "agreed");
    assert.match(answer.answer, new RegExp(`^m=audio 3478 UDP/TLS/RTP/SAVPF ${payloads}\\r$`, "m"));
    assert.match(
      answer.answer,
      new RegExp(`^a=rtpmap:${payloads.split(" ")[1]} telephone-event/${clock ?? 8000}\\r$`, "m"),
    );
    assert.deepEqual([answer.audio.telephoneEventClockHz, answer.audio.browser?.iceUfrag], [clock, "4ZcD"]);
  }
});

test("an offer to a browser has one stream in a bundle, ICE-lite, and telephone-events of each clock; its answer is taken", () => {
  const offer = createOffer(leg);
  for (const line of [
    "m=audio 3478 UDP/TLS/RTP/SAVPF 111 9 0 8 101 110",
    ...["a=ice-lite", "a=group:BUNDLE 0", "a=mid:0", "a=setup:actpass", "a=rtcp-mux", "a=sendrecv"],
    ...["a=rtpmap:111 opus/48000/2", "a=rtpmap:101 telephone-event/8000", "a=rtpmap:110 telephone-event/48000"],
  ])
    assert.ok(offer.includes(`${line}\r\n`), `${line} in ${offer}`);
  const answered = chromium().map((line) => (line === "a=setup:actpass" ? "a=setup:active" : line));
  const read = readAnswer(text(answered), leg);
  assert.ok(read.type === "agreed");
  assert.deepEqual([read.audio.codec.name, read.audio.browser?.fingerprint], ["opus", `sha-256 ${digest}`]);
  const again = createOffer({ ...leg, direction: "sendonly", browserSections: read.audio.browser?.sections });
  assert.match(again, /^m=audio [^]*a=mid:0\r[^]*a=sendonly\r[^]*^m=video [^]*a=mid:1\r/m);
});

test("an answer of a browser that wants us to begin the handshake, or has no keys, is none", () => {
  for (const [from, to] of [
    ["a=setup:actpass", "a=setup:passive"],
    [`a=fingerprint:sha-256 ${digest}`, "a=x"],
  ] as const) {
    const read = readAnswer(text(chromium().map((line) => (line === from ? to : line))), leg);
    assert.equal(read.type, "no-audio");
  }
});

test("a call's offer of a browser without a common codec, or without rtcp-mux, says so", () => {
  const description = readDescription(text(chromium().filter((line) => line !== "a=rtcp-mux")));
  assert.ok(typeof description !== "string" && isOfBrowser(description));
  assert.match(JSON.stringify(whyNoAnswer(description, { ...leg, isBrowser: true })), /rtcp-mux/);
  assert.equal(whyNoAnswer(text(chromium()), { ...leg, codecs: [], isBrowser: true })?.type, "no-common-codec");
  assert.equal(whyNoAnswer(text(chromium()), { ...leg, isBrowser: true }), undefined);
});
