import type { LegId } from "../kernel/index.ts";
import type { Media, MediaBridge, MediaSession } from "../media/index.ts";

/** The audio that legs of one call have in common. */
export interface LegBridges {
  /** Joins two legs. A leg that is ending at this moment has no session; its end is told next. */
  join(legIds: readonly [LegId, LegId]): void;
  part(legIds: readonly [LegId, LegId]): void;
}

/** Makes the bridges of one call; `sessionOf` gives the RTP session of a leg. */
export function createLegBridges(
  media: Pick<Media, "bridge">,
  sessionOf: (legId: LegId) => MediaSession | undefined,
): LegBridges {
  /** Of each leg that is joined. */
  const bridges = new Map<LegId, MediaBridge>();
  return {
    join(legIds) {
      const [one, other] = [sessionOf(legIds[0]), sessionOf(legIds[1])];
      if (one === undefined || other === undefined) return;
      const bridge = media.bridge(one, other);
      for (const legId of legIds) bridges.set(legId, bridge);
    },
    part(legIds) {
      bridges.get(legIds[0])?.close();
      for (const legId of legIds) bridges.delete(legId);
    },
  };
}
