import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { openPhoneBed, statusOf, withPassword, type PhoneParts } from "../../testing/internal/phone-bed.ts";
import {
  aDescription,
  aRequest,
  createRecordingDelegate,
  openRawSipPeer,
  openTestAgent,
  sipHeader,
  sipHeaders,
  type RequestParts,
} from "../../testing/internal/sip-testbed.ts";

describe("a REGISTER", () => {
  it("of an account without a password gets 200 with its contacts, and a Date", async () => {
    const { peer, send, agent } = await openPhoneBed();

    const answer = send(peer, { lines: ["Expires: 600"] });

    assert.equal(statusOf(answer), 200);
    assert.deepEqual(sipHeaders(answer, "Contact"), ["<sip:peer@192.0.2.9:5060>;expires=600"]);
    assert.match(sipHeader(answer, "Allow"), /^INVITE, .*, REGISTER$/);
    assert.equal(sipHeader(answer, "Date"), "Tue, 14 Nov 2023 22:13:20 GMT");
    assert.equal(agent.registrations(), 1);
    assert.equal(agent.hasContactFrom("192.0.2.9"), true);
    assert.deepEqual(
      agent.contactsOf("alice").map(({ uri, target }) => [uri, target.host]),
      [["sip:peer@192.0.2.9:5060", "192.0.2.9"]],
    );
  });

  it("of an account with a password is asked for it, by SHA-256 and MD5, and then gets 200", async () => {
    const bed = await openPhoneBed();

    const first = bed.send(bed.peer, { to: "1001" });
    const second = withPassword(bed, { to: "1001" });

    assert.equal(statusOf(first), 401);
    assert.deepEqual(
      sipHeaders(first, "WWW-Authenticate").map((value) => value.replace(/nonce="[^"]+"/, "nonce")),
      [
        'Digest realm="offhook", nonce, algorithm=SHA-256, qop="auth"',
        'Digest realm="offhook", nonce, algorithm=MD5, qop="auth"',
      ],
    );
    assert.equal(statusOf(second), 200);
    assert.deepEqual(bed.agent.refusals(), { unauthenticated: 2 });
  });

  it("with the same credentials again is asked anew, as stale, for what comes from elsewhere too", async () => {
    const bed = await openPhoneBed();
    withPassword(bed, { to: "1001" });
    const authorization = bed.network.packets.findLast(({ text }) => text.includes("Authorization: Digest username"));
    const again = sipHeader(authorization?.text ?? "", "Authorization");

    const answer = bed.send(bed.peer, { to: "1001", lines: [`Authorization: ${again}`] });

    assert.equal(statusOf(answer), 401);
    assert.match(sipHeader(answer, "WWW-Authenticate"), /stale=true/);
  });

  it("with a wrong password, and one of a name that nobody has, get the same answers", async () => {
    const bed = await openPhoneBed();
    const shapes = ["1001", "1099"].map((name) => {
      const first = bed.send(bed.peer, { to: name });
      const second = withPassword(bed, { to: name }, { username: name, password: "guess" });
      return [first, second].map((text) =>
        text.replaceAll(/nonce="[^"]+"|tag=\w+|branch=\w+|\d+ REGISTER/g, "").replaceAll(name, ""),
      );
    });

    assert.deepEqual(shapes[0], shapes[1]);
    assert.deepEqual(shapes[0]?.map(statusOf), [401, 401]);
    assert.equal(bed.agent.refusals()["wrong-password"], 2);
  });

  it("for the account of somebody else gets 403, and one of an account that only calls 404", async () => {
    const bed = await openPhoneBed();

    assert.equal(statusOf(withPassword(bed, { to: "1002" })), 403);
    assert.equal(statusOf(withPassword(bed, { to: "carrier" }, { username: "carrier", password: "hunter2" })), 404);
    assert.equal(bed.agent.registrations(), 0);
  });

  it("by the number of an account is one of it", async () => {
    const bed = await openPhoneBed();

    assert.equal(statusOf(withPassword(bed, { to: "+12065550111" })), 200);
    assert.equal(bed.agent.contactsOf("1001").length, 1);
  });

  it("is not allowed where there are no phones", async () => {
    const clock = createManualClock();
    const network = createMemoryNetwork(clock);
    const { agent } = await openTestAgent({ network, clock });
    const peer = await openRawSipPeer(network);
    peer.send(aRequest({ method: "REGISTER" }));
    clock.advance(2);

    assert.equal(statusOf(peer.inbox.at(-1) ?? ""), 405);
    assert.deepEqual([agent.contactsOf("alice"), agent.registrations()], [[], 0]);
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `Contact: <sip:p${index}@192.0.2.9>`);
  const refusals: readonly (readonly [
    what: string,
    parts: RequestParts & { readonly to?: string },
    status: number,
    edit?: (text: string) => string,
  ])[] = [
    ["without To", {}, 400, (text) => text.replace(/To: .*\r\n/, "")],
    ["with two To", { lines: ["To: <sip:alice@192.0.2.1>"] }, 400],
    ["with a To without a user", { to: "" }, 400, (text) => text.replace("sip:@", "sip:")],
    ["with a contact of a foreign scheme", { contact: "mailto:alice@example.com" }, 400],
    ["with a telephone number as contact", { contact: "tel:+12065550100" }, 400],
    ["with a contact over WebSocket", { contact: "sip:a@192.0.2.9;transport=ws" }, 400],
    ["with a contact over SCTP", { contact: "sip:a@192.0.2.9;transport=SCTP" }, 400],
    ["with a contact over a transport that nobody knows", { contact: "sip:a@192.0.2.9;transport=%78" }, 400],
    ["with a sips: contact over UDP", { contact: "sips:a@192.0.2.9;transport=udp" }, 400],
    ["with a contact that cannot be read", { contact: "sip:a b@192.0.2.9" }, 400],
    ["with a contact of 600 characters", { contact: `sip:${"a".repeat(600)}@192.0.2.9` }, 400],
    ["with an empty Contact", {}, 400, (text) => text.replace(/Contact: .*\r\n/, "Contact: \r\n")],
    [
      "with a star and time",
      { lines: ["Expires: 60"] },
      400,
      (text) => text.replace(/Contact: .*\r\n/, "Contact: *\r\n"),
    ],
    ["with a star and a contact", { lines: ["Expires: 0", "Contact: *"] }, 400],
    [
      "with a preference of 2",
      {},
      400,
      (text) => text.replace(/Contact: .*\r\n/, "Contact: <sip:a@192.0.2.9>;q=2\r\n"),
    ],
    ["with eleven contacts", { lines: many(10) }, 403],
    [
      "with a thousand contacts in one line",
      {},
      403,
      (text) =>
        text.replace(/Contact: .*\r\n/, `Contact: ${Array.from({ length: 1_000 }, () => "<sip:a@b>").join()}\r\n`),
    ],
    ["for a second", { lines: ["Expires: 1"] }, 423],
    ["that requires what is not there", { lines: ["Require: path, x"] }, 420],
    ["with a Path that is none", { lines: ["Path: <mailto:x>"] }, 400],
    [
      "with outbound over a proxy that has none",
      { lines: ["Supported: outbound", "Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKx"] },
      439,
      (text) => text.replace(/Contact: .*\r\n/, 'Contact: <sip:a@192.0.2.9>;reg-id=1;+sip.instance="<urn:uuid:1>"\r\n'),
    ],
  ];
  for (const [what, parts, status, edit = (text: string) => text] of refusals)
    it(`${what} gets ${status}, and nothing is kept`, async () => {
      const bed = await openPhoneBed();
      const { lines = [], to = "alice" } = parts;
      const text = aRequest({ method: "REGISTER", requestUri: "sip:192.0.2.1", ...parts, lines });
      bed.peer.send(edit(text.replace("To: <sip:+12065550100@", `To: <sip:${to}@`)));
      bed.clock.advance(2);

      assert.equal(statusOf(bed.peer.inbox.at(-1) ?? ""), status, bed.peer.inbox.at(-1));
      assert.equal(bed.agent.registrations(), 0);
      if (status === 423) assert.equal(sipHeader(bed.peer.last("423"), "Min-Expires"), "60");
    });

  it("with a contact over WebSocket is told so, and taken where a proxy leads to it, which speaks that", async () => {
    const bed = await openPhoneBed();
    const contact = "sip:a@192.0.2.9;transport=ws";

    const refused = bed.send(bed.peer, { contact });
    const taken = bed.send(bed.peer, { contact, lines: ["Path: <sip:192.0.2.9;lr>"] });

    assert.match(
      refused,
      /^SIP\/2\.0 400 Bad Request \(a Contact is sip: with transport=ws, by which nothing is sent here; taken are udp, tcp and tls\)\r\n/,
    );
    assert.deepEqual([statusOf(taken), bed.agent.refusals()], [200, { "unreachable-contact": 1 }]);
  });

  it("for 2^40 seconds, or for a time that is no number, lasts as long as may be", async () => {
    for (const time of [String(2 ** 40), "9".repeat(200), "many", "-5", "1e3"]) {
      const { peer, send } = await openPhoneBed();
      assert.match(sipHeader(send(peer, { lines: [`Expires: ${time}`] }), "Contact"), /;expires=3600$/, time);
    }
  });

  it("that only asks gets what there is, and nothing after its time", async () => {
    const { peer, send, clock, agent } = await openPhoneBed();
    send(peer, { lines: ["Expires: 60"] });
    const ask = () => {
      const text = aRequest({ method: "REGISTER", branch: `q${clock.now()}`, callId: "q" }).replace(
        /Contact: .*\r\n/,
        "",
      );
      peer.send(text.replace("To: <sip:+12065550100@", "To: <sip:alice@"));
      clock.advance(2);
      return sipHeaders(peer.inbox.at(-1) ?? "", "Contact");
    };

    assert.deepEqual(ask(), ["<sip:peer@192.0.2.9:5060>;expires=60"]);
    clock.advance(60_000);
    assert.deepEqual([ask(), agent.registrations(), agent.hasContactFrom("192.0.2.9")], [[], 0, false]);
    clock.advance(40_000);
    assert.equal(clock.pendingTimers(), 0);
  });
});

describe("a request of a phone", () => {
  it("that begins a call is asked for its password, and then is a call of its account, which shows no credentials", async () => {
    const bed = await openPhoneBed();
    const requestUri = "sip:+12065550100@192.0.2.1";
    const as = (parts: PhoneParts) => ({ ...parts, method: "INVITE", requestUri });
    bed.peer.send(aRequest({ branch: "stranger", callId: "stranger" }));
    bed.clock.advance(2);

    const answer = withPassword(bed, as({ from: "1001" }), { username: "1001", password: "hunter2" });

    assert.equal(statusOf(answer), 100);
    assert.deepEqual(
      bed.calls.map(({ call }) => call.account?.name),
      [undefined, "1001"],
    );
    assert.equal(
      bed.calls[1]?.call.headers.some(({ name }) => /authorization/i.test(name)),
      false,
    );
  });

  for (const method of ["INVITE", "OPTIONS"])
    it(`that says by From that it is one gets 401: ${method}`, async () => {
      const { peer, clock } = await openPhoneBed();
      for (const user of ["1001", "+12065550111"]) {
        peer.send(aRequest({ method, branch: user, callId: user }).replace("sip:peer@", `sip:${user}@`));
        clock.advance(2);
        assert.equal(statusOf(peer.inbox.at(-1) ?? ""), 401);
      }
    });

  it("of a trunk is not asked, whoever it says that calls; of a stranger who must prove himself it is", async () => {
    const trusting = await openPhoneBed({ isTrusted: ({ host }) => host === "192.0.2.9" });
    trusting.peer.send(aRequest().replace("sip:peer@", "sip:1001@"));
    trusting.clock.advance(2);
    const strict = await openPhoneBed(
      {},
      {
        ...{ standingOf: () => "stranger", strangers: "refuse", mayProve: () => true, requestsPerSecond: 0, banMs: 0 },
      },
    );
    strict.peer.send(aRequest());
    strict.clock.advance(2);

    assert.deepEqual([trusting.calls.length, statusOf(strict.peer.inbox.at(-1) ?? "")], [1, 401]);
  });

  it("that this server sends to itself is not asked", async () => {
    const { agent, clock, calls } = await openPhoneBed();
    const requestUri = "sip:+12065550100@192.0.2.1:5060";
    agent.call({
      ...{ requestUri, to: requestUri, from: "sip:1001@192.0.2.1", headers: [], offer: aDescription },
      ...{ nextHop: { transport: "udp", host: "192.0.2.1", port: 5060 }, delegate: createRecordingDelegate() },
    });
    clock.advance(5);

    assert.equal(calls.length, 1);
  });
});
