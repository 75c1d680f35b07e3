import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort } from "./ports.ts";
import {
  playOnSockets,
  signallingTest,
  ownNumber,
  peerNumber,
  type CallKit,
  type KitOptions,
  type WireAction,
} from "./kit.ts";
import { called, receive, scenario, sdp, sentAgain, wait } from "./scenario.ts";
import { startCalled, type Sipp } from "./sipp.ts";

const hangUp: WireAction = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const whenAnswered = (...actions: WireAction[]): KitOptions => ({ functions: [{ CALL_ANSWERED: actions }] });
const idle: KitOptions = { functions: [{}] };

const ring = called.respond("180 Ringing");
const answer = called.respond("200 OK", sdp(), sentAgain) + receive("ACK");
const takeBye = receive("BYE") + called.respondInDialog("200 OK");
const takeCancel = receive("CANCEL") + called.respondInDialog("200 OK");
/** Where time passes faster than SIPp may answer, our CANCEL can come again. */
const again = receive("CANCEL", `optional="true"`);
const refuse = (status: string) => called.respond(status, undefined, sentAgain) + receive("ACK");

const sequence = (kit: CallKit) => kit.events().map((event) => [event.Sequence, event.InvocationEventType]);
const hangupCode = (kit: CallKit) => kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"];

/** Calls a SIPp that runs `steps`, until both have ended. */
async function callOnce(kit: CallKit, ...steps: readonly string[]): Promise<Sipp> {
  const sipp = await startCalled(kit, { scenario: scenario(called.invite, ...steps) });
  await kit.call();
  await sipp.succeeded();
  await kit.untilEnded();
  return sipp;
}

/** As `callOnce`, for a phone that rings until the ring timeout: once it rings, time goes faster until we cancel. */
async function ringOut(kit: CallKit, ...steps: readonly string[]): Promise<Sipp> {
  const sipp = await startCalled(kit, { scenario: scenario(called.invite, ...steps) });
  await kit.call();
  await kit.until("it rings", () => kit.eventTypes().includes("RINGING"));
  kit.clock.run(50);
  await kit.until("it is cancelled", () => kit.trace.some(({ startLine }) => startLine.startsWith("CANCEL")));
  kit.clock.run(1);
  await sipp.succeeded();
  await kit.untilEnded();
  return sipp;
}

const answered = [
  [1, "NEW_OUTBOUND_CALL"],
  [2, "RINGING"],
  [3, "CALL_ANSWERED"],
  [4, "HANGUP"],
];
const neverRang = [
  [1, "NEW_OUTBOUND_CALL"],
  [2, "HANGUP"],
];
const rangOnly = [
  [1, "NEW_OUTBOUND_CALL"],
  [2, "RINGING"],
  [3, "HANGUP"],
];

signallingTest(
  "a phone that rings and answers gives RINGING, then CALL_ANSWERED, and takes our BYE",
  whenAnswered(hangUp),
  async (kit) => {
    await callOnce(kit, ring, answer, takeBye);

    assert.deepEqual(sequence(kit), answered);
    assert.equal(kit.events()[2]?.CallDetails.Participants[0]?.["Status"], "Connected");
    assert.equal(hangupCode(kit), 0);
  },
);

signallingTest(
  "a phone that answers after 183 with early media gives one RINGING",
  whenAnswered(hangUp),
  async (kit) => {
    await callOnce(kit, called.respond("183 Session Progress", sdp()), ring, answer, takeBye);

    assert.deepEqual(sequence(kit), answered);
  },
);

signallingTest("a phone that answers without ringing gives no RINGING", whenAnswered(hangUp), async (kit) => {
  await callOnce(kit, called.respond("100 Trying"), answer, takeBye);

  assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "CALL_ANSWERED", "HANGUP"]);
});

const refusals = [
  { status: "486 Busy Here", code: 486 },
  { status: "600 Busy Everywhere", code: 486 },
  { status: "603 Decline", code: 480 },
  { status: "404 Not Found", code: 480 },
  { status: "488 Not Acceptable Here", code: 480 },
  { status: "503 Service Unavailable", code: 480 },
];
for (const { status, code } of refusals) {
  signallingTest(`a phone that refuses with ${status} gives HANGUP ${code}, and our ACK`, idle, async (kit) => {
    await callOnce(kit, ring, refuse(status));

    assert.deepEqual(sequence(kit), rangOnly);
    assert.equal(hangupCode(kit), code);
  });
}

// Contract: sip-and-media-ring-timeout
signallingTest(
  "a phone that never answers is cancelled after the ring timeout; HANGUP 480",
  { ...idle, limits: { ringTimeoutSeconds: 30 } },
  async (kit) => {
    await ringOut(
      kit,
      ring,
      takeCancel,
      called.respondToInvite("487 Request Terminated"),
      again,
      again,
      receive("ACK"),
    );

    assert.deepEqual(sequence(kit), rangOnly);
    assert.equal(hangupCode(kit), 480);
  },
);

