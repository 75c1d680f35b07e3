import assert from "node:assert/strict";
import { cryptoSuites, type CryptoSuite } from "../../../src/sdp/crypto-suites.ts";
import { readCryptoLine } from "../../../src/sdp/crypto-line.ts";
import {
  answerBrowserOffer,
  answerOffer,
  describedHosts,
  readAnswer,
  readBrowserOffer,
  whyNoAnswer,
  withAddresses,
  type LocalAudio,
} from "../../../src/sdp/index.ts";
import type { FuzzTarget } from "../target.ts";

const key = Buffer.alloc(30, 7).toString("base64");
const local: LocalAudio = {
  ...{ address: "192.0.2.10", port: 5004, codecs: ["PCMU", "PCMA", "G722"], sessionId: "7", sessionVersion: 3 },
  ...{ srtp: "optional", mediaKey: ({ suite }: { suite: CryptoSuite }) => new Uint8Array(cryptoSuites[suite]) },
};
const description = (...lines: readonly string[]) =>
  ["v=0", "o=- 1 1 IN IP4 198.51.100.1", "s=-", "c=IN IP4 198.51.100.1", "t=0 0", ...lines, ""].join("\r\n");

const fingerprint = `sha-256 ${"AB:".repeat(31)}AB`;
const browserLines = [
  ...["v=0", "o=- 46117314 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=extmap-allow-mixed"],
  ...["m=audio 51472 UDP/TLS/RTP/SAVPF 63 111 9 0 8 13 110", "c=IN IP4 192.0.2.44", "a=rtcp:9 IN IP4 0.0.0.0"],
  "a=candidate:1853887674 1 udp 2122260223 192.0.2.44 51472 typ host generation 0 network-id 1",
  ...["a=ice-ufrag:4ZcD", "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlO7", `a=fingerprint:${fingerprint}`, "a=setup:actpass"],
  ...["a=mid:0", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "a=sendrecv", "a=rtcp-mux"],
  ...["a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc"],
  ...["a=fmtp:111 minptime=10;useinbandfec=1", "a=rtpmap:9 G722/8000", "a=rtpmap:110 telephone-event/48000"],
  ...["m=video 9 UDP/TLS/RTP/SAVPF 96 97", "c=IN IP4 0.0.0.0", "a=mid:1", "a=inactive", "a=rtpmap:96 VP8/90000", ""],
];
const browserAnswer = {
  ...{ iceUfrag: "ourufrag", icePassword: "our/password+of22bytes", fingerprint, address: "192.0.2.9", port: 3478 },
  ...{ ssrc: 4_000_000_000, cname: "mixer", sessionId: "77", sessionVersion: 1, playbackRateHz: 16_000 },
};

const words = [
  ...[
    "\r\n",
    "\n",
    "=",
    " ",
    ":",
    "/",
    ";",
    "\r\na=",
    "\r\nm=audio 4 RTP/AVP 0",
    "\r\nm=",
    "\r\nc=IN IP4 ",
    "\r\nc=IN IP6 ",
    "v=0",
  ],
  ...[
    "RTP/AVP",
    "RTP/SAVP",
    "UDP/TLS/RTP/SAVPF",
    "a=rtpmap:",
    "a=fmtp:",
    "a=ptime:20",
    "a=rtcp:",
    "a=rtcp-mux",
    "a=sendonly",
  ],
  ...[
    "a=inactive",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:",
    "a=mid:",
    "a=group:BUNDLE ",
    "a=fingerprint:sha-256 ",
    "a=setup:",
  ],
  ...[
    "telephone-event/8000",
    "PCMU/8000",
    "opus/48000/2",
    "0.0.0.0",
    "224.2.1.1/127",
    "127",
    "128",
    "65535",
    "65536",
    "-1",
    "é",
  ],
];

export const descriptions: readonly FuzzTarget[] = [
  {
    name: "sdp",
    seeds: [
      description("m=audio 4000/2 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000", "a=rtcp:4001", "a=ptime:20"),
      description(
        "m=video 9 RTP/AVP 96",
        "m=audio 4000 RTP/SAVP 9 0",
        `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4`,
        "a=sendonly",
      ),
      description(
        "m=audio 4000 RTP/AVP 9 96",
        "c=IN IP6 2001:db8::1",
        "a=rtpmap:96 PCMU/8000/1",
        "a=rtcp-mux",
        "a=maxptime:40",
        "b=AS:64",
      ),
      description("m=audio 4000 RTP/AVP 0", "c=IN IP4 host.example.com", "a=inactive"),
    ],
    words,
    take(bytes) {
      const text = bytes.toString("utf8");
      for (const outcome of [answerOffer(text, local), readAnswer(text, local)]) {
        if (outcome.type !== "agreed") continue;
        const { remotePort, remoteRtcpPort, codec, ptimeMs } = outcome.audio;
        assert.ok(remotePort > 0 && remotePort < 65_536 && remoteRtcpPort > 0 && remoteRtcpPort < 65_536);
        assert.ok(codec.payloadType >= 0 && codec.payloadType < 128 && ptimeMs >= 10 && ptimeMs <= 60);
      }
      whyNoAnswer(text, local);
      withAddresses(text, new Map(describedHosts(text).map(({ name }) => [name, "192.0.2.1"])));
    },
  },
  {
    name: "sdp-crypto",
    mostBytes: 16_384,
    seeds: [
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4`,
      `2 AEAD_AES_128_GCM inline:${Buffer.alloc(28, 7).toString("base64")} KDR=1 UNENCRYPTED_SRTP`,
      `999999999 AES_256_CM_HMAC_SHA1_80 inline:${Buffer.alloc(46, 7).toString("base64")}|2^48`,
    ],
    words: [
      " ",
      "\t",
      "|",
      ":",
      ";",
      "2^20",
      "2^48",
      "=",
      "inline:",
      "KDR=",
      "WSH=64",
      "FEC_ORDER=FEC_SRTP",
      "AES_CM_128_HMAC_SHA1_32",
      key,
    ],
    take(bytes) {
      const text = bytes.toString("utf8");
      const line = readCryptoLine(text);
      if (typeof line !== "string") assert.equal(line.key.length, cryptoSuites[line.suite]);
      else assert.ok(!line.includes(key.slice(0, 12)), "what is refused has nothing of its key");
      const offer = description("m=audio 4000 RTP/SAVP 0", `a=crypto:${text}`);
      const outcome = answerOffer(offer, local);
      if (outcome.type !== "agreed") assert.ok(!JSON.stringify(outcome).includes(key.slice(0, 12)));
    },
  },
  {
    name: "browser-offer",
    seeds: [
      browserLines.join("\r\n"),
      browserLines.slice(0, 17).concat("a=rtpmap:0 PCMU/8000", "").join("\r\n").replace("actpass", "active"),
    ],
    words,
    take(bytes) {
      const offer = readBrowserOffer(bytes.toString("utf8"), { codecs: ["opus", "PCMU", "PCMA"] });
      if ("why" in offer) {
        assert.match(offer.why, /^[a-z].{10,}/);
        return;
      }
      const answer = answerBrowserOffer(offer, browserAnswer);
      assert.equal(answer.match(/^m=/gm)?.length, offer.sections.length);
      assert.equal(answer.match(/^m=audio 3478 /gm)?.length, 1);
      assert.ok(offer.iceUfrag.length >= 4 && offer.fingerprint.length >= 95);
    },
  },
];
