import { silentLogger, systemClock } from "../kernel/index.ts";
import { createMedia } from "../media/index.ts";
import { usualTransport } from "../sip-syntax/index.ts";
import { createPhone, type Phone, type PhoneOptions } from "../phone/index.ts";

/** Opens a phone with RTP of its own on a free loopback port; it answers at once unless `options` say otherwise.
 * Its `close` closes everything. Rejects as `createPhone`.
 *
 *     const phone = await openTestPhone();
 *     const call = phone.dial("sip:+12065550100@127.0.0.1:5060");
 *     await call.answered;
 *     await call.pressKeys("1#");
 *     const { heard, digits } = await call.ended;
 */
export async function openTestPhone(options: Partial<PhoneOptions> = {}): Promise<Phone> {
  const listen = options.listen ?? { transport: usualTransport.name, host: "127.0.0.1", port: 0 };
  const log = options.log ?? silentLogger;
  const media = options.media ?? (await createMedia({ address: listen.host, portRange: { min: 0, max: 0 }, log }));
  const closeMedia = async () => {
    if (options.media === undefined) await media.close();
  };
  try {
    const greeting = { type: "answer", ringMs: 0 } as const;
    const phone = await createPhone({ greeting, clock: systemClock, ...options, listen, media, log });
    return {
      ...phone,
      close: async () => {
        await phone.close();
        await closeMedia();
      },
    };
  } catch (error) {
    await closeMedia();
    throw error;
  }
}
