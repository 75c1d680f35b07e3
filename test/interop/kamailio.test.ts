import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createTlsCertificate } from "../../src/testing/internal/tls-certificate.ts";
import { startBaresip } from "./baresip.ts";
import { kamailioAccount, startKamailio, whyNoTls, type Kamailio } from "./kamailio.ts";
import {
  ownNumber,
  peerNumber,
  playOnSockets,
  signallingTest,
  type CallKit,
  type KitOptions,
  type WireAction,
} from "./kit.ts";
import { called, caller, receive, scenario, sdp } from "./scenario.ts";
import { startCaller } from "./sipp.ts";

/* Kamailio between two of our servers, and between a phone and one: it records its route, and takes a request in a call only with that. */

const shared: { kamailio?: Kamailio } = {};
before(async () => {
  shared.kamailio = await startKamailio();
  writeFileSync(tls.authorities, shared.kamailio.certificate);
});
after(() => shared.kamailio?.close());

function kamailio(): Kamailio {
  return shared.kamailio ?? assert.fail("kamailio does not run");
}

const speak = { Type: "Speak", Parameters: { Text: "Hi." } };
const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const pause = { Type: "Pause", Parameters: { DurationInMilliseconds: "20000" } };

const folder = mkdtempSync(join(tmpdir(), "offhook-kamailio-servers-"));
after(() => rmSync(folder, { recursive: true }));
const tls = { certificate: join(folder, "own.pem"), key: join(folder, "own.key"), authorities: join(folder, "ca.pem") };
const own = createTlsCertificate("IP:127.0.0.1");
writeFileSync(tls.certificate, own.certificate);
writeFileSync(tls.key, own.key);

