import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallDelegate, CallEnd } from "../sip/index.ts";
import { createLegWorld } from "../testing/internal/leg-world.ts";
import { OutboundLeg, type DialHop } from "./outbound-leg.ts";

/** A leg that has been dialled by these hops. "full" takes no call; each says what it is told. */
async function aLeg(...names: readonly string[]) {
  const world = createLegWorld();
  const { clock, reported, parts } = world;
  const delegates: CallDelegate[] = [];
  const own = { bound: "192.0.2.1", advertised: () => "192.0.2.1" };
  const hops = names.map((name): DialHop => ({
    nextHop: { transport: "udp", host: name, port: 5060 },
    ...{ to: `sip:1@${name}`, from: "sip:2@here", media: own, headers: [], responseMs: 4_000 },
    begin: () =>
      name === "full"
        ? "it is full"
        : {
            responded: () => void reported.push(`${name} responded`),
            failed: (why, retryAfterS) => void reported.push(`${name} failed: ${why}${retryAfterS ?? ""}`),
            ended: () => void reported.push(`${name} is left`),
          },
  }));
  const leg = new OutboundLeg({
    ...parts,
    events: { ...parts.events, progress: (status) => void reported.push(`progress ${status}`) },
    findPlan: () => ({ hops: [hops[0] ?? assert.fail("no hop"), ...hops.slice(1)] }),
    openMedia: (delegate) => world.openMedia(delegate),
    placeCall: ({ requestUri, delegate }) => {
      delegates.push(delegate);
      reported.push(`INVITE ${requestUri.slice(6)}`);
      // As the user agent does: the end is told before this returns.
      return {
        sipCallId: "2",
        renegotiate: () => undefined,
        hangUp: () => {
          reported.push(`CANCEL ${requestUri.slice(6)}`);
          delegate.onEnded({ type: "local" });
        },
      };
    },
  });
  leg.dial();
  await settled();
  const told = async (tell: (delegate: CallDelegate) => void, at = delegates.length - 1) => {
    reported.splice(0);
    tell(delegates[at] ?? assert.fail("no INVITE"));
    await settled();
    return reported.join(", ");
  };
  const pass = async (ms: number) => {
    reported.splice(0);
    clock.advance(ms);
    await settled();
    return reported.join(", ");
  };
  return { leg, reported, told, pass };
}

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
const rejected = (status: number, more: object = {}): CallEnd => ({ type: "rejected", status, reason: "", ...more });

// Contract: sip-and-media-silent-address
test("a hop that says nothing for its time is cancelled for the next, and its end is nobody's (Contract: sip-and-media-silent-address)", async () => {
  const { pass, told } = await aLeg("a", "b");

  assert.equal(await pass(3_999), "");
  assert.equal(await pass(1), "a failed: no response within 4 s, a is left, CANCEL a, INVITE b");
  // A phone behind it rings after all.
  assert.equal(await told((late) => late.onProgress?.({ status: 180, sdp: undefined }), 0), "");
  assert.equal(await told((next) => next.onAnswered?.({ sdp: "sdp" })), "b responded, answered");
});

test("any response, a 100 too, ends the wait for the first one", async () => {
  const { pass, told } = await aLeg("a", "b");

  assert.equal(await told((delegate) => delegate.onResponse?.()), "");
  assert.equal(await pass(60_000), "");
});

test("the last hop is waited for as long as the call rings, and counts as silent all the same", async () => {
  const { pass, told } = await aLeg("a");

  assert.equal(await pass(4_000), "a failed: no response within 4 s");
  assert.equal(await told((delegate) => delegate.onAnswered?.({ sdp: "sdp" })), "a responded, answered");
});

test("a leg that is given up while its hop is silent tries no other", async () => {
  const { leg, pass, reported } = await aLeg("a", "b");

  leg.hangUp();
  await settled();
  assert.ok(reported.includes("a is left"));
  assert.equal(await pass(10_000), "");
});

const rows: readonly (readonly [end: CallEnd, told: string])[] = [
  [{ type: "timeout" }, "a failed: no response, a is left, INVITE b"],
  [{ type: "transport", message: "refused" }, "a failed: refused, a is left, INVITE b"],
  [rejected(500), "a responded, a is left, INVITE b"],
  [rejected(503), "a responded, a is left, INVITE b"],
  [
    rejected(503, { retryAfterS: 9 }),
    "a failed: it answered 503 and wants to be left alone for 9 s9, a is left, INVITE b",
  ],
  [rejected(486), "a responded, closed, a is left, ended by rejected, heard 7"],
  [rejected(603), "a responded, closed, a is left, ended by rejected, heard 7"],
  [rejected(407), "a responded, closed, a is left, ended by rejected, heard 7"],
];
for (const [end, expected] of rows)
  test(`a hop that ends by ${end.type} ${"status" in end ? end.status : ""}: ${expected} (Contract: sip-and-media-connector-failover)`, async () => {
    const { told } = await aLeg("a", "b");
    assert.equal(await told((delegate) => delegate.onEnded(end)), expected);
  });

test("a hop that takes no call is passed over; where it is the last, the leg ends as the one before it did", async () => {
  const { reported } = await aLeg("full", "b");
  assert.deepEqual(reported, ["INVITE b"]);

  const { told } = await aLeg("a", "full");
  assert.equal(
    await told((delegate) => delegate.onEnded(rejected(500))),
    "a responded, a is left, closed, ended by rejected, heard 7",
  );

  const nowhere = await aLeg("full");
  assert.deepEqual(nowhere.reported, ["ended: it is full"]);
});
