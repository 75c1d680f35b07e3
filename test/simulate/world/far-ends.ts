import type { LegEnd } from "../../../src/call/index.ts";
import type { LegId } from "../../../src/kernel/index.ts";
import type { Effect } from "../../../src/testing/internal/call-performer.ts";
import type { Entry } from "./agenda.ts";
import type { World } from "./world.ts";

/** The phones of both legs. */
export interface FarEnds {
  /** A caller waits for an answer. */
  offer(legId: LegId): void;
  dial(effect: Effect<"dial-leg">): void;
  answer(effect: Effect<"answer-leg">): void;
  /** We ended the leg. */
  hangUp(legId: LegId): void;
}

const refusals: readonly LegEnd[] = [
  ...[486, 404, 408, 480, 500, 503, 600, 603].map((status): LegEnd => ({ type: "rejected", status })),
  { type: "unreachable", why: "no response" },
  { type: "no-common-codec" },
  { type: "failed", why: "the call could not be placed" },
];
const failedAnswers: readonly LegEnd[] = [
  { type: "cancelled" },
  { type: "no-ack" },
  { type: "no-common-codec" },
  { type: "bye" },
];
const endsOfTalk: readonly LegEnd[] = [
  ...([{ type: "bye" }, { type: "bye" }, { type: "bye" }, { type: "no-media" }, { type: "no-ack" }] as const),
  { type: "failed", why: "the RTP session failed" },
];
const keys = ["1", "2", "#", "1", "2", "5", "*"];

/** Phones that ring, answer, refuse, press keys and hang up at random. */
export function createFarEnds({ choices, agenda, give }: World): FarEnds {
  const { below, one, rarely } = choices;
  const plans = new Map<LegId, Entry[]>();

  const plan = (legId: LegId, delayMs: number, happen: () => void): void => {
    const entries = plans.get(legId) ?? [];
    plans.set(legId, entries);
    entries.push(agenda.after(delayMs, happen));
  };
  const isGone = new Set<LegId>();
  const leave = (legId: LegId): void => {
    isGone.add(legId);
    // Now and then what was under way still arrives.
    if (!rarely(12)) for (const entry of plans.get(legId) ?? []) agenda.cancel(entry);
  };
  const end = (legId: LegId, why: LegEnd): void => {
    if (!isGone.has(legId)) leave(legId);
    give({ type: "leg-ended", legId, end: why });
  };

  const talk = (legId: LegId): void => {
    give({ type: "leg-answered", legId });
    const life = below(8);
    if (life > 0) plan(legId, life < 4 ? below(4_000) : below(60_000), () => end(legId, one(endsOfTalk)));
    let delayMs = 0;
    for (let left = below(2) === 1 ? below(8) : 0; left > 0; left -= 1) {
      delayMs += one([50, 300, below(900), below(8_000)]);
      plan(legId, delayMs, () => give({ type: "digit", legId, digit: one(keys) }));
    }
  };

  return {
    offer(legId) {
      if (rarely(6)) plan(legId, one([0, below(1_000), below(40_000)]), () => end(legId, { type: "cancelled" }));
    },
    dial({ legId }) {
      for (let left = below(3); left > 0; left -= 1)
        plan(legId, below(300), () => give({ type: "leg-ringing", legId }));
      if (below(4) === 3) plan(legId, below(600), () => give({ type: "leg-early-media", legId }));
      const kind = below(10);
      const afterMs = one([0, 300 + below(1_000), below(20_000)]);
      if (kind < 7) plan(legId, afterMs, () => talk(legId));
      else if (kind < 9) plan(legId, afterMs, () => end(legId, one(refusals)));
    },
    answer({ legId }) {
      const afterMs = one([0, 0, 30, 400]);
      if (!rarely(10)) plan(legId, afterMs, () => talk(legId));
      else plan(legId, one([0, 30, 32_000]), () => end(legId, one(failedAnswers)));
    },
    hangUp(legId) {
      leave(legId);
      // Their BYE and ours cross.
      if (rarely(15)) agenda.after(below(100), () => give({ type: "leg-ended", legId, end: { type: "bye" } }));
    },
  };
}