/** What one of the servers is, that is called or calls over these transports. */
const server = (functions: KitOptions["functions"], config: object = {}): KitOptions => ({
  ...{
    functions,
    config: { sip: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0", "tls://127.0.0.1:0"], tls }, ...config },
  },
});
/** It owns the number which the other one calls. */
const calledServer = (answers: readonly WireAction[]) =>
  server([{ NEW_INBOUND_CALL: answers }], {
    ...{ numbers: [peerNumber], rules: [{ name: "in", number: peerNumber, applications: ["app-0"] }] },
  });

/** Both ways of a call by TLS. */
const secure = ["tls", "tls"] as const;

/** The messages of a call as they left and came, each with its transport; all of them have to go by way of Kamailio. */
function messagesOf({ trace }: CallKit): readonly string[] {
  assert.deepEqual([...new Set(trace.map(({ peer }) => peer.host))], ["127.0.0.1"]);
  return trace
    .filter(({ isRetransmission }) => !isRetransmission)
    .map(({ direction, startLine, peer }) => {
      const what = startLine.split(" ")[0];
      return `${direction} ${what === "SIP/2.0" ? startLine.split(" ")[1] : what} ${peer.transport}`;
    });
}

for (const [who, callerDoes, calledDoes, into, out] of [
  ["caller", [speak, hangUp], [speak, pause], "udp", "tcp"],
  ["called party", [speak, pause], [speak, hangUp], ...(whyNoTls() === undefined ? secure : (["udp", "tcp"] as const))],
] as const) {
  const title = `a call from one server by way of Kamailio to another, ${into} in, ${out} out: the ${who} hangs up, and all goes by the recorded route`;
  test(title, () => {
    const next = kamailio().address(into);
    const trunk = { address: `${into}://127.0.0.1:${next.port}` };
    return playOnSockets("the calling server", server([{ CALL_ANSWERED: callerDoes }], { trunk }), (caller) =>
      playOnSockets("the called server", calledServer(calledDoes), async (called) => {
        const { host, port } = called.address(out);
        await caller.call({ SipHeaders: { "X-Next": `sip:${host}:${port};transport=${out}` } });
        await Promise.all([caller.untilEnded(), called.untilEnded()]);

        assert.deepEqual(caller.eventTypes().at(-1), "HANGUP");
        assert.deepEqual(called.eventTypes().at(-1), "HANGUP");
        for (const kit of [caller, called]) {
          const transport = kit === caller ? into : out;
          const messages = messagesOf(kit);
          assert.ok(
            messages.every((text) => text.endsWith(transport)),
            messages.join(", "),
          );
          for (const method of ["INVITE", "ACK", "BYE"]) {
            assert.ok(
              messages.some((text) => text.includes(` ${method} `)),
              `${method}: ${messages.join(", ")}`,
            );
          }
          assert.equal(kit.server.ledger().refusals["no-dialog"], undefined);
        }
        // Over TLS, a BYE comes over the connection that the caller has opened and offered (RFC 5923).
        assert.ok(caller.trace.every(({ peer }) => peer.port === next.port));
      }),
    );
  });
}

signallingTest(
  "a baresip calls by way of Kamailio, holds and resumes by re-INVITE on the recorded route, and is hung up on",
  { functions: [{ NEW_INBOUND_CALL: [speak, pause] }] },
  async (kit) => {
    const { port } = kamailio();
    const baresip = await startBaresip(kit, { account: `;outbound="sip:127.0.0.1:${port}"` });
    baresip.dial();
    const invites = () =>
      kit.trace.filter(({ startLine, isRetransmission }) => startLine.startsWith("INVITE ") && !isRetransmission);
    /** The ACK of an INVITE may come twice where that of a 200 was late. */
    const isAcknowledged = (count: number) => {
      const last = kit.trace.findLastIndex(({ startLine }) => startLine.startsWith("INVITE "));
      return invites().length === count && kit.trace.slice(last).some(({ startLine }) => startLine.startsWith("ACK "));
    };
    await kit.until("the call is up", () => isAcknowledged(1));
    baresip.hold();
    await kit.until("the hold is acknowledged", () => isAcknowledged(2));
    baresip.resume();
    await kit.until("the call goes on", () => isAcknowledged(3));
    baresip.hangUp();
    await kit.untilEnded();

    assert.equal(invites().length, 3);
    assert.ok(kit.trace.every(({ peer }) => peer.port === port));
    assert.deepEqual(kit.eventTypes().at(-1), "HANGUP");
  },
);

const byRoute = (text: string) => text.replaceAll("Max-Forwards: 70", "Max-Forwards: 70\n[routes]");
/** Answers a re-INVITE of ours, by the other codec. */
const answerAgain = called.answerAgain(sdp({ formats: "8 101", version: 2 }), [
  "Require: timer",
  "Session-Expires: 90;refresher=uac",
]);

signallingTest(
  "our own re-INVITEs, which refresh the session, go by the recorded route of Kamailio, and the far end may change its codec in the answer",
  { functions: [{ NEW_INBOUND_CALL: [speak, pause] }] },
  async (kit) => {
    const { port } = kamailio();
    const server = kit.address("udp");
    const headers = ["Supported: timer", "Session-Expires: 90;refresher=uas", `X-Next: sip:127.0.0.1:${server.port}`];
    const sipp = await startCaller(kit, {
      scenario: scenario(
        ...[caller.invite(sdp(), { headers }), caller.progress, byRoute(caller.answered())],
        ...[receive("INVITE"), answerAgain, receive("ACK"), receive("INVITE"), answerAgain, receive("ACK")],
        byRoute(caller.bye(2)),
      ),
      words: ["-rsa", `127.0.0.1:${port}`],
    });
    await kit.until("the call is up", () => kit.trace.some(({ startLine }) => startLine.startsWith("ACK ")));
    const sent = (method: string) =>
      kit.trace.filter(
        ({ direction, startLine, isRetransmission }) =>
          direction === "sent" && startLine.startsWith(`${method} `) && !isRetransmission,
      ).length;
    for (const count of [1, 2]) {
      kit.clock.run(60);
      await kit.until("our re-INVITE", () => sent("INVITE") === count);
      // A peer that waits for its processor has all the time of a transaction.
      kit.clock.run(1);
      await kit.until("our ACK", () => sent("ACK") >= count);
    }
    await sipp.succeeded();
    await kit.untilEnded();

    assert.equal(sent("INVITE"), 2);
    assert.ok(kit.trace.every(({ peer }) => peer.port === port));
  },
);

// Contract: sip-and-media-trunk-registration, sip-and-media-trunk-username
test("a server registers at Kamailio with a password, takes the calls that come for its name there, and is gone when it stops", () => {
  const { port } = kamailio();
  const carrier = {
    ...{ address: `sip:127.0.0.1:${port}`, username: "offhook", password: kamailioAccount.password },
    ...{ register: true, registerSeconds: 60, numbers: [ownNumber] },
  };
  const options: KitOptions = {
    functions: [{ NEW_INBOUND_CALL: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] }],
    config: { trunks: { carrier } },
  };
  return playOnSockets("a server that registers", options, async (kit) => {
    await kit.until("it is registered", () => kit.server.ledger().trunks["carrier"]?.isRegistered === true);
    const caller = await kit.openPhone();
    const statusOf = async () => {
      const { end } = await caller.phone.dial(`sip:offhook@127.0.0.1:${port}`, { from: "+15105550123" }).ended;
      return end.type === "rejected" ? end.status : end.type;
    };
    try {
      assert.equal(await statusOf(), 486);
      await kit.untilEnded();
      assert.equal(kit.events()[0]?.CallDetails.Participants[0]?.["To"], ownNumber);
      await kit.server.close();
      assert.equal(await statusOf(), 404);
    } finally {
      await caller.close();
    }
  });
});
