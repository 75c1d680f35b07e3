import assert from "node:assert/strict";
import { test } from "node:test";
import type { DigestChallenge } from "../digest/challenge.ts";
import {
  isInvitationOpen,
  startInvitation,
  stepInvitation,
  type InvitationEffect,
  type InvitationInput,
  type InvitationState,
} from "./invitation-machine.ts";
import type { Moment } from "./session-state.ts";

const now: Moment = { atMs: 1_000_000, chance: 0.5 };
const calling = startInvitation(
  {
    ...{ sipCallId: "call", localTag: "ours", from: "<sip:us@192.0.2.1>;tag=ours", requestUri: "sip:them@192.0.2.9" },
    ...{ seq: 1, contactUser: "us", offer: "v=0" },
  },
  500,
);
const reason = { status: 503, text: "the server stops" };

const states: Readonly<Record<string, InvitationState>> = {
  calling,
  proceeding: { ...calling, phase: { type: "proceeding" } },
  "proceeding, early": { ...calling, phase: { type: "proceeding" }, early: ["a", "c"] },
  "given-up": { ...calling, phase: { type: "given-up", reason } },
  cancelled: { ...calling, phase: { type: "cancelled", reason }, deadlines: { cancelled: now.atMs + 32_000 } },
  answered: { ...calling, phase: { type: "answered", tag: "a" }, answered: ["a"] },
  over: { ...calling, phase: { type: "over", reason: undefined }, left: ["b"] },
};

const challenge: DigestChallenge = {
  ...{ by: "proxy", realm: "r", nonce: "n", opaque: undefined, algorithm: undefined, hash: "md5" },
  ...{ isSession: false, hasQop: true, isStale: false },
};

function aResponse(status: number, tag: string, challenges: readonly DigestChallenge[] = []): InvitationInput {
  return { type: "response", status, reason: "", tag, sdp: undefined, challenges };
}

const inputs: Readonly<Record<string, InvitationInput>> = {
  "100": aResponse(100, ""),
  "180": aResponse(180, "a"),
  "180 without a tag": aResponse(180, ""),
  "200 of a": aResponse(200, "a"),
  "200 of b": aResponse(200, "b"),
  "422": { ...aResponse(422, "a"), smallestSeconds: 1_800 } as InvitationInput,
  "422 that asks for years": { ...aResponse(422, "a"), smallestSeconds: 99_999_999 } as InvitationInput,
  "486": aResponse(486, "a"),
  "407": aResponse(407, "a", [challenge]),
  "407 that cannot be answered": aResponse(407, "a"),
  failed: { type: "failed", end: { type: "timeout" } },
  "BYE of b": { type: "bye", tag: "b" },
  "hang-up": { type: "hang-up", reason },
  "timer cancelled": { type: "timer", name: "cancelled" },
};

function printEffect(effect: InvitationEffect): string {
  switch (effect.do) {
    case "open-session":
      return `open ${effect.tag} as ${effect.as}${effect.as === "unwanted" ? ` ${effect.reason.status}` : ""}`;
    case "tell-end":
      return `end ${effect.end.type}`;
    case "leave-early":
      return `leave ${effect.tags.join(" ")}`;
    case "send-cancel":
      return `cancel ${effect.reason?.status ?? "-"}`;
    default:
      return effect.do;
  }
}

