import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPhoneBed } from "../../testing/internal/phone-bed.ts";
import {
  aDescription,
  aResponse,
  createRecordingDelegate,
  openRawSipPeer,
  sipHeader,
} from "../../testing/internal/sip-testbed.ts";

describe("a call to several phones", () => {
  /** A call to three phones of one account. */
  const callAll = async () => {
    const bed = await openPhoneBed();
    const phones = await Promise.all([7001, 7002, 7003].map((port) => openRawSipPeer(bed.network, port)));
    const delegates = phones.map(() => createRecordingDelegate());
    const [first, ...others] = phones.map(({ host, port }, index) => ({
      ...{
        requestUri: `sip:p${index}@${host}:${port}`,
        to: "sip:alice@192.0.2.1",
        from: "sip:x@192.0.2.1",
        headers: [],
      },
      ...{ offer: aDescription, nextHop: { transport: "udp", host, port } as const, delegate: delegates[index]! },
    }));
    const call = bed.agent.call(first!, ...others);
    bed.clock.advance(2);
    const answer = (index: number, status: string, to = "INVITE") => {
      const phone = phones[index]!;
      const body = status.startsWith("200") && to === "INVITE" ? "v=0 answer" : "";
      const contact = `sip:p${index}@${phone.host}:${phone.port}`;
      phone.send(aResponse(phone.last(to), status, { toTag: `t${index}`, body, contact }));
      bed.clock.advance(3);
    };
    const expectIdle = () => {
      bed.clock.advance(200_000);
      assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
    };
    return { ...bed, phones, delegates, call, answer, expectIdle };
  };

  it("rings all with one Call-ID, is that of the first who answers, and cancels the others, since it was answered elsewhere", async () => {
    const { clock, phones, delegates, call, answer, expectIdle } = await callAll();
    assert.deepEqual(
      phones.map((phone) => sipHeader(phone.last("INVITE"), "Call-ID")),
      phones.map(() => call.sipCallId),
    );
    for (const index of [0, 1, 2]) answer(index, "180 Ringing");

    answer(1, "200 OK");

    assert.match(sipHeader(phones[0]!.last("CANCEL"), "Reason"), /^SIP;cause=200;text="Call completed elsewhere"/);
    for (const index of [0, 2]) {
      answer(index, "200 OK", "CANCEL");
      answer(index, "487 Request Terminated");
      assert.equal(phones[index]!.count("ACK"), 1);
    }
    assert.deepEqual(
      delegates.map(({ reported }) => reported),
      [["progress 180"], ["progress 180", "answered"], ["progress 180"]],
    );
    call.hangUp();
    clock.advance(2);
    answer(1, "200 OK", "BYE");
    assert.deepEqual(
      delegates.map(({ ends }) => ends.length),
      [0, 1, 0],
    );
    expectIdle();
  });

  it("acknowledges a phone that answers too late, and hangs it up", async () => {
    const { clock, phones, delegates, answer, expectIdle, call } = await callAll();
    for (const index of [0, 1, 2]) answer(index, "180 Ringing");
    answer(1, "200 OK");

    answer(2, "200 OK");

    assert.equal(phones[2]!.count("ACK"), 1);
    answer(2, "200 OK", "BYE");
    answer(2, "200 OK", "CANCEL");
    assert.deepEqual(delegates[2]?.reported, ["progress 180"]);
    answer(0, "487 Request Terminated");
    call.hangUp();
    clock.advance(2);
    answer(1, "200 OK", "BYE");
    expectIdle();
  });

  it("ends when all are busy or away, and is given up at all that ring", async () => {
    const refused = await callAll();
    refused.answer(0, "480 Temporarily Unavailable");
    refused.answer(1, "486 Busy Here");
    refused.answer(2, "404 Not Found");
    assert.deepEqual(refused.delegates[0]?.ends, [{ type: "rejected", status: 486, reason: "Busy Here" }]);
    refused.expectIdle();

    const left = await callAll();
    for (const index of [0, 1, 2]) left.answer(index, "180 Ringing");
    left.call.hangUp();
    left.clock.advance(2);
    assert.deepEqual(
      left.phones.map((phone) => phone.count("CANCEL")),
      [1, 1, 1],
    );
    assert.deepEqual(
      left.delegates.map(({ ends }) => ends.length),
      [1, 0, 0],
    );
  });
});
