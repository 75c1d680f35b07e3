import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPhoneBed, statusOf, withPassword, type PhoneParts } from "../../testing/internal/phone-bed.ts";
import { aDescription } from "../../testing/internal/sip-testbed.ts";
import { SipAccount } from "../digest/account.ts";

const pbx = new SipAccount({ name: "pbx", numbers: [], password: "hunter2", mayRegister: false, trunk: "office" });
const phone = new SipAccount({ name: "1001", numbers: [], password: "hunter2", mayRegister: true });
const invite: PhoneParts = { method: "INVITE", to: "+12065550100", from: "+15105550123", body: aDescription };

const aBed = (isRegistrar = true) =>
  openPhoneBed({
    find: (user) => [pbx, phone].filter(({ name }) => name === user),
    ownerOf: (_uri, peer) => (peer.host === "192.0.2.9" ? "office" : undefined),
    isTrusted: () => true,
    isRegistrar,
  });

// Contract: sip-and-media-trunk-callers
describe("a call of a trunk with accounts (Contract: sip-and-media-trunk-callers)", () => {
  it("is asked for credentials whatever its From, though the trunk is known by its address, and begins with those of the trunk", async () => {
    const bed = await aBed();

    assert.equal(statusOf(bed.send(bed.peer, invite)), 401);
    assert.equal(bed.calls.length, 0);
    withPassword(bed, invite, { username: "pbx", password: "hunter2" });
    assert.deepEqual([bed.calls.length, bed.calls[0]?.call.account?.trunk], [1, "office"]);
  });

  it("is asked once, and nothing is kept of it: what is sent in somebody else's name is not repeated to him (RFC 3261 §26.3.2.4)", async () => {
    const bed = await aBed();

    bed.send(bed.peer, invite);
    const { transactions } = bed.agent.ledger();
    bed.clock.advance(32_000);

    assert.equal(bed.peer.count("401"), 1);
    assert.equal(transactions, 0);
  });

  for (const [what, account] of [
    ["a wrong password", { username: "pbx", password: "hunter3" }],
    ["a name that nobody has", { username: "nobody", password: "hunter2" }],
    ["the password of a phone", { username: "1001", password: "hunter2" }],
  ] as const)
    it(`does not begin with ${what}`, async () => {
      const bed = await aBed();
      assert.equal(statusOf(withPassword(bed, invite, account)), 401);
      assert.equal(bed.calls.length, 0);
    });

  it("is asked for none by OPTIONS, by which it looks whether this server is up", async () => {
    const bed = await aBed();
    assert.equal(statusOf(bed.send(bed.peer, { method: "OPTIONS" })), 200);
  });

  it("may not register, and where no phone may REGISTER is a method that is not taken", async () => {
    const bed = await aBed();
    assert.equal(statusOf(withPassword(bed, { to: "pbx" }, { username: "pbx", password: "hunter2" })), 404);
    const without = await aBed(false);
    assert.equal(statusOf(without.send(without.peer, { to: "1001" })), 405);
  });
});
