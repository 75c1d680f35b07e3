import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSipUri } from "../../sip-syntax/index.ts";
import { openPhoneBed, statusOf, type PhoneBed } from "../../testing/internal/phone-bed.ts";
import { aRequest } from "../../testing/internal/sip-testbed.ts";
import type { KeptRegistration, RegistrationChange, SipPhones } from "../types.ts";

/** What outlives a process, as JSON keeps it. */
function createKeeper(left: readonly KeptRegistration[] = []) {
  const kept = new Map(left.map((one) => [one.account, one]));
  const saved: string[] = [];
  return {
    saved,
    keep: {
      left,
      save: (registration: KeptRegistration) => {
        saved.push(`${registration.account} ${registration.bindings.length}`);
        if (registration.bindings.length === 0) kept.delete(registration.account);
        else kept.set(registration.account, registration);
      },
    },
    left: () => JSON.parse(JSON.stringify([...kept.values()])) as readonly KeptRegistration[],
  };
}

/** Ends the process of `bed` and starts the next one, `downMs` later. */
async function restart(bed: PhoneBed, keeper: ReturnType<typeof createKeeper>, change: Partial<SipPhones> = {}) {
  const next = createKeeper(keeper.left());
  await bed.agent.close(0);
  const after = await openPhoneBed({ keep: next.keep, ...change });
  return { after, next };
}

const contactsOf = ({ agent }: PhoneBed, user = "alice") =>
  agent.contactsOf(user).map(({ uri, target }) => [uri, target.host, target.port]);

describe("registrations over a restart", () => {
  it("are known with the time that is left of them, and the run of their REGISTERs goes on", async () => {
    const keeper = createKeeper();
    const bed = await openPhoneBed({ keep: keeper.keep });
    bed.send(bed.peer, { lines: ["Expires: 600"] });
    bed.send(bed.peer, { lines: ["Expires: 600"] });

    const { after } = await restart(bed, keeper);

    assert.deepEqual(contactsOf(after), [["sip:peer@192.0.2.9:5060", "192.0.2.9", 5_060]]);
    assert.equal(after.agent.hasContactFrom("192.0.2.9"), true);
    assert.equal(statusOf(after.send(after.peer, { cseq: 1 })), 500, "an older REGISTER came after the restart");
    after.clock.advance(600_010);
    assert.deepEqual(contactsOf(after), []);
  });

  it("behind a NAT are reached from the listener that they came to", async () => {
    const keeper = createKeeper();
    const bed = await openPhoneBed({ keep: keeper.keep });
    bed.send(bed.peer, { via: "SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bKnat;rport", contact: "sip:alice@10.0.0.5" });

    const { after } = await restart(bed, keeper);

    const [contact] = after.agent.contactsOf("alice");
    assert.deepEqual(
      [contact?.uri, contact?.over?.peer],
      ["sip:alice@10.0.0.5", { transport: "udp", host: "192.0.2.9", port: 5_060 }],
    );
  });

  it("of a device are called by its GRUU as before", async () => {
    const keeper = createKeeper();
    const bed = await openPhoneBed({ keep: keeper.keep });
    const answer = bed.send(bed.peer, { lines: ["Supported: gruu"], parameters: ';+sip.instance="<urn:uuid:1>"' });
    const gruu = parseSipUri(/pub-gruu="([^"]+)"/.exec(answer)?.[1] ?? "") ?? assert.fail(answer);

    const { after } = await restart(bed, keeper);

    assert.equal(after.agent.contactsOfDevice(gruu)?.length, 1);
  });

  it("whose only way was a connection end with it; one that names its address is reached there", async () => {
    const keeper = createKeeper();
    const bed = await openPhoneBed({ keep: keeper.keep });
    for (const [to, contact] of [
      ["alice", "sip:alice@10.0.0.5:5060;transport=tcp"],
      ["1001", ""],
    ] as const) {
      const stream = bed.network.connectStream("192.0.2.1", 5060);
      stream.start({ onBytes: () => undefined, onClosed: () => undefined });
      bed.clock.advance(2);
      const { host } = stream.local();
      const own = contact === "" ? `sip:x@${host}:7000;transport=tcp` : contact;
      const via = `SIP/2.0/TCP ${contact === "" ? host : "10.0.0.5"}:5060;branch=z9hG4bK${to};rport`;
      const text = aRequest({ method: "REGISTER", via, contact: own, callId: to });
      stream.write(Buffer.from(text.replace("To: <sip:+12065550100@", "To: <sip:alice@")));
      bed.clock.advance(3);
    }
    assert.equal(bed.agent.registrations(), 2);

    const { after, next } = await restart(bed, keeper);

    assert.deepEqual(contactsOf(after), [["sip:x@127.0.0.1:7000;transport=tcp", "127.0.0.1", 7_000]]);
    assert.deepEqual(next.saved, ["alice 1"]);
  });

  it("of an account that is gone, or that only calls, are forgotten", async () => {
    const keeper = createKeeper();
    const bed = await openPhoneBed({ keep: keeper.keep });
    bed.send(bed.peer);

    const { after, next } = await restart(bed, keeper, { find: () => [] });

    assert.deepEqual([after.agent.registrations(), next.saved, next.left()], [0, ["alice 0"], []]);
  });

  it("are saved when they change, and not when they are asked for or refused, and the end of the server takes none away", async () => {
    const keeper = createKeeper();
    const bed = await openPhoneBed({ keep: keeper.keep });
    bed.send(bed.peer, { lines: ["Expires: 60"] });
    bed.send(bed.peer, { lines: ["Expires: 1"] });
    bed.peer.send(
      aRequest({ method: "REGISTER", branch: "q", callId: "q" })
        .replace(/Contact: .*\r\n/, "")
        .replace("To: <sip:+12065550100@", "To: <sip:alice@"),
    );
    bed.clock.advance(2);
    assert.deepEqual(keeper.saved, ["alice 1"]);
    bed.send(bed.peer, { to: "alice", lines: ["Expires: 0"] });
    assert.deepEqual(keeper.saved, ["alice 1", "alice 0"]);
    bed.send(bed.peer, { lines: ["Expires: 60"] });
    await bed.agent.close(0);
    assert.equal(keeper.left().length, 1);
  });
});

