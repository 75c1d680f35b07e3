import assert from "node:assert/strict";
import { test } from "node:test";
import { createLegWorld, writtenDescriptions } from "../testing/internal/leg-world.ts";
import type { BrowserNearEnd, IceNames } from "../sdp/index.ts";
import { InboundLeg } from "./inbound-leg.ts";

const certificate = (fill: string) => `sha-256 ${Array<string>(32).fill(fill).join(":")}`;

/** What a browser says of its end. */
function described({ ufrag = "abcd", fingerprint = certificate("AB"), direction = "sendrecv" } = {}): string {
  return [
    ...["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0"],
    ...["m=audio 9 UDP/TLS/RTP/SAVPF 0", "c=IN IP4 0.0.0.0", `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${"p".repeat(24)}`],
    ...[`a=fingerprint:${fingerprint}`, "a=setup:actpass", "a=rtcp-mux", "a=mid:0", `a=${direction}`],
    ...["a=rtpmap:0 PCMU/8000", ""],
  ].join("\r\n");
}

const near: BrowserNearEnd = {
  ...{ iceUfrag: "ours", icePassword: "o".repeat(24), fingerprint: certificate("01") },
  ...{ address: "192.0.2.1", port: 5000, ssrc: 7, playbackRateHz: 16_000 },
};
const namesOf = (sdp: unknown) =>
  ["ice-ufrag", "ice-pwd"].map((name) => new RegExp(`^a=${name}:(\\S+)`, "m").exec(String(sdp))?.[1]);

/** A leg of a browser that was answered, and what its later offers are answered. */
async function aBrowserLeg() {
  const world = createLegWorld();
  const offer = described();
  const call = world.aCaller(offer);
  let count = 0;
  const newNames = (): IceNames => ({ iceUfrag: `new${++count}`, icePassword: `${count}`.repeat(24) });
  const leg = new InboundLeg({
    ...{ ...world.parts, sessionDescriptions: writtenDescriptions, call, offer },
    openMedia: async (delegate) => ({ ...(await world.openMedia(delegate)), browser: near, newNames }),
  });
  await leg.open();
  leg.answer();
  const offered = (says: Parameters<typeof described>[0]) => {
    const reply = call.delegate.onOffer?.(described(says));
    return typeof reply === "string" ? reply : JSON.stringify(reply);
  };
  return { ...world, offered, farEnd: () => world.started.at(-1)?.browser };
}

test("a browser that begins ICE anew is answered with new names of ours, and the same certificate", async () => {
  const { offered, farEnd, reported } = await aBrowserLeg();
  const answer = offered({ ufrag: "efgh" });

  assert.deepEqual(namesOf(answer), ["new1", "1".repeat(24)]);
  assert.match(answer, new RegExp(`^a=fingerprint:${near.fingerprint}`, "m"));
  assert.deepEqual([farEnd()?.iceUfrag, farEnd()?.near?.iceUfrag], ["efgh", "new1"]);
  assert.ok(!reported.some((line) => line.startsWith("ended")));
});

test("what it says later is answered with the names of its last beginning", async () => {
  const { offered, farEnd } = await aBrowserLeg();
  offered({ ufrag: "efgh" });
  const answer = offered({ ufrag: "efgh", direction: "sendonly" });

  assert.deepEqual(namesOf(answer), ["new1", "1".repeat(24)]);
  assert.equal(farEnd()?.near, undefined);
  assert.deepEqual(namesOf(offered({ ufrag: "ijkl" })), ["new2", "2".repeat(24)]);
});

test("another certificate is refused, with new names or without, and the audio goes on as it was", async () => {
  const { offered, farEnd } = await aBrowserLeg();
  for (const ufrag of ["abcd", "efgh"]) {
    const answer = offered({ ufrag, fingerprint: certificate("CD") });
    assert.match(answer, /warning.*a=fingerprint of the first/);
  }

  assert.equal(farEnd()?.iceUfrag, "abcd");
});