signallingTest(
  "a phone that answers while our CANCEL is on its way is acknowledged and hung up (RFC 3261 §9.1, §15.1.1)",
  { ...idle, limits: { ringTimeoutSeconds: 30 } },
  async (kit) => {
    const answer = called.respondToInvite("200 OK", sdp());
    const sipp = await ringOut(kit, ring, takeCancel, answer, again, again, receive("ACK"), takeBye);

    assert.deepEqual(sequence(kit), rangOnly);
    assert.equal(hangupCode(kit), 480);
    const methods = new Set((await sipp.startLines("received")).map(method));
    assert.deepEqual([...methods], ["INVITE", "CANCEL", "ACK", "BYE"]);
  },
);

const account = { username: "1001", password: "hunter2" };
const challenge = 'Digest realm="pbx", nonce="84f1c1ae6cbe5ua9c8e88dfa3ecm3459", algorithm=MD5, qop="auth"';

signallingTest(
  "a phone that asks who calls gets credentials that SIPp finds right, and rings once",
  { ...whenAnswered(hangUp), config: { trunk: account } },
  async (kit) => {
    const sipp = await callOnce(kit, called.askForCredentials({ ...account, challenge }, ring, answer, takeBye));

    assert.deepEqual(sequence(kit), answered);
    assert.deepEqual((await sipp.startLines("received")).map(method), ["INVITE", "ACK", "INVITE", "ACK", "BYE"]);
  },
);

signallingTest("a port where nothing listens gives HANGUP 480 at once", idle, async (kit) => {
  kit.routeTo({ transport: "udp", host: "127.0.0.1", port: await freePort() });

  await kit.call();
  await kit.untilEnded();

  assert.deepEqual(sequence(kit), neverRang);
  assert.equal(hangupCode(kit), 480);
});

signallingTest("a TCP port where nothing listens gives HANGUP 480 at once", idle, async (kit) => {
  kit.routeTo({ transport: "tcp", host: "127.0.0.1", port: await freePort() });

  await kit.call();
  await kit.untilEnded();

  assert.deepEqual(sequence(kit), neverRang);
  assert.equal(hangupCode(kit), 480);
});

signallingTest(
  "a peer that says nothing at all is given up after 64*T1; HANGUP 480 (RFC 3261 §17.1.1.2, timer B)",
  idle,
  async (kit) => {
    const sipp = await startCalled(kit, {
      scenario: scenario(called.invite, wait(20_000)),
      words: ["-pause_msg_ign", "-nr"],
    });

    await kit.call();
    await kit.until("the INVITE is there", () => kit.trace.length > 0);
    kit.clock.run(50);
    await kit.untilEnded();

    assert.deepEqual(sequence(kit), neverRang);
    assert.equal(hangupCode(kit), 480);
    const invites = (await sipp.startLines("received", "all")).filter((line) => line.startsWith("INVITE"));
    assert.ok(invites.length > 3, `${invites.length} INVITEs`);
  },
);

signallingTest("an answer with no codec of ours is acknowledged and hung up; HANGUP 480", idle, async (kit) => {
  await callOnce(kit, called.respond("200 OK", sdp({ formats: "18" }), sentAgain), receive("ACK"), takeBye);

  assert.deepEqual(sequence(kit), neverRang);
  assert.equal(hangupCode(kit), 480);
});

signallingTest(
  "an INVITE without a response is sent again, and the copies make no second call (RFC 3261 §17.1.1.2, timer A)",
  whenAnswered(hangUp),
  async (kit) => {
    const sipp = await callOnce(kit, wait(800), ring, answer, takeBye);

    const invites = (await sipp.startLines("received", "all")).filter((line) => line.startsWith("INVITE"));
    assert.ok(invites.length > 1, `${invites.length} INVITEs`);
    assert.deepEqual(sequence(kit), answered);
  },
);

signallingTest(
  "a 200 whose ACK was lost is acknowledged again; the function sees one answer (RFC 3261 §13.2.2.4)",
  { functions: [{ CALL_ANSWERED: [{ Type: "Pause", Parameters: { DurationInMilliseconds: 800 } }, hangUp] }] },
  async (kit) => {
    const sipp = await startCalled(kit, {
      scenario: scenario(
        called.invite,
        ring,
        called.respond("200 OK", sdp()),
        wait(200),
        called.respondToInvite("200 OK", sdp()),
        receive("ACK"),
        takeBye,
      ),
      // What comes during the pause is lost: the first ACK.
      words: ["-pause_msg_ign"],
    });

    await kit.call();

    await sipp.succeeded();
    await kit.untilEnded();
    assert.deepEqual(sequence(kit), answered);
    assert.deepEqual((await sipp.startLines("received")).map(method), ["INVITE", "ACK", "BYE"]);
    const acks = (await sipp.startLines("received", "all")).filter((line) => line.startsWith("ACK"));
    assert.ok(acks.length > 1, `${acks.length} ACKs`);
  },
);

