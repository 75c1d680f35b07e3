import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aDescription, aRequest, openRawSipPeer, openTestAgent } from "../../testing/internal/sip-testbed.ts";

/** A session description with its address in this place. */
const descriptionAt = (address: string) => aDescription.replace(/^c=IN .*$/m, `c=IN ${address}`);

/** What must come of a message: a call, a response with this status, or nothing at all. */
type Outcome = "call" | "dropped" | number;

/** Messages with the difficulties that RFC 4475 collects, under its names, and RFC 5118 under its sections, in our own words. */
const cases: readonly (readonly [name: string, what: string, message: string, outcome: Outcome])[] = [
  [
    "wsinv",
    "every kind of legal white space, folding, compact names, odd unknown headers",
    [
      "INVITE sip:vivek@192.0.2.1;unknownparam SIP/2.0",
      "TO :",
      " sip:vivek@192.0.2.1 ;   tag2    = 19n",
      'from   : "J Rosen \\\\\\"" <sip:jd@192.0.2.9>',
      "  ;",
      "  tag = 98asjd8",
      "MaX-fOrWaRdS: 0068",
      "Call-ID: wsinv.ndaksdj@192.0.2.9",
      "Content-Length   : " + aDescription.length,
      "cseq: 0009",
      "  INVITE",
      "Via  : SIP  /   2.0",
      " /UDP",
      "    192.0.2.9;branch=390skdjuw",
      "s :",
      "NewFangledHeader:   newfangled value",
      " continued newfangled value",
      "UnknownHeaderWithUnusualValue: ;;,,;;,;",
      "Content-Type: application/sdp",
      "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
      "  branch  =   z9hG4bK9ikj8  ,",
      " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
      " z9hG4bK30239",
      'm:"Quoted string \\"\\"" <sip:jd@192.0.2.9> ; newparam =',
      "      newvalue ;",
      "  secondparam ; q = 0.33",
      "",
      aDescription,
    ].join("\r\n"),
    "call",
  ],
  [
    "intmeth",
    "a method of every token character",
    aRequest({ method: "!interesting-Method0123456789_*+`.%indeed'~" }),
    405,
  ],
  ["esc01", "escapes in the user part", aRequest({ requestUri: "sip:sips%3Auser%40example.com@192.0.2.1" }), "call"],
  ["escnull", "an escaped NUL in the user part", aRequest({ requestUri: "sip:null-%00-null@192.0.2.1" }), "call"],
  ["esc02", "a method with percent signs is another method", aRequest({ method: "RE%47IST%45R" }), 405],
  ["lwsdisp", "no space before the angle bracket", aRequest().replace('"Peer" <', "caller<"), "call"],
  [
    "longreq",
    "very long values",
    aRequest({ lines: [`Subject: ${"long ".repeat(2_000)}`], callId: "c".repeat(3_000) }),
    "call",
  ],
  ["dblreq", "bytes after the end of the message", `${aRequest()}INVITE sip:x@y SIP/2.0\r\n\r\n`, "call"],
  [
    "semiuri",
    "semicolons in the user part",
    aRequest({ requestUri: "sip:user;par=u%40example.net@192.0.2.1" }),
    "call",
  ],
  [
    "transports",
    "Vias of unknown transports",
    aRequest({ lines: ["Via: SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bKx"] }),
    "call",
  ],
  [
    "noreason",
    "a response without reason phrase, for nothing of ours",
    "SIP/2.0 100 \r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n\r\n",
    "dropped",
  ],
  [
    "badinv01",
    "separators without anything between them in Via",
    aRequest({ via: "SIP/2.0/UDP 192.0.2.9;;branch=z9hG4bKq;,;,," }),
    400,
  ],
  ["badinv01 (2)", "an empty element in Via", aRequest({ via: "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKq,," }), 400],
  ["sdp01", "no session description in Accept", aRequest({ lines: ["Accept: text/nobodyKnowsThis"] }), 406],
  ["sdp01 (2)", "an empty Accept", aRequest({ lines: ["Accept:"] }), 406],
  ["sdp01 (3)", "an Accept that refuses it", aRequest({ lines: ["Accept: application/sdp;q=0, text/plain"] }), 406],
  [
    "sdp01 (4)",
    "an Accept that has it last",
    aRequest({ lines: ["Accept: text/plain, application/SDP;level=1"] }),
    "call",
  ],
  ["sdp01 (5)", "an Accept of everything", aRequest({ lines: ["Accept: */*;q=0.5"] }), "call"],
  ["INVITE", "no Contact", aRequest().replace(/^Contact:.*\r\n/m, ""), 400],
  ["INVITE (2)", "an empty Contact", aRequest().replace(/^Contact:.*\r\n/m, "Contact:\r\n"), 400],
  ["INVITE (3)", "a Contact of every address", aRequest().replace(/^Contact:.*\r\n/m, "Contact: *\r\n"), 400],
  ["INVITE (4)", "a Contact that is no SIP URI", aRequest({ contact: "mailto:a@192.0.2.9" }), 400],
  ["INVITE (5)", "a Contact without a host", aRequest({ contact: "sip:peer@" }), 400],
  [
    "OPTIONS",
    "no Contact, which it does not need",
    aRequest({ method: "OPTIONS" }).replace(/^Contact:.*\r\n/m, ""),
    200,
  ],
  [
    "mpart01",
    "a method that is not taken, with a body of parts",
    aRequest({ method: "MESSAGE", body: "--b--\r\n" }),
    405,
  ],
  [
    "unksm2",
    "unknown schemes in To and From",
    aRequest({ method: "REGISTER" }).replace("<sip:peer", "<name:peer"),
    405,
  ],
  ["RFC 5118 §4.2", "an IPv6 address without brackets", aRequest({ requestUri: "sip:2001:db8::10" }), 400],
  [
    "RFC 5118 §4.3",
    "an IPv6 address that may end in a port",
    aRequest({ requestUri: "sip:[2001:db8::10:5070]" }),
    "call",
  ],
  ["RFC 5118 §4.4", "an IPv6 address and a port", aRequest({ requestUri: "sip:[2001:db8::10]:5070" }), "call"],
  [
    "RFC 5118 §4.5",
    "IPv6 addresses in received, with and without brackets",
    aRequest({
      via: "SIP/2.0/UDP [2001:db8::9:1];rport;received=[2001:db8::9:255];branch=z9hG4bKas3, SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKx",
    }),
    "call",
  ],
  [
    "unreason",
    "a response whose reason phrase is not ASCII, for nothing of ours",
    "SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nCSeq: 3 INVITE\r\n\r\n",
    "dropped",
  ],
  [
    "regbadct",
    "a Contact with a header part outside of brackets, in a REGISTER, which nobody takes here",
    aRequest({ method: "REGISTER" }).replace(/^Contact:.*$/m, "Contact: sip:user@192.0.2.9?Route=%3Csip:192.0.2.2%3E"),
    405,
  ],
  [
    "regaut01",
    "credentials of an unknown scheme",
    aRequest({ method: "REGISTER", lines: ['Authorization: NoOneKnowsThisScheme opaque-data="here"'] }),
    405,
  ],
  [
    "cparam01",
    "a parameter of Contact",
    aRequest({ method: "REGISTER" }).replace(/^(Contact:.*)$/m, "$1;unknownparam"),
    405,
  ],
  [
    "cparam02",
    "a parameter of the URI in Contact",
    aRequest({ method: "REGISTER", contact: "sip:peer@192.0.2.9;unknownparam" }),
    405,
  ],
  [
    "regescrt",
    "an escaped header in the URI of Contact",
    aRequest({ method: "REGISTER", contact: "sip:peer@192.0.2.9?Route=%3Csip:192.0.2.2%3E" }),
    405,
  ],
  [
    "RFC 5118 §4.1",
    "IPv6 addresses everywhere",
    aRequest({ requestUri: "sip:[2001:db8::10]", contact: "sip:peer@[2001:db8::9:1]" }),
    "call",
  ],
  [
    "RFC 5118 §4.6",
    "an IPv6 address in the description",
    aRequest({ body: descriptionAt("IP6 2001:db8::20") }),
    "call",
  ],
  [
    "RFC 5118 §4.7",
    "addresses of both families in Via",
    aRequest({
      via: "SIP/2.0/UDP [2001:db8::9:1]:6050;rport;branch=z9hG4bKas3, SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKb;received=192.0.2.4",
    }),
    "call",
  ],
  [
    "RFC 5118 §4.8",
    "addresses of both families in the description",
    aRequest({ body: `${descriptionAt("IP6 2001:db8::20")}m=video 6024 RTP/AVP 107\r\nc=IN IP4 192.0.2.9\r\n` }),
    "call",
  ],
  [
    "RFC 5118 §4.9",
    "IPv4 addresses in the form of IPv6",
    aRequest({ contact: "sip:peer@[::ffff:192.0.2.10]:9823", body: descriptionAt("IP6 ::ffff:192.0.2.2") }),
    "call",
  ],
  [
    "RFC 5118 §4.10",
    "three colons, as the grammar of RFC 3261 would have them",
    aRequest({ requestUri: "sip:user@[2001:db8:::192.0.2.1]" }),
    "call",
  ],
  [
    "clerr",
    "a Content-Length beyond the datagram",
    aRequest().replace(/Content-Length: \d+/, "Content-Length: 9999"),
    400,
  ],
  ["CR", "a CR that ends no line", aRequest().replace('"Peer"', '"Pe\rX: er"'), 400],
  ["ncl", "a negative Content-Length", aRequest().replace(/Content-Length: \d+/, "Content-Length: -999"), 400],
  ["scalar02", "a CSeq number that is too great", aRequest().replace("CSeq: 1 ", "CSeq: 36893488147419103232 "), 400],
  ["scalar02 (2)", "Max-Forwards above 255", aRequest({ maxForwards: "300" }), 400],
  [
    "scalarlg",
    "a response with a CSeq number that is too great",
    "SIP/2.0 503 No\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nCSeq: 9292394834772304023312 OPTIONS\r\n\r\n",
    "dropped",
  ],
  ["quotbal", "a quote that never closes", aRequest().replace('"Peer" <', '"Peer <'), 400],
  ["ltgtruri", "angle brackets around the Request-URI", aRequest({ requestUri: "<sip:user@192.0.2.1>" }), 400],
  ["lwsruri", "white space in the Request-URI", aRequest({ requestUri: "sip:user@192.0.2.1; lr" }), 400],
  ["lwsstart", "two spaces in the request line", aRequest().replace("INVITE sip", "INVITE  sip"), 400],
  ["trws", "spaces after the version", aRequest().replace("SIP/2.0\r\n", "SIP/2.0  \r\n"), 400],
  ["badvers", "an unknown version", aRequest().replaceAll("SIP/2.0", "SIP/7.0"), 505],
  ["badvers (2)", "an unknown version in Via alone", aRequest({ via: "SIP/7.0/UDP 192.0.2.9;branch=z9hG4bKv" }), 505],
  ["badvers (3)", "a version that is none", aRequest().replace("SIP/2.0\r\n", "SIP/2.0.1\r\n"), 505],
  ["insuf", "no Call-ID, From and To", aRequest().replace(/^(From|To|Call-ID):.*\r\n/gm, ""), 400],
  ["insuf (2)", "no From", aRequest().replace(/^From:.*\r\n/m, ""), 400],
  ["insuf (3)", "no CSeq", aRequest().replace(/^CSeq:.*\r\n/m, ""), 400],
  ["insuf (4)", "no Call-ID", aRequest({ method: "OPTIONS" }).replace(/^Call-ID:.*\r\n/m, ""), 400],
  ["mismatch01", "a CSeq of another method", aRequest({ method: "OPTIONS", cseqMethod: "INVITE" }), 400],
  [
    "mismatch02",
    "an unknown method and a CSeq of a known one",
    aRequest({ method: "NEWMETHOD", cseqMethod: "INVITE" }),
    400,
  ],
  ["bigcode", "a status of ten digits", "SIP/2.0 4294967301 better\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n", "dropped"],
  [
    "badbranch",
    "a branch that is the magic cookie alone",
    aRequest({ via: "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK" }),
    "call",
  ],
  ["unkscm", "an unknown scheme", aRequest({ requestUri: "nobodyKnowsThisScheme:totallyopaquecontent" }), 416],
  ["novelsc", "a known scheme that cannot be called", aRequest({ requestUri: "soap.beep://192.0.2.103:3002" }), 416],
  [
    "bext01",
    "required options that nobody has",
    aRequest({ lines: ["Require: nothingSupportsThis, nothingSupportsThisEither"] }),
    420,
  ],
  [
    "invut",
    "an unknown content type",
    aRequest({ lines: ["Content-Type: application/unknownformat"], body: "<audio/>" }),
    415,
  ],
  ["multi01", "single-valued fields that stand twice", aRequest({ lines: ["From: <sip:other@192.0.2.9>;tag=x"] }), 400],
  ["mcl01", "two Content-Lengths", aRequest({ lines: ["Content-Length: 5"] }), 400],
  [
    "bcast",
    "a response with the Via of somebody else below",
    aRequest()
      .replace(/^INVITE.*\r\n/, "SIP/2.0 200 OK\r\n")
      .replace("Max-", "Via: SIP/2.0/UDP x\r\nMax-"),
    "dropped",
  ],
  ["zeromf", "OPTIONS without hops left is for us", aRequest({ method: "OPTIONS", maxForwards: "0" }), 200],
  [
    "inv2543",
    "a request of RFC 2543: no branch, no From tag, no Max-Forwards",
    aRequest({ via: "SIP/2.0/UDP 192.0.2.9" }).replace(";tag=peer", "").replace("Max-Forwards: 70\r\n", ""),
    "call",
  ],
];

