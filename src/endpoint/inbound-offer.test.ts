import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SrtpPolicy } from "../sdp/index.ts";
import type { OwnAddress, SipAddress } from "../sip/index.ts";
import { sessionDescriptions } from "../testing/internal/session-descriptions.ts";
import { readInboundOffer } from "./inbound-offer.ts";

const peer: SipAddress = { transport: "udp", host: "192.0.2.9", port: 5060 };
const description = (host: string, media = "m=audio 4000 RTP/AVP 0") =>
  `v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP${host.includes(":") ? 6 : 4} ${host}\r\nt=0 0\r\n${media}\r\n`;

/** Reads an offer of the peer: the host name phone.example.com is known, no other. IPv6 has an address here where `hasIpv6` says so. */
function read(offer: string | undefined, srtp: SrtpPolicy = "optional", source = peer, hasIpv6 = false) {
  const own = (host: string): OwnAddress => ({ bound: host, local: host, advertised: host });
  return readInboundOffer(
    { offer, source, bound: "0.0.0.0", listener: undefined },
    {
      sessionDescriptions,
      lookUpHost: async ({ name }) => {
        if (name !== "phone.example.com") throw new Error(`${name} has no address`);
        return "192.0.2.10";
      },
      userAgent: {
        ownAddress: ({ host }) => {
          if (host.includes(":")) return hasIpv6 ? own("2001:db8::1") : undefined;
          return own("192.0.2.1");
        },
      },
    },
    undefined,
    { codecs: ["PCMU"] },
    srtp,
  );
}

describe("the offer of an INVITE", () => {
  it("is usable, with our address towards the far end", async () => {
    const offer = await read(description("192.0.2.9"));

    assert.equal(offer.type === "usable" && offer.own.advertised(), "192.0.2.1");
  });

  it("may be missing: we make one", async () => {
    const offer = await read(undefined);

    assert.deepEqual([offer.type, offer.type === "usable" && offer.offer], ["usable", undefined]);
  });

  it("may name a host, which is looked up", async () => {
    const offer = await read(description("phone.example.com"));

    assert.equal(
      offer.type === "usable" && offer.offer !== undefined && sessionDescriptions.audioAddress(offer.offer),
      "192.0.2.10",
    );
  });

  it("wants audio of the other address family: our address of that, where there is one", async () => {
    const offer = await read(description("2001:db8::9"), "optional", peer, true);

    assert.equal(offer.type === "usable" && offer.own.advertised(), "2001:db8::1");
  });

  const wrong: readonly [why: string, ReturnType<typeof read>, code: number, text: RegExp][] = [
    ["names a host that nobody knows", read(description("nowhere.example.com")), 301, /nowhere\.example\.com/],
    ["has no audio", read("v=0\r\ns=-\r\n"), 304, /no media stream/],
    ["has no codec that is known", read(description("192.0.2.9", "m=audio 4000 RTP/AVP 18")), 305, /./],
    [
      "comes from a family that has no address here",
      read(undefined, "optional", { ...peer, host: "2001:db8::9" }),
      301,
      /family of 2001:db8::9/,
    ],
  ];
  for (const [why, reading, code, text] of wrong) {
    it(`cannot be used when it ${why}: ${code}`, async () => {
      const offer = await reading;

      assert.equal(offer.type === "unusable" && offer.warning.code, code, JSON.stringify(offer));
      assert.match(offer.type === "unusable" ? offer.warning.text : "", text);
    });
  }

  it("in the clear cannot be used where encryption is required, and it is said that this is why", async () => {
    const offer = await read(description("192.0.2.9"), "required");

    assert.equal(offer.type === "unusable" && offer.isNotEncrypted, true);
  });
});