describe("who looks on is told", () => {
  it("that a phone registers, once, that it leaves, that its time is over, and that its connection broke", async () => {
    const changes: string[] = [];
    const onRegistration = ({ type, account, contact }: RegistrationChange) =>
      void changes.push(`${type} ${account} ${contact}`);
    const bed = await openPhoneBed({}, undefined, onRegistration);
    bed.send(bed.peer, { lines: ["Expires: 60"] });
    bed.send(bed.peer, { lines: ["Expires: 60"] });
    bed.send(bed.peer, { lines: ["Expires: 0"] });
    bed.send(bed.peer, { lines: ["Expires: 60"] });
    bed.clock.advance(60_000);
    const stream = bed.network.connectStream("192.0.2.1", 5060);
    stream.start({ onBytes: () => undefined, onClosed: () => undefined });
    bed.clock.advance(2);
    const via = "SIP/2.0/TCP 10.0.0.5:5060;branch=z9hG4bKtcp;rport";
    const text = aRequest({ method: "REGISTER", via, contact: "sip:a@10.0.0.5;transport=tcp" });
    stream.write(Buffer.from(text.replace("To: <sip:+12065550100@", "To: <sip:alice@")));
    bed.clock.advance(3);
    stream.close();
    bed.clock.advance(3);

    assert.deepEqual(changes, [
      "registered alice sip:peer@192.0.2.9:5060",
      "left alice sip:peer@192.0.2.9:5060",
      "registered alice sip:peer@192.0.2.9:5060",
      "expired alice sip:peer@192.0.2.9:5060",
      "registered alice sip:a@10.0.0.5;transport=tcp",
      "lost alice sip:a@10.0.0.5;transport=tcp",
    ]);
  });
});
