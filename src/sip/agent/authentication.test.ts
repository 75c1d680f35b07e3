import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aDescription,
  aRequest,
  aResponse,
  createRecordingDelegate,
  openRawSipPeer,
  openTestAgent,
  sipHeader,
  sipHeaders,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";
import { SipCredentials } from "./credentials.ts";

const account = { username: "1001", password: "hunter2" };
const requestUri = "sip:+12065550100@192.0.2.9";
const asks = (nonce: string, more = "") =>
  `Proxy-Authenticate: Digest realm="pbx", nonce="${nonce}", qop="auth"${more}`;

async function setUp(given: SipCredentials | "none" = new SipCredentials(account)) {
  const credentials = given === "none" ? undefined : given;
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const delegate = createRecordingDelegate();
  const call = () => {
    const placed = agent.call({
      ...{ requestUri, to: requestUri, from: "sip:+12065550199@192.0.2.1" },
      nextHop: { transport: "udp", host: "192.0.2.9", port: 5060 },
      ...{ headers: [{ name: "X-Thing", value: "one" }], offer: aDescription, delegate, credentials },
    });
    clock.advance(2);
    return placed;
  };
  /** Answers the last request that has this in its first line. */
  const answer = (to: string, status: string, parts: Parameters<typeof aResponse>[2] = {}) => {
    peer.send(aResponse(peer.last(to), status, { toTag: "t", ...parts }));
    clock.advance(3);
  };
  const challenge = (method: string, nonce: string, more = "") =>
    answer(method, "407 Proxy Authentication Required", { lines: [asks(nonce, more)] });
  const pickUp = () => answer("INVITE", "200 OK", { body: "v=0 answer", contact: "sip:there@192.0.2.9:5060" });
  const expectIdle = () => {
    clock.advance(200_000);
    assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  };
  return { clock, peer, delegate, call, answer, challenge, pickUp, expectIdle };
}

/** The parameters of the credentials in a request. */
function credentialsOf(message: string, header = "Proxy-Authorization"): Readonly<Record<string, string>> {
  const found = sipHeader(message, header).matchAll(/(\w+)="?([^",]*)"?/g);
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [name, value]));
}

/** What the response must be, computed as a server does that knows the password. */
function expectedResponse(message: string, method: string): string {
  const md5 = (...parts: readonly string[]) => createHash("md5").update(parts.join(":")).digest("hex");
  const { realm = "", nonce = "", uri = "", nc = "", cnonce = "" } = credentialsOf(message);
  return md5(md5(account.username, realm, account.password), nonce, nc, cnonce, "auth", md5(method, uri));
}

test("an INVITE that gets 407 is acknowledged and sent again with credentials, as the same call; ringing and answer are as ever", async () => {
  const bed = await setUp();
  const call = bed.call();
  const first = bed.peer.last("INVITE");
  bed.challenge("INVITE", "n1");
  const second = bed.peer.last("INVITE");

  assert.equal(sipHeader(bed.peer.last("ACK"), "CSeq"), "1 ACK");
  assert.deepEqual([sipHeader(first, "CSeq"), sipHeader(second, "CSeq")], ["1 INVITE", "2 INVITE"]);
  for (const same of ["Call-ID", "From", "To", "X-Thing"])
    assert.equal(sipHeader(second, same), sipHeader(first, same));
  assert.notEqual(sipHeader(second, "Via"), sipHeader(first, "Via"));
  assert.deepEqual(sipHeaders(first, "Proxy-Authorization"), []);
  const { response, nc, uri } = credentialsOf(second);
  assert.deepEqual([response, nc, uri], [expectedResponse(second, "INVITE"), "00000001", requestUri]);

  bed.answer("INVITE", "180 Ringing");
  bed.pickUp();
  const ack = bed.peer.last("ACK sip:there");
  assert.deepEqual([sipHeader(ack, "CSeq"), credentialsOf(ack)], ["2 ACK", credentialsOf(second)]);
  call.hangUp();
  bed.clock.advance(2);
  const bye = bed.peer.last("BYE");
  assert.equal(sipHeader(bye, "CSeq"), "3 BYE");
  assert.deepEqual(
    [credentialsOf(bye)["response"], credentialsOf(bye)["nc"]],
    [expectedResponse(bye, "BYE"), "00000002"],
  );
  bed.answer("BYE", "200 OK");
  assert.deepEqual(bed.delegate.reported, ["progress 180", "answered", "ended local"]);
  bed.expectIdle();
});

test("the next call brings credentials from the start; a nonce that has become stale is replaced by the new one", async () => {
  const bed = await setUp();
  bed.call();
  bed.challenge("INVITE", "n1");
  bed.answer("INVITE", "486 Busy Here");

  bed.call();
  const { nonce, nc } = credentialsOf(bed.peer.last("INVITE"));
  assert.deepEqual([nonce, nc], ["n1", "00000002"]);
  bed.challenge("INVITE", "n2", ", stale=true");
  const third = bed.peer.last("INVITE");
  assert.deepEqual([credentialsOf(third)["nonce"], credentialsOf(third)["nc"]], ["n2", "00000001"]);
  bed.answer("INVITE", "486 Busy Here");

  assert.deepEqual(bed.delegate.reported, ["ended rejected", "ended rejected"]);
  bed.expectIdle();
});

test("a wrong password ends with the 407, after one INVITE with credentials", async () => {
  for (const nonce of ["n1", "n2"]) {
    const bed = await setUp(new SipCredentials({ ...account, password: "wrong" }));
    bed.call();
    bed.challenge("INVITE", "n1");
    bed.challenge("INVITE", nonce);

    assert.deepEqual(bed.delegate.ends, [{ type: "rejected", status: 407, reason: "Proxy Authentication Required" }]);
    assert.equal(bed.peer.count("INVITE"), 2);
    bed.expectIdle();
  }
});