signallingTest(
  "a phone that hangs up during a prompt gives ACTION_FAILED, then HANGUP 0 (Contract: events-leg-leaves-action)",
  whenAnswered({
    Type: "Speak",
    Parameters: { Text: "This takes a good while to say, so there is time to leave. ".repeat(5) },
  }),
  async (kit) => {
    await callOnce(kit, ring, answer, wait(3_000), called.bye());

    assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "ACTION_FAILED", "HANGUP"]);
    const failed = kit.events()[3];
    assert.equal(failed?.ActionData?.Type, "Speak");
    assert.equal(failed?.ActionData?.ErrorType, "SystemException");
    assert.equal(failed?.CallDetails.Participants[0]?.["Status"], "Disconnected");
    assert.equal(hangupCode(kit), 0);
  },
);

signallingTest(
  "SipHeaders of the request, the numbers and the codecs stand in the INVITE",
  whenAnswered(hangUp),
  async (kit) => {
    const sipp = await startCalled(kit, { scenario: scenario(called.invite, ring, answer, takeBye) });

    await kit.call({ SipHeaders: { "X-Order": "42", "User-to-User": "616263;encoding=hex" } });

    await sipp.succeeded();
    await kit.untilEnded();
    const invite = (await sipp.messages())[0]?.text ?? "";
    assert.match(invite, new RegExp(`^INVITE sip:\\${peerNumber}@127\\.0\\.0\\.1:${sipp.address.port} SIP/2\\.0\n`));
    assert.match(invite, /^X-Order: 42$/m);
    assert.match(invite, /^User-to-User: 616263;encoding=hex$/m);
    assert.match(invite, new RegExp(`^From: .*<sip:\\${ownNumber}@127\\.0\\.0\\.1`, "m"));
    assert.match(invite, /^m=audio \d+ RTP\/AVP 0 8 101$/m);
    assert.match(invite, /^a=fmtp:101 0-1[56]$/m);
  },
);

signallingTest("an outbound call over TCP rings, answers and ends", whenAnswered(hangUp), async (kit) => {
  const sipp = await startCalled(kit, { transport: "tcp", scenario: scenario(called.invite, ring, answer, takeBye) });

  await kit.call();

  await sipp.succeeded();
  await kit.untilEnded();
  assert.deepEqual(sequence(kit), answered);
});

signallingTest(
  "a hold and a resume during a call are answered (RFC 3264 §8.4)",
  whenAnswered({ Type: "Pause", Parameters: { DurationInMilliseconds: 20_000 } }),
  async (kit) => {
    const sipp = await callOnce(
      kit,
      ring,
      answer,
      called.reinvite(2, sdp({ direction: "sendonly", version: 2 })),
      called.reinvite(3, sdp({ direction: "sendrecv", version: 3 })),
      called.bye(4),
    );

    const answers = (await sipp.messages()).filter(
      ({ startLine, text }) => startLine === "SIP/2.0 200 OK" && text.includes("m=audio"),
    );
    const received = answers.filter(({ direction }) => direction === "received");
    assert.deepEqual(
      received.map(({ text }) => /^a=(sendrecv|sendonly|recvonly|inactive)$/m.exec(text)?.[1]),
      ["recvonly", "sendrecv"],
    );
    assert.deepEqual(kit.eventTypes().slice(0, 3), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED"]);
  },
);

// Contract: sip-and-media-trunk-order, sip-and-media-silent-address, sip-and-media-connector-failover
test("of three trunks of which one says nothing, one answers 503 and one asks who we are, the third takes the call; the function sees one leg", () =>
  playOnSockets("trunks", idle, async (trunks) => {
    const silent = await startCalled(trunks, { scenario: scenario(called.invite, wait(60_000)), words: ["-nr"] });
    const broken = await startCalled(trunks, {
      scenario: scenario(called.invite, refuse("503 Service Unavailable")),
    });
    const asking = called.askForCredentials({ ...account, challenge }, ring, answer, takeBye);
    const good = await startCalled(trunks, { scenario: scenario(called.invite, asking) });
    const trunk = ({ address: { port } }: Sipp, priority: number) => ({ address: `sip:127.0.0.1:${port}`, priority });
    const config = {
      trunks: {
        silent: { ...trunk(silent, 1), responseSeconds: 1 },
        broken: trunk(broken, 2),
        good: { ...trunk(good, 3), ...account, callerId: { form: "digits", from: "username" } },
      },
    };
    await playOnSockets("a server with three trunks", { ...whenAnswered(hangUp), config }, async (kit) => {
      await kit.call();
      await good.succeeded();
      await broken.succeeded();
      await kit.untilEnded();

      assert.deepEqual(sequence(kit), answered);
      const [invite] = await good.messages();
      assert.match(invite?.text ?? "", /^From: <sip:1001@127\.0\.0\.1:\d+>/m);
      assert.ok((await silent.startLines("received")).every((line) => line.startsWith("INVITE")));
    });
  }));

function method(startLine: string): string {
  return startLine.split(" ")[0] ?? "";
}
