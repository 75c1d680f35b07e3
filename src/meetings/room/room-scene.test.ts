import { printEffect } from "./print-effect.ts";
import type { RoomInput } from "./room-inputs.ts";
import { startRoom, stepRoom } from "./room-machine.ts";
import type { RoomState } from "./room-state.ts";

/** A room that is fed with inputs; `say` gives what came of them, one line an effect. */
export function scene(mostAttendees = 250) {
  let state: RoomState = startRoom(mostAttendees, 0)[0];
  let atMs = 1_000;
  const feed = (...inputs: readonly RoomInput[]): readonly string[] =>
    inputs.flatMap((input) => {
      const [next, effects] = stepRoom(state, input);
      state = next;
      return effects.map(printEffect).filter((line) => !line.startsWith("stop "));
    });
  const who = (member: string, attendeeId: string) =>
    ({ member, attendeeId, externalUserId: `${attendeeId} ext`, audio: "SendReceive" }) as const;
  const browser = (member: string, attendeeId = member.slice(0, 1), clientSession = `session of ${member}`) =>
    feed({ type: "browser-joined", ...who(member, attendeeId), clientSession, atMs });
  return {
    feed,
    browser,
    telephone: (member: string, attendeeId = member.slice(0, 1)) =>
      feed({ type: "telephone-joined", ...who(member, attendeeId) }),
    /** A browser from its JOIN to its first packet; gives what came of that packet. */
    present: (member: string, attendeeId?: string, clientSession?: string) => {
      browser(member, attendeeId, clientSession);
      feed({ type: "media-opened", member, isMuted: false }, { type: "media-connected", member });
      return feed({ type: "media-flows", member });
    },
    message: (member: string, topics: readonly string[], lifetimeMs = 0) =>
      feed({
        ...{ type: "messages", member, atMs, atNs: BigInt(atMs) * 1_000_000n },
        messages: topics.map((topic) => ({ topic, data: Buffer.from(topic), lifetimeMs })),
      }),
    later: (ms: number) => void (atMs += ms),
    now: () => atMs,
    state: () => state,
  };
}

const audio = "Receive" as const;
/** What can happen to the member x. */
export const memberInputs = {
  opened: { type: "media-opened", member: "x", isMuted: true },
  connected: { type: "media-connected", member: "x" },
  flows: { type: "media-flows", member: "x" },
  "media lost": { type: "media-lost", member: "x" },
  "media ended": { type: "media-ended", member: "x", heardAtMs: 5 },
  mutes: { type: "muted", member: "x", isMuted: true },
  "is muted": { type: "room-muted", attendeeIds: ["x"], isMuted: true },
  "may only hear": { type: "capability-changed", attendeeId: "x", audio },
  "is loud": { type: "levels", levels: [{ member: "x", volume: 20 }] },
  leaves: { type: "left", member: "x" },
  "socket lost": { type: "lost", member: "x", heardAtMs: 5 },
  deleted: { type: "attendee-deleted", attendeeId: "x" },
  "no keys": { type: "timer", timer: { name: "no-keys", member: "x" } },
  presence: { type: "timer", timer: { name: "presence", member: "x" } },
  grace: { type: "timer", timer: { name: "grace", member: "x" } },
} as const satisfies Readonly<Record<string, RoomInput>>;
