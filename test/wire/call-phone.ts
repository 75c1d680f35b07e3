import { openTestPhone, type Media, type Phone, type PhoneOptions } from "../../src/testing/index.ts";
import type { World } from "./world.ts";

type MediaSession = Awaited<ReturnType<Media["openSession"]>>;

/** A phone with RTP of its own. */
export interface OpenedPhone {
  readonly phone: Phone;
  /** Stops its RTP without a word by SIP. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a phone in a world; it answers at once unless told otherwise.
 * @param sessions gets its RTP sessions */
export async function openPhoneIn(
  world: World,
  options: Partial<PhoneOptions> = {},
  sessions: MediaSession[] = [],
): Promise<OpenedPhone> {
  const media = await world.openMedia();
  const watched: Media = {
    ...media,
    openSession: async (delegate) => {
      const session = await media.openSession(delegate);
      sessions.push(session);
      return session;
    },
  };
  const phone = await openTestPhone({ ...world.phone, ...options, media: watched });
  return {
    phone,
    vanish: async () => {
      for (const session of sessions) await session.close();
    },
    close: async () => {
      await phone.close();
      await media.close();
    },
  };
}

/** Plays a scene with a phone in the world of a kit. */
export async function withPhone(
  kit: { readonly world: World },
  scene: (opened: OpenedPhone) => Promise<void>,
  options: Partial<PhoneOptions> = {},
): Promise<void> {
  const opened = await openPhoneIn(kit.world, options);
  try {
    await scene(opened);
  } finally {
    await opened.close();
  }
}