/** Phase and input -> "next phase: effects"; what is not named does nothing. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  calling: {
    "100": "proceeding: ",
    "180": "proceeding: hand-provisional",
    "180 without a tag": "proceeding: tell-progress",
    "200 of a": "answered: open a as call",
    "200 of b": "answered: open b as call",
    "422": "calling: send-again",
    "422 that asks for years": "over: end rejected",
    "486": "over: end rejected",
    "407 that cannot be answered": "over: end rejected",
    "407": "calling: send-again",
    failed: "over: end timeout",
    "BYE of b": "given-up: respond-to-bye, end bye",
    "hang-up": "given-up: end local",
  },
  proceeding: {
    "180": "proceeding: hand-provisional",
    "180 without a tag": "proceeding: tell-progress",
    "200 of a": "answered: open a as call",
    "200 of b": "answered: open b as call",
    "422": "calling: send-again",
    "422 that asks for years": "over: end rejected",
    "486": "over: end rejected",
    "407 that cannot be answered": "over: end rejected",
    "407": "calling: send-again",
    failed: "over: end timeout",
    "BYE of b": "cancelled: respond-to-bye, end bye, cancel -",
    "hang-up": "cancelled: end local, cancel 503",
  },
  "proceeding, early": {
    "180": "proceeding: hand-provisional",
    "180 without a tag": "proceeding: tell-progress",
    "200 of a": "answered: open a as call, leave c",
    "200 of b": "answered: open b as call, leave a c",
    "422": "calling: send-again, leave a c",
    "422 that asks for years": "over: end rejected, leave a c",
    "486": "over: end rejected, leave a c",
    "407 that cannot be answered": "over: end rejected, leave a c",
    "407": "calling: send-again, leave a c",
    failed: "over: end timeout, leave a c",
    "BYE of b": "cancelled: respond-to-bye, end bye, cancel -, leave a c",
    "hang-up": "cancelled: end local, cancel 503, leave a c",
  },
  "given-up": {
    "100": "cancelled: cancel 503",
    "180": "cancelled: cancel 503",
    "180 without a tag": "cancelled: cancel 503",
    "200 of a": "over: open a as unwanted 503",
    "200 of b": "over: open b as unwanted 503",
    "422": "over: ",
    "422 that asks for years": "over: ",
    "486": "over: ",
    "407 that cannot be answered": "over: ",
    "407": "over: ",
    failed: "over: ",
    "BYE of b": "given-up: respond-to-bye",
  },
  cancelled: {
    "200 of a": "over: open a as unwanted 503",
    "200 of b": "over: open b as unwanted 503",
    "422": "over: ",
    "422 that asks for years": "over: ",
    "486": "over: ",
    "407 that cannot be answered": "over: ",
    "407": "over: ",
    failed: "over: ",
    "BYE of b": "cancelled: respond-to-bye",
    "timer cancelled": "over: abandon",
  },
  answered: {
    "200 of a": "answered: acknowledge-again",
    "200 of b": "answered: open b as unwanted 200",
    "BYE of b": "answered: respond-to-bye",
    "hang-up": "answered: hang-up-session",
  },
  over: {
    "200 of a": "over: open a as unwanted 487",
    "200 of b": "over: open b as left",
    "422": "over: ",
    "422 that asks for years": "over: ",
    "486": "over: ",
    "407 that cannot be answered": "over: ",
    "407": "over: ",
    "BYE of b": "over: respond-to-bye",
  },
};

for (const [name, state] of Object.entries(states)) {
  test(`an INVITE of ours that is ${name} does as RFC 3261 says with each input`, () => {
    const row = table[name] ?? {};
    const found = Object.entries(inputs).map(([input, value]) => {
      const [next, effects] = stepInvitation(state, value, now);
      const asked = effects.filter((effect) => effect.do !== "ignore").map(printEffect);
      return [input, `${next.phase.type}: ${asked.join(", ")}`];
    });
    const expected = Object.keys(inputs).map((input) => [input, row[input] ?? `${state.phase.type}: `]);

    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
  });
}

test("the wait for the final response to a cancelled INVITE ends after 64*T1, and with that response (RFC 3261 §9.1)", () => {
  const [cancelled] = stepInvitation(states["proceeding"] ?? calling, { type: "hang-up", reason: undefined }, now);
  const [over] = stepInvitation(cancelled, aResponse(487, "a"), now);

  assert.deepEqual([cancelled.deadlines, over.deadlines], [{ cancelled: now.atMs + 32_000 }, {}]);
});

test("an invitation that was written as JSON and read again goes on as if it had not been", () => {
  const steps = [aResponse(180, "a"), aResponse(200, "a"), aResponse(200, "b"), aResponse(200, "a")];
  const run = (between: (state: InvitationState) => InvitationState) => {
    let state = calling;
    const asked = steps.map((input) => {
      const [next, effects] = stepInvitation(between(state), input, now);
      state = next;
      return effects.map(printEffect).join(", ");
    });
    return { asked, state };
  };

  const overJson = run((state) => JSON.parse(JSON.stringify(state)) as InvitationState);

  assert.deepEqual(
    overJson,
    run((state) => state),
  );
  assert.deepEqual(overJson.asked, [
    "hand-provisional",
    "open a as call",
    "open b as unwanted 200",
    "acknowledge-again",
  ]);
});

test("a BYE before the answer is taken as long as no far end answered", () => {
  const open = Object.entries(states).flatMap(([name, state]) => (isInvitationOpen(state) ? [name] : []));

  assert.deepEqual(open, ["calling", "proceeding", "proceeding, early", "given-up", "cancelled"]);
});

test("an INVITE that is sent again has the next CSeq number, also in the dialog that its answer makes; a second refusal ends it", () => {
  const [again] = stepInvitation(calling, aResponse(407, "a", [challenge]), now);
  const [, effects] = stepInvitation(again, aResponse(407, "a", [challenge]), now);

  assert.deepEqual([again.sent, again.phase], [{ ...calling.sent, seq: 2 }, { type: "calling" }]);
  assert.deepEqual(effects.map(printEffect), ["end rejected"]);
});

test("of far ends without end that ring for one INVITE only the first sixteen get a dialog", () => {
  let state = calling;
  const asked = Array.from({ length: 40 }, (_, number) => {
    const [next, effects] = stepInvitation(state, aResponse(180, `tag ${number}`), now);
    state = next;
    return effects.map(printEffect).join();
  });

  assert.deepEqual(new Set(asked.slice(0, 16)), new Set(["hand-provisional"]));
  assert.deepEqual(new Set(asked.slice(16)), new Set(["tell-progress"]));
  assert.equal(state.early.length, 16);
});

test("an INVITE behind a refusal that closed the connection is sent once more, another one not", () => {
  const lost: InvitationInput = {
    type: "failed",
    end: { type: "transport", message: "the peer closed the connection" },
  };
  const [again] = stepInvitation(calling, aResponse(407, "a", [challenge]), now);
  const [reconnected, effects] = stepInvitation(again, lost, now);
  const printed = (state: InvitationState) => stepInvitation(state, lost, now)[1].map(printEffect);

  assert.deepEqual([effects.map(printEffect), reconnected.sent.seq], [["send-again"], 3]);
  assert.deepEqual([printed(reconnected), printed(calling)], [["end transport"], ["end transport"]]);
});
