import { AppError, systemClock, type Timer } from "../kernel/index.ts";
import { createPortPool } from "./rtp/port-pool.ts";
import { createMediaSession } from "./media-session.ts";
import { createWavDecoder } from "./wav/wav-decoder.ts";
import { startRtpLink, type RtpLink } from "./worker/rtp-link.ts";
import type { Media, MediaDelegate, MediaOptions, MediaSession } from "./types.ts";

/** New sessions are refused while every worker is busier than this. */
const BUSY_LIMIT = 0.7;
const MEASURE_EVERY_MS = 1000;
const DEFAULT_PORT_RANGE = { min: 5000, max: 65_000 };
const DEFAULT_RTP_TIMEOUT_MS = 60_000;
/** What the system says of one port, and not of the address. */
const PORT_ERRORS = ["EADDRINUSE", "EACCES"];

/** Starts the workers that carry RTP. Sessions are spread over them by number. */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const range = options.portRange ?? DEFAULT_PORT_RANGE;
  const pool = range.max === 0 ? undefined : createPortPool(range.min, range.max, Math.random);
  const setting = { rtpTimeoutMs: options.rtpTimeoutMs ?? DEFAULT_RTP_TIMEOUT_MS };
  const links = new Set<RtpLink>();
  const decoder = createWavDecoder();
  const sessions = new Set<MediaSession>();
  let opening = 0;
  let nextSession = 1;
  let isClosed = false;

  const startWorker = () => {
    const link: RtpLink = startRtpLink(setting, options.log, () => {
      links.delete(link);
      if (!isClosed) startWorker();
    });
    links.add(link);
  };
  for (let count = Math.max(1, options.workers ?? 1); count > 0; count--) startWorker();

  let timer: Timer | undefined;
  const measure = () => {
    for (const link of links) link.measure();
    timer = systemClock.startTimer(MEASURE_EVERY_MS, measure);
  };
  measure();

  const chooseLink = () => {
    const free = [...links].filter((link) => link.busyShare() <= BUSY_LIMIT);
    free.sort((one, other) => one.sessionCount() - other.sessionCount());
    const link = free[0];
    if (link !== undefined) return link;
    const busy = [...links].map((candidate) => Math.round(candidate.busyShare() * 100));
    throw new AppError("MEDIA_OVERLOADED", `the media workers are busy (${busy.join(" %, ")} %)`, { retry: "later" });
  };

  const open = async (delegate: MediaDelegate): Promise<MediaSession> => {
    if (isClosed) throw new AppError("MEDIA_CLOSED", "the media room is closed");
    const link = chooseLink();
    const number = nextSession++;
    link.setDelegate(number, delegate);
    try {
      const port = await bindPair(link, number);
      const session = createMediaSession(link, number, { address: options.address, port }, () => {
        link.setDelegate(number, undefined);
        sessions.delete(session);
        pool?.release(port);
      });
      sessions.add(session);
      if (isClosed) await session.close();
      return session;
    } catch (error) {
      link.setDelegate(number, undefined);
      throw error;
    }
  };

  /** Tries the ports in turn; one that another program holds is passed over. */
  const bindPair = async (link: RtpLink, session: number): Promise<number> => {
    const { address } = options;
    for (let attempt = 0; attempt < (pool?.size ?? 1); attempt++) {
      const port = pool === undefined ? 0 : pool.take();
      if (port === undefined) break;
      const reply = await link.ask((request) => ({ type: "open", request, session, address, port }));
      if (reply.type === "opened") return reply.port;
      pool?.release(port);
      if (reply.type === "open-failed" && !PORT_ERRORS.includes(reply.systemCode)) {
        throw new AppError("MEDIA_BIND_FAILED", `no RTP socket on ${address}: ${reply.why}`, { details: { address } });
      }
    }
    throw new AppError("MEDIA_NO_PORTS", `no free pair of UDP ports from ${range.min} to ${range.max}`, {
      retry: "later",
    });
  };

  return {
    async openSession(delegate) {
      opening++;
      try {
        return await open(delegate);
      } finally {
        opening--;
      }
    },
    decodeWav: (bytes) => decoder.decode(bytes),
    ledger: () => ({
      sessions: sessions.size + opening,
      sockets: sessions.size * 2,
      workers: links.size + (decoder.isRunning() ? 1 : 0),
    }),
    async close() {
      isClosed = true;
      timer?.cancel();
      await Promise.all([...sessions].map((session) => session.close()));
      await Promise.all([...links].map((link) => link.close()));
      links.clear();
      await decoder.close();
    },
  };
}
