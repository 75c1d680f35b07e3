import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallDelegate, OutgoingCallRequest } from "../sip/index.ts";
import { createLegWorld } from "../testing/internal/leg-world.ts";
import type { MediaAddress } from "./media-address.ts";
import { OutboundLeg, type DialHop } from "./outbound-leg.ts";

/** A leg that has been dialled, over routes to these hosts from these addresses of ours. */
async function aDialledLeg(
  ...routes: readonly (Partial<DialHop> & { readonly host: string; readonly bound: string })[]
) {
  const world = createLegWorld();
  const { reported, parts } = world;
  const requests: OutgoingCallRequest[] = [];
  const hops = routes.map(({ host, bound, ...hop }): DialHop => {
    const media: MediaAddress = { bound, advertised: () => bound };
    return {
      ...{ nextHop: { transport: "udp", host, port: 5060 }, to: `sip:1@${host}`, from: `sip:2@${bound}`, media },
      ...{ headers: [{ name: "X-A", value: "1" }], maxForwards: 7 },
      ...hop,
    };
  });
  const leg = new OutboundLeg({
    ...parts,
    events: {
      ...parts.events,
      progress: (status) => void reported.push(`progress ${status}`),
      earlyMedia: () => void reported.push("early media"),
      signalled: () => undefined,
    },
    findPlan: async () => {
      const [first, ...others] = hops;
      if (first === undefined) throw new Error("there is no route");
      return { hops: [first, ...others] };
    },
    openMedia: (delegate, own) => {
      reported.push(`opened at ${own.bound}`);
      return world.openMedia(delegate);
    },
    placeCall: (request) => {
      requests.push(request);
      reported.push(`INVITE ${request.requestUri}`);
      return { sipCallId: "2", hangUp: () => void reported.push("CANCEL or BYE"), renegotiate: () => undefined };
    },
  });
  leg.dial();
  await settled();
  const dialog = (): CallDelegate => requests.at(-1)?.delegate ?? assert.fail("there is no INVITE");
  return { leg, reported, requests, dialog };
}

const one = { host: "192.0.2.8", bound: "192.0.2.1" };
const another = { host: "192.0.2.9", bound: "192.0.2.1" };
const elsewhere = { host: "198.51.100.9", bound: "198.51.100.1" };

test("a called party that answers brings the leg up, and each provisional response is reported", async () => {
  const { reported, requests, dialog } = await aDialledLeg(one);

  dialog().onProgress?.({ status: 181, sdp: undefined });
  dialog().onProgress?.({ status: 180, sdp: undefined });
  dialog().onAnswered?.({ sdp: "sdp" });

  assert.deepEqual(reported, [
    ...["opened at 192.0.2.1", "INVITE sip:1@192.0.2.8"],
    ...["progress 181", "progress 180", "answered"],
  ]);
  assert.deepEqual([requests[0]?.maxForwards, requests[0]?.headers], [7, [{ name: "X-A", value: "1" }]]);
});

test("audio before the answer is reported for each description that is new, and an answer without one takes the last", async () => {
  const { reported, dialog } = await aDialledLeg(one);
  reported.splice(0);

  for (const sdp of ["one", "one", "two", "bad"]) dialog().onProgress?.({ status: 183, sdp });
  dialog().onAnswered?.({ sdp: undefined });

  assert.deepEqual(
    reported.filter((word) => !word.startsWith("progress")),
    ["early media", "early media", "answered"],
  );
});

for (const [what, next, opened] of [
  ["with the same RTP session where it has the same address of ours", another, []],
  ["with an RTP session of its own where it has another address of ours", elsewhere, ["opened at 198.51.100.1"]],
] as const) {
  test(`a route that fails by itself is followed by the next one, ${what}`, async () => {
    const { reported, dialog } = await aDialledLeg(one, next);
    reported.splice(0);

    dialog().onEnded({ type: "rejected", status: 503, reason: "" });
    await settled();

    assert.deepEqual(reported, [...opened, `INVITE sip:1@${next.host}`]);
    dialog().onEnded({ type: "timeout" });
    assert.ok(reported.includes("ended by unreachable"));
  });
}

for (const end of [
  { type: "timeout" },
  { type: "transport", message: "refused" },
  ...[408, 500, 503, 504].map((status) => ({ type: "rejected", status, reason: "" }) as const),
] as const) {
  const what = end.type === "rejected" ? `${end.status}` : end.type;
  test(`RFC 3263 §4.3: ${what} of one address is followed by the next (Contract: sip-and-media-connector-failover)`, async () => {
    const { requests, dialog } = await aDialledLeg(one, another);

    dialog().onEnded(end);
    await settled();

    assert.deepEqual(
      requests.map(({ nextHop }) => nextHop.host),
      [one.host, another.host],
    );
  });
}

const ends = {
  "refuses the call": { progress: undefined, end: { type: "rejected", status: 486, reason: "" }, by: "rejected" },
  "rang, and then failed": { progress: 180, end: { type: "rejected", status: 503, reason: "" }, by: "rejected" },
  "has no codec of ours": {
    progress: undefined,
    end: { type: "rejected", status: 488, reason: "" },
    by: "no-common-codec",
  },
} as const;
for (const [what, { progress, end, by }] of Object.entries(ends)) {
  test(`a called party who ${what} ends the leg, and no other route is tried`, async () => {
    const { reported, requests, dialog } = await aDialledLeg(one, another);

    if (progress !== undefined) dialog().onProgress?.({ status: progress, sdp: undefined });
    dialog().onEnded(end);
    await settled();

    assert.equal(requests.length, 1);
    assert.ok(reported.includes(`ended by ${by}`));
  });
}

test("a leg that is hung up while its RTP session is opened sends no INVITE, and closes the session", async () => {
  const world = createLegWorld();
  const leg: OutboundLeg = new OutboundLeg({
    ...world.parts,
    findPlan: () => ({
      hops: [
        {
          ...{ nextHop: { transport: "udp", host: one.host, port: 5060 }, to: "sip:1@a", from: "sip:2@b" },
          media: { bound: one.bound, advertised: () => one.bound },
          headers: [],
        },
      ],
    }),
    openMedia: (delegate) => {
      leg.hangUp();
      return world.openMedia(delegate);
    },
    placeCall: () => assert.fail("an INVITE was sent"),
  });

  leg.dial();
  await settled();
  await leg.whenReleased();

  assert.deepEqual(world.reported, ["ended by local", "closed", "heard 7"]);
});

test("a leg to which there is no route ends, and says why", async () => {
  const { reported } = await aDialledLeg();

  assert.deepEqual(reported, ["ended: the call could not be placed: there is no route"]);
});

/** What is settled by now has been reported. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
