import { estimateStretch, type MediaSession, type MediaStats } from "../media/index.ts";

/** One direction of one side, since it was looked at before. */
interface Flow {
  readonly rtp_packets: number;
  readonly rtp_bytes: number;
  readonly rtcp_packets: number;
  readonly rtcp_bytes: number;
  readonly packets_lost: number;
  /** Microseconds. */
  readonly jitter: number;
}

/** What passed with one side since it was looked at before. */
export interface SideQuality {
  /** From the side, and to it. */
  readonly heard: Flow;
  readonly said: Flow;
  /** Microseconds; 0: nobody knows. */
  readonly roundTrip: number;
  /** Of the worse direction, 1 to 4.4; 0: nothing passed. */
  readonly mos: number;
}

type Sum = Record<(typeof summed)[number], number>;
const summed = [
  ...(["packetsSent", "bytesSent", "reportsSent", "reportBytesSent"] as const),
  ...(["packetsReceived", "bytesReceived", "reportsReceived", "reportBytesReceived", "packetsLost"] as const),
  ...(["remotePacketsLost"] as const),
] as const;

/** A session, and what of it was looked at. */
interface Followed {
  readonly session: MediaSession;
  seen: MediaStats | undefined;
}

/** The RTP of one side of a call: one session after another. */
export class QualitySide {
  readonly #followed: Followed[] = [];
  #sum = nothing();
  /** Times packets. */
  #jitterMs = 0;
  #remoteJitterMs = 0;
  #roundTripMs: number | undefined;

  begin(session: MediaSession): void {
    if (!this.#followed.some((one) => one.session === session)) this.#followed.push({ session, seen: undefined });
  }

  /** Looks at what is open now. Never rejects. */
  async look(): Promise<void> {
    await Promise.all(
      this.#followed.map(async (one) => {
        const stats = await one.session.stats();
        if (this.#followed.includes(one)) this.#add(one, stats);
      }),
    );
  }

  /** The session that began first is closed. */
  ended(stats: MediaStats): void {
    const one = this.#followed.shift();
    if (one !== undefined) this.#add(one, stats);
  }

  /** What passed since the last time; undefined: nothing. */
  take(): SideQuality | undefined {
    const sum = this.#sum;
    const { packetsSent, packetsReceived, packetsLost, remotePacketsLost } = sum;
    const jitterMs = packetsReceived === 0 ? 0 : this.#jitterMs / packetsReceived;
    const remoteJitterMs = this.#remoteJitterMs;
    const roundTripMs = this.#roundTripMs;
    this.#sum = nothing();
    this.#jitterMs = 0;
    if (packetsSent + packetsReceived === 0) return undefined;
    const directions = [
      estimateStretch({ packets: packetsReceived, lost: packetsLost, jitterMs, roundTripMs }),
      sum.reportsReceived === 0
        ? undefined
        : estimateStretch({
            ...{ packets: Math.max(0, packetsSent - remotePacketsLost), lost: remotePacketsLost },
            ...{ jitterMs: remoteJitterMs, roundTripMs },
          }),
    ].filter((mos) => mos !== undefined);
    return {
      heard: {
        ...{ rtp_packets: packetsReceived, rtp_bytes: sum.bytesReceived },
        ...{ rtcp_packets: sum.reportsReceived, rtcp_bytes: sum.reportBytesReceived },
        ...{ packets_lost: packetsLost, jitter: toMicroseconds(jitterMs) },
      },
      said: {
        ...{ rtp_packets: packetsSent, rtp_bytes: sum.bytesSent },
        ...{ rtcp_packets: sum.reportsSent, rtcp_bytes: sum.reportBytesSent },
        ...{ packets_lost: remotePacketsLost, jitter: toMicroseconds(remoteJitterMs) },
      },
      roundTrip: toMicroseconds(roundTripMs ?? 0),
      mos: directions.length === 0 ? 0 : Math.round(Math.min(4.4, ...directions) * 100) / 100,
    };
  }

  #add(one: Followed, stats: MediaStats): void {
    if (stats.isUnknown === true) return;
    const before = one.seen;
    one.seen = stats;
    for (const name of summed) this.#sum[name] += Math.max(0, (stats[name] ?? 0) - (before?.[name] ?? 0));
    // The mean of all packets is known, of those up to now and of those before.
    const sumOf = (of: MediaStats | undefined) => (of === undefined ? 0 : of.jitterMs * of.packetsReceived);
    this.#jitterMs += Math.max(0, sumOf(stats) - sumOf(before));
    this.#remoteJitterMs = stats.remoteJitterMs ?? this.#remoteJitterMs;
    this.#roundTripMs = stats.roundTripMs ?? this.#roundTripMs;
  }
}

function nothing(): Sum {
  return Object.fromEntries(summed.map((name) => [name, 0])) as Sum;
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000);
}