test("a far end whose nonces are always stale gets three INVITEs, and the last 407 is the end", async () => {
  const bed = await setUp();
  bed.call();
  for (const nonce of ["n1", "n2", "n3"]) bed.challenge("INVITE", nonce, ", stale=true");

  assert.deepEqual([bed.peer.count("INVITE"), bed.delegate.reported], [3, ["ended rejected"]]);
  bed.expectIdle();
});

test("a proxy and the far end that both ask get the credentials of both", async () => {
  const bed = await setUp();
  bed.call();
  bed.challenge("INVITE", "n1");
  bed.answer("INVITE", "401 Unauthorized", { lines: [`WWW-Authenticate: Digest realm="far", nonce="n2"`] });
  const third = bed.peer.last("INVITE");

  assert.deepEqual([credentialsOf(third)["nonce"], credentialsOf(third, "Authorization")["nonce"]], ["n1", "n2"]);
});

test("the 407 is the refusal without credentials, and where it asks for qop auth-int only", async () => {
  for (const [credentials, qop] of [
    ["none", "auth"],
    [new SipCredentials(account), "auth-int"],
  ] as const) {
    const bed = await setUp(credentials);
    bed.call();
    const lines = [`Proxy-Authenticate: Digest realm="pbx", nonce="n1", qop="${qop}"`];
    bed.answer("INVITE", "407 Proxy Authentication Required", { lines });

    assert.deepEqual([bed.peer.count("INVITE"), bed.delegate.reported], [1, ["ended rejected"]]);
    bed.expectIdle();
  }
});

test("a call that was given up is not begun again by a challenge", async () => {
  const bed = await setUp();
  const call = bed.call();
  bed.answer("INVITE", "100 Trying");
  call.hangUp();
  bed.clock.advance(2);
  bed.challenge("INVITE", "n1");

  assert.deepEqual([bed.peer.count("INVITE"), bed.delegate.reported], [1, ["ended local"]]);
});

test("a call that is given up while its second INVITE is on its way is cancelled as that one", async () => {
  const bed = await setUp();
  const call = bed.call();
  bed.challenge("INVITE", "n1");
  call.hangUp();
  bed.answer("INVITE", "180 Ringing");

  const [cancel, invite] = [bed.peer.last("CANCEL"), bed.peer.last("INVITE")];
  assert.equal(sipHeader(cancel, "CSeq"), "2 CANCEL");
  assert.equal(sipHeader(cancel, "Via"), sipHeader(invite, "Via"));
});

test("a BYE that is challenged is sent again with credentials, and with a wrong password the call is over all the same", async () => {
  const bed = await setUp();
  const call = bed.call();
  bed.pickUp();
  call.hangUp();
  bed.clock.advance(2);
  bed.challenge("BYE", "n1");
  const bye = bed.peer.last("BYE");
  assert.deepEqual([sipHeader(bye, "CSeq"), credentialsOf(bye)["response"]], ["3 BYE", expectedResponse(bye, "BYE")]);

  bed.challenge("BYE", "n2");
  assert.deepEqual([bed.peer.count("BYE"), bed.delegate.reported], [2, ["answered", "ended local"]]);
  bed.expectIdle();
});

for (const [method, allow] of [
  ["UPDATE", "INVITE, ACK, BYE, CANCEL, UPDATE"],
  ["INVITE", "INVITE, ACK, BYE, CANCEL"],
] as const) {
  test(`a refresh by ${method} that is challenged is sent again with credentials`, async () => {
    const bed = await setUp();
    bed.call();
    const lines = ["Session-Expires: 100;refresher=uac", `Allow: ${allow}`];
    bed.answer("INVITE", "200 OK", { body: "v=0 answer", contact: "sip:there@192.0.2.9:5060", lines });
    bed.clock.advance(50_000);
    bed.challenge(`${method} sip:there`, "n1");
    const again = bed.peer.last(`${method} sip:there`);

    assert.equal(sipHeader(again, "CSeq"), `3 ${method}`);
    assert.equal(credentialsOf(again)["response"], expectedResponse(again, method));
    bed.answer(`${method} sip:there`, "200 OK", { contact: "sip:there@192.0.2.9:5060" });
    if (method === "INVITE") assert.deepEqual(credentialsOf(bed.peer.last("ACK sip:there")), credentialsOf(again));
    assert.deepEqual(bed.delegate.reported, ["answered"]);
  });
}

test("the password is not shown where an account is printed", () => {
  const credentials = new SipCredentials(account);

  assert.doesNotMatch(inspect(credentials, { depth: 9, showHidden: true }) + JSON.stringify(credentials), /hunter2/);
});

test("a far end that began the call gets credentials too when it challenges our BYE", async () => {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { calls } = await openTestAgent({
    ...{ network, clock },
    onCall: (call) => {
      call.credentials = new SipCredentials(account);
      call.answer("v=0");
    },
  });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest());
  clock.advance(2);
  peer.send(aRequest({ method: "ACK", toTag: tagOf(sipHeader(peer.last("200"), "To")) }));
  clock.advance(2);

  calls[0]?.call.hangUp();
  clock.advance(2);
  peer.send(aResponse(peer.last("BYE"), "407 Proxy Authentication Required", { lines: [asks("n1")] }));
  clock.advance(3);

  const bye = peer.last("BYE");
  assert.equal(credentialsOf(bye)["response"], expectedResponse(bye, "BYE"));
  assert.equal(sipHeader(bye, "CSeq"), "2 BYE");
});
