import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSipUri } from "../../sip-syntax/index.ts";
import { openPhoneBed, type PhoneBed } from "../../testing/internal/phone-bed.ts";
import {
  aDescription,
  aRequest,
  createRecordingDelegate,
  openRawSipPeer,
  sipHeader,
  sipHeaders,
  tagOf,
  type RawSipPeer,
} from "../../testing/internal/sip-testbed.ts";

describe("the way to a phone", () => {
  /** The INVITE that a call to alice sends, and where it goes. */
  const invite = (bed: PhoneBed, user = "alice") => {
    const [contact] = bed.agent.contactsOf(user);
    assert.ok(contact, "no phone is registered");
    const { uri, over, routes, target } = contact;
    const nextHop = over?.peer ?? { transport: "udp" as const, host: target.host, port: target.port ?? 5060 };
    bed.agent.call({
      ...{ requestUri: uri, to: "sip:alice@192.0.2.1", from: "sip:x@192.0.2.1", headers: [], offer: aDescription },
      ...{ nextHop, over, routes, delegate: createRecordingDelegate() },
    });
    bed.clock.advance(2);
    const sent = bed.network.packets.findLast(({ text }) => text.startsWith("INVITE ")) ?? assert.fail("no INVITE");
    return {
      to: sent.to,
      requestUri: sent.text.split(" ", 2)[1],
      route: sipHeaders(sent.text, "Route"),
      kind: sent.kind,
    };
  };

  it("is the address that it names", async () => {
    const bed = await openPhoneBed();
    bed.send(bed.peer, { contact: "sip:alice@192.0.2.9:7000" });

    assert.deepEqual(invite(bed), {
      to: "192.0.2.9:7000",
      requestUri: "sip:alice@192.0.2.9:7000",
      route: [],
      kind: "datagram",
    });
  });

  it("behind a NAT is where its REGISTER came from, and the Request-URI what it calls itself", async () => {
    const bed = await openPhoneBed();
    const inside = { via: "SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bKnat;rport", contact: "sip:alice@10.0.0.5:5060" };

    const answer = bed.send(bed.peer, inside);

    assert.match(sipHeader(answer, "Via"), /;received=192\.0\.2\.9;rport=5060/);
    assert.deepEqual(invite(bed), {
      to: "192.0.2.9:5060",
      requestUri: "sip:alice@10.0.0.5:5060",
      route: [],
      kind: "datagram",
    });
  });

  it("of one that names a host that is no address is where its REGISTER came from", async () => {
    const bed = await openPhoneBed();
    bed.send(bed.peer, { contact: "sip:alice@phone.invalid:7000" });

    assert.equal(invite(bed).to, "192.0.2.9:5060");
  });

  it("over TCP is its connection, which stays open for it and takes it along when it breaks", async () => {
    const bed = await openPhoneBed();
    const stream = bed.network.connectStream("192.0.2.1", 5060);
    let received = "";
    stream.start({ onBytes: (bytes) => void (received += bytes.toString()), onClosed: () => undefined });
    const via = "SIP/2.0/TCP 10.0.0.5:5060;branch=z9hG4bKtcp;rport";
    const contact = "sip:alice@10.0.0.5:5060;transport=tcp";
    const text = aRequest({ method: "REGISTER", via, contact }).replace("To: <sip:+12065550100@", "To: <sip:alice@");
    stream.write(Buffer.from(text));
    bed.clock.advance(3);
    assert.match(received, /^SIP\/2\.0 200 /);
    bed.clock.advance(1_000_000);

    assert.equal(invite(bed).kind, "stream");
    bed.clock.advance(5);
    assert.match(received, /\r\n\r\nINVITE sip:alice@10\.0\.0\.5:5060;transport=tcp /);
    stream.close();
    bed.clock.advance(5);
    assert.deepEqual([bed.agent.contactsOf("alice"), bed.agent.registrations()], [[], 0]);
  });

  it("of one that names another host is where its REGISTER came from, so that nobody else gets its calls", async () => {
    const bed = await openPhoneBed();
    bed.send(bed.peer, { contact: "sip:victim@198.51.100.7:5060" });
    assert.equal(invite(bed).to, "192.0.2.9:5060");
    bed.send(bed.peer, { contact: "sip:victim@198.51.100.7:5060", lines: ["Path: <sip:198.51.100.7;lr>"] });
    assert.deepEqual([invite(bed).to, invite(bed).route], ["192.0.2.9:5060", ["<sip:198.51.100.7;lr>"]]);
  });

  it("over TCP at the address that it names outlives its connection, and is reached by another", async () => {
    const bed = await openPhoneBed();
    const stream = bed.network.connectStream("192.0.2.1", 5060);
    stream.start({ onBytes: () => undefined, onClosed: () => undefined });
    bed.clock.advance(2);
    const { host } = stream.local();
    const parts = { method: "REGISTER", via: `SIP/2.0/TCP ${host}:5060;branch=z9hG4bKtcp;rport` };
    const text = aRequest({ ...parts, contact: `sip:alice@${host}:7000;transport=tcp` });
    stream.write(Buffer.from(text.replace("To: <sip:+12065550100@", "To: <sip:alice@")));
    bed.clock.advance(3);

    stream.close();
    bed.clock.advance(5);

    const [contact] = bed.agent.contactsOf("alice");
    assert.deepEqual([contact?.over, contact?.target], [undefined, { host, port: 7_000, transport: "tcp" }]);
  });

  it("goes by the proxies of its Path, which the 200 repeats (RFC 3327)", async () => {
    const bed = await openPhoneBed({ isTrusted: ({ host }) => host === "192.0.2.9" });
    const lines = ["Supported: path", "Path: <sip:192.0.2.30;lr>, <sip:edge.example.com;lr>"];

    const answer = bed.send(bed.peer, { lines, contact: "sip:alice@10.0.0.5" });

    assert.deepEqual(sipHeaders(answer, "Path"), ["<sip:192.0.2.30;lr>", "<sip:edge.example.com;lr>"]);
    assert.deepEqual(invite(bed), {
      ...{ to: "192.0.2.30:5060", requestUri: "sip:alice@10.0.0.5", kind: "datagram" },
      route: ["<sip:192.0.2.30;lr>", "<sip:edge.example.com;lr>"],
    });
  });

  it("of a device with two flows is the later one, and the 200 says that outbound is used (RFC 5626)", async () => {
    const bed = await openPhoneBed();
    const later = await openRawSipPeer(bed.network, 5070);
    const send = (peer: RawSipPeer, id: number) =>
      bed.send(peer, {
        parameters: `;+sip.instance="<urn:uuid:1>";reg-id=${id}`,
        lines: ["Supported: outbound, path"],
        via: `SIP/2.0/UDP 192.0.2.9:${peer.port};branch=z9hG4bK${id};rport`,
      });

    const answer = send(bed.peer, 1);
    send(later, 2);

    assert.equal(sipHeader(answer, "Require"), "outbound");
    assert.equal(bed.agent.registrations(), 2);
    assert.equal(bed.agent.contactsOf("alice").length, 1);
    assert.equal(invite(bed).to, "192.0.2.9:5070");
  });

  it("by a GRUU is one device alone, by a temporary one without its name, until it registers anew (RFC 5627)", async () => {
    const bed = await openPhoneBed();
    const register = (device: number, callId: string) =>
      bed.send(bed.peer, {
        ...{ callId, lines: ["Supported: gruu"] },
        contact: `sip:d${device}@192.0.2.9`,
        parameters: `;+sip.instance="<urn:uuid:${device}>"`,
      });
    const answer = register(1, "one");
    register(2, "two");
    const [, lasting = "", temporary = ""] = /pub-gruu="([^"]+)";temp-gruu="([^"]+)"/.exec(answer) ?? [];
    const called = (text: string) =>
      bed.agent.contactsOfDevice(parseSipUri(text) ?? assert.fail(text))?.map(({ uri }) => uri);

    assert.equal(bed.agent.contactsOf("alice").length, 2);
    assert.equal(lasting, "sip:alice@192.0.2.1:5060;gr=urn:uuid:1");
    assert.match(temporary, /^sip:tgruu\.[\w-]+@192\.0\.2\.1:5060;gr$/);
    assert.deepEqual([called(lasting), called(temporary)], [["sip:d1@192.0.2.9"], ["sip:d1@192.0.2.9"]]);
    register(1, "three");
    assert.deepEqual([called(lasting), called(temporary)], [["sip:d1@192.0.2.9"], []]);
    assert.equal(called("sip:alice@192.0.2.1"), undefined);
    assert.equal(called(lasting.replace("192.0.2.1", "192.0.2.2")), undefined);
    assert.equal(called("sip:tgruu.AAAA@192.0.2.1;gr"), undefined);
  });

  it("that names its GRUU as its Contact in a call is where it registered, and not this server (RFC 5627)", async () => {
    const bed = await openPhoneBed();
    const device = { lines: ["Supported: gruu"], parameters: ';+sip.instance="<urn:uuid:1>"' };
    const answer = bed.send(bed.peer, { ...device, contact: "sip:d1@192.0.2.9:7000" });
    const uris = /pub-gruu="([^"]+)";temp-gruu="([^"]+)"/.exec(answer)?.slice(1) ?? [];
    for (const contact of uris) {
      const port = 7_001 + uris.indexOf(contact);
      const phone = await openRawSipPeer(bed.network, port);
      const via = `SIP/2.0/UDP 192.0.2.9:${port};branch=z9hG4bK${port};rport`;
      phone.send(aRequest({ via, callId: `call ${port}`, contact }).replace("sip:peer@", "sip:alice@"));
      bed.clock.advance(2);

      bed.calls.at(-1)?.call.answer("v=0");
      bed.clock.advance(2);
      const toTag = tagOf(sipHeader(phone.last("200"), "To"));
      phone.send(aRequest({ method: "ACK", branch: `ack${port}`, callId: `call ${port}`, toTag }));
      bed.clock.advance(2);
      bed.calls.at(-1)?.call.hangUp();
      bed.clock.advance(2);

      assert.match(phone.last("BYE"), /^BYE sip:d1@192\.0\.2\.9:7000 SIP/);
    }
    assert.equal(uris.length, 2);
  });

  it("with several phones begins with the preferred (q)", async () => {
    const bed = await openPhoneBed();
    for (const [user, q] of [
      ["a", "0.2"],
      ["b", "0.9"],
      ["c", "0.5"],
    ])
      bed.send(bed.peer, { callId: user ?? "", contact: `sip:${user}@192.0.2.9`, parameters: `;q=${q}` });

    assert.deepEqual(
      bed.agent.contactsOf("alice").map(({ uri }) => uri[4]),
      ["b", "c", "a"],
    );
  });
});
