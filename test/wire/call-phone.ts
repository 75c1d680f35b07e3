import { openTestPhone, type Media, type Phone, type PhoneOptions } from "../../src/testing/index.ts";
import { createSocketWorld, type World } from "./world.ts";

const packetSamples = 160;

type MediaSession = Awaited<ReturnType<Media["openSession"]>>;

/** A phone that knows whether its machine kept up. */
export interface SteadyPhone {
  readonly phone: Phone;
  /** 20 ms pieces missing in what was heard so far: the server's tick was skipped, or a packet lost, since the machine was too busy. */
  holes(): Promise<number>;
  /** Stops its RTP without a word by SIP. */
  vanish(): Promise<void>;
}

/** A phone that was opened and is to be closed. */
export type OpenedPhone = SteadyPhone & { close(): Promise<void> };

/** Opens a phone on RTP of its own. */
export async function openSteadyPhone(
  options: Partial<PhoneOptions> = {},
  world: World = createSocketWorld(),
): Promise<OpenedPhone> {
  const media = await world.openMedia();
  const counting: Promise<number>[] = [];
  const sessions: MediaSession[] = [];
  const watched: Media = {
    ...media,
    openSession: async (delegate) => {
      const session = await media.openSession(delegate);
      sessions.push(session);
      return countHoles(session, counting);
    },
  };
  const phone = await openTestPhone({ ...world.phone, ...options, media: watched });
  return {
    phone,
    holes: async () => (await Promise.all(counting)).reduce((sum, count) => sum + count, 0),
    vanish: async () => {
      for (const session of sessions) await session.close();
    },
    close: async () => {
      await phone.close();
      await media.close();
    },
  };
}

/** Compares the length of what is captured with the packets that came meanwhile. */
function countHoles(session: MediaSession, counting: Promise<number>[]): MediaSession {
  let before: Promise<{ readonly packetsReceived: number }> | undefined;
  return {
    ...session,
    startCapture: () => {
      session.startCapture();
      before = session.stats();
    },
    stopCapture: async () => {
      const after = session.stats();
      const heard = await session.stopCapture();
      counting.push(
        Promise.all([before, after]).then(([from, to]) => {
          const packets = to.packetsReceived - (from?.packetsReceived ?? 0);
          return Math.max(0, Math.round(heard.samples.length / packetSamples) - packets);
        }),
      );
      return heard;
    },
  };
}

/** Plays a scene with a phone in the world of a kit. */
export async function withPhone(
  kit: { readonly world: World },
  scene: (steady: SteadyPhone) => Promise<void>,
  options: Partial<PhoneOptions> = {},
): Promise<void> {
  const steady = await openSteadyPhone(options, kit.world);
  try {
    await scene(steady);
  } finally {
    await steady.close();
  }
}
