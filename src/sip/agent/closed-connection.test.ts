import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aDescription,
  aResponse,
  createRecordingDelegate,
  openTestAgent,
  sipHeader,
} from "../../testing/internal/sip-testbed.ts";
import { SipCredentials } from "./credentials.ts";

/** A trunk that answers each INVITE over TCP by `answer`, and closes the connection behind what that gives as its last. */
async function callTrunk(
  answer: (invite: string, count: number) => { readonly text: string; readonly closes: boolean },
) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const invites: string[] = [];
  await network.listenStream("192.0.2.9", 5060, (stream) => {
    stream.start({
      onBytes(bytes) {
        const invite = bytes.toString("utf8");
        if (!invite.startsWith("INVITE")) return;
        invites.push(invite);
        const { text, closes } = answer(invite, invites.length);
        stream.write(Buffer.from(text));
        if (closes) clock.startTimer(1, () => stream.close());
      },
      onClosed: () => undefined,
    });
  });
  const delegate = createRecordingDelegate();
  const uri = "sip:+12065550100@192.0.2.9";
  agent.call({
    ...{ requestUri: uri, to: uri, from: "sip:+12065550199@192.0.2.1", headers: [], offer: aDescription, delegate },
    nextHop: { transport: "tcp", host: "192.0.2.9", port: 5060 },
    credentials: new SipCredentials({ username: "1001", password: "hunter2" }),
  });
  clock.advance(100);
  return { invites, delegate };
}

function challenge(invite: string, count: number): string {
  const asks = `Proxy-Authenticate: Digest realm="pbx", nonce="n${count}", stale=true, qop="auth"`;
  return aResponse(invite, "407 Proxy Authentication Required", { toTag: "t", lines: [asks] });
}

test("a trunk that closes its connection with the challenge gets the INVITE with credentials over a new one", async () => {
  const { invites, delegate } = await callTrunk((invite, count) =>
    sipHeader(invite, "Proxy-Authorization") === ""
      ? { text: challenge(invite, count), closes: true }
      : { text: aResponse(invite, "200 OK", { toTag: "t", body: "v=0 answer" }), closes: false },
  );

  assert.match(sipHeader(invites.at(-1) ?? "", "Proxy-Authorization"), /username="1001"/);
  assert.deepEqual(delegate.reported, ["answered"]);
});

test("a trunk that goes on closing its connections with challenges does not go on getting INVITEs", async () => {
  const { invites, delegate } = await callTrunk((invite, count) => ({ text: challenge(invite, count), closes: true }));

  assert.ok(invites.length <= 4, `${invites.length} INVITEs`);
  assert.equal(delegate.ends.length, 1);
});
