import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dialledUri, parseDestination, resolveHost } from "./destination.ts";

describe("a destination", () => {
  test("is reached at the host, port and transport of its URI", () => {
    assert.deepEqual(parseDestination("sip:+12065550100@192.0.2.7:5080;transport=tcp"), {
      uri: "sip:+12065550100@192.0.2.7:5080;transport=tcp",
      user: "+12065550100",
      nextHop: { transport: "tcp", host: "192.0.2.7", port: 5080 },
    });
    assert.deepEqual(parseDestination("sip:bob@[2001:db8::1]").nextHop, {
      transport: "udp",
      host: "2001:db8::1",
      port: 5060,
    });
  });

  test("is reached by the transport of its parameter, whatever its user part and its headers say", () => {
    for (const uri of ["sip:bob;transport=tcp@192.0.2.7", "sip:bob@192.0.2.7?X-Note=;transport=tls"]) {
      assert.equal(parseDestination(uri).nextHop.transport, "udp", uri);
    }
  });

  test("is reached over another hop when one is named", () => {
    const hop = { transport: "udp", host: "127.0.0.1", port: 5062 } as const;

    assert.deepEqual(parseDestination("sip:bob@example.com", hop).nextHop, hop);
  });

  test("is refused when it is no SIP URI with a host", () => {
    for (const text of ["", "bob", "tel:+12065550100", "sip:", "sip:a b@c", "sip:a@b:99999"]) {
      assert.throws(() => parseDestination(text), { code: "PHONE_BAD_ADDRESS" }, text);
    }
  });

  test("is reached over TLS when it asks for it, at port 5061", () => {
    for (const uri of ["sips:bob@192.0.2.7", "sip:bob@192.0.2.7;transport=tls", "sips:bob@192.0.2.7;transport=tcp"]) {
      assert.deepEqual(parseDestination(uri).nextHop, { transport: "tls", host: "192.0.2.7", port: 5061 }, uri);
    }
  });

  test("is refused with the transports that are spoken when it asks for another", () => {
    for (const uri of ["sip:bob@192.0.2.7;transport=sctp", "sips:bob@192.0.2.7;transport=udp"]) {
      assert.throws(() => parseDestination(uri), { message: /udp, tcp and tls, not (?:sctp|udp)/ });
    }
  });

  test("is dialled as a number at the server, or as the URI that it is", () => {
    assert.equal(dialledUri("+12065550100", "localhost:5070"), "sip:+12065550100@localhost:5070");
    assert.equal(dialledUri("100", "127.0.0.1"), "sip:100@127.0.0.1:5060");
    assert.equal(dialledUri("100", "[::1]:5070"), "sip:100@[::1]:5070");
    assert.equal(dialledUri("sip:bob@192.0.2.1", "ignored"), "sip:bob@192.0.2.1");
  });

  test("is refused when it could not stand in a URI", () => {
    for (const [dialled, server] of [
      ["", "127.0.0.1"],
      ["1 2", "127.0.0.1"],
      ["bob@example.com", "127.0.0.1"],
      ["1", "a b"],
      ["1", "bob@127.0.0.1"],
      ["1", "127.0.0.1:0"],
    ] as const) {
      assert.throws(() => dialledUri(dialled, server), { code: "PHONE_BAD_ADDRESS" }, `${dialled} at ${server}`);
    }
  });

  test("keeps an address as it is", async () => {
    const address = { transport: "udp", host: "192.0.2.1", port: 5060 } as const;

    assert.equal(await resolveHost(address), address);
  });
});