/** Messages that RFC 4475 would have refused and that we take all the same, with the reason. */
const leniences: readonly (readonly [name: string, why: string, message: string])[] = [
  [
    "escruri",
    "header parts of a Request-URI are ignored, as a called party has no use for them",
    aRequest({ requestUri: "sip:user@192.0.2.1?Route=%3Csip:192.0.2.2%3E" }),
  ],
  ["baddate", "Date is not read", aRequest({ lines: ["Date: Fri, 01 Jan 2010 16:00:00 EST"] })],
  [
    "badaspec",
    "blanks inside of angle brackets are trimmed",
    aRequest().replace("<sip:peer@192.0.2.9>", "< sip:peer@192.0.2.9 >"),
  ],
  ["baddn", "an unquoted comma in a display name is understood", aRequest().replace('"Peer"', "Bell, Alexander")],
];

async function deliver(message: string) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  peer.send(message);
  clock.advance(2);
  const status = Number(peer.startLines()[0]?.split(" ")[1] ?? 0);
  calls[0]?.call.reject(404);
  clock.advance(100_000);
  assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  return { status, hasCall: calls.length > 0 };
}

for (const [name, what, message, outcome] of cases) {
  test(`${name.startsWith("RFC") ? name : `RFC 4475 ${name}`}: ${what}: ${outcome}`, async () => {
    const { status, hasCall } = await deliver(message);

    assert.equal(hasCall, outcome === "call");
    assert.equal(status, outcome === "call" ? 100 : outcome === "dropped" ? 0 : outcome);
  });
}

for (const [name, why, message] of leniences) {
  test(`RFC 4475 ${name} is taken: ${why}`, async () => {
    assert.equal((await deliver(message)).hasCall, true);
  });
}
