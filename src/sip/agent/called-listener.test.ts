import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openTestAgent, sipHeader, tagOf } from "../../testing/internal/sip-testbed.ts";

/** The first is the one that the system's routes would choose. */
const listeners = ["192.0.2.1", "192.0.2.2"].map((host) => ({ transport: "udp", host, port: 5060 }) as const);

for (const [what, via] of [
  ["Contact has another port than it sends from", "SIP/2.0/UDP 192.0.2.9:5060;rport"],
  ["Via has another port than it sends from", "SIP/2.0/UDP 192.0.2.9:5070"],
] as const) {
  test(`all that goes to a caller leaves from the address that it called: ${what}`, async () => {
    const clock = createManualClock();
    const network = createMemoryNetwork(clock);
    const onCall = (call: { answer(sdp: string): void }) => call.answer("v=0");
    const { calls } = await openTestAgent({ network, clock, listeners, onCall });
    const caller = await network.openDatagram("192.0.2.9", 5060, () => undefined);
    const send = (text: string) => caller.send(Buffer.from(text), "192.0.2.2", 5060, () => undefined);
    const ofAgent = () => network.packets.filter(({ from }) => from !== "192.0.2.9:5060");

    send(aRequest({ via: `${via};branch=z9hG4bK1`, contact: "sip:peer@192.0.2.9:5080" }));
    clock.advance(2);
    const answer = ofAgent().at(-1)?.text ?? "";
    const toTag = tagOf(sipHeader(answer, "To"));
    send(aRequest({ method: "ACK", via: `${via};branch=z9hG4bK2`, toTag }));
    clock.advance(2);
    calls[0]?.call.hangUp();
    clock.advance(2);

    const bye = ofAgent().at(-1);
    assert.match(answer, /^SIP\/2\.0 200 /);
    assert.deepEqual([bye?.text.split(" ")[0], bye?.to], ["BYE", "192.0.2.9:5080"]);
    assert.match(sipHeader(bye?.text ?? "", "Via"), /^SIP\/2\.0\/UDP 192\.0\.2\.2:5060;/);
    assert.deepEqual([...new Set(ofAgent().map(({ from }) => from))], ["192.0.2.2:5060"]);
  });
}
