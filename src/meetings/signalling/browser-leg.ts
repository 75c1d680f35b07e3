import { errorCode, errorMessage, type Logger } from "../../kernel/index.ts";
import type { BrowserMedia, BrowserSession, MediaStats } from "../../media/index.ts";
import type { BrowserAnswerSetting, BrowserOffer, BrowserOfferRefusal, CodecPreferences } from "../../sdp/index.ts";
import type { Room } from "../room/room.ts";

/** The functions of the room of session descriptions that are needed for browsers. */
export interface BrowserDescriptions {
  readBrowserOffer(text: string, preferences: CodecPreferences): BrowserOffer | BrowserOfferRefusal;
  answerBrowserOffer(offer: BrowserOffer, local: BrowserAnswerSetting): string;
}

export interface BrowserLegPorts {
  readonly media: BrowserMedia;
  readonly descriptions: BrowserDescriptions;
  readonly log: Logger;
}

/** What became of an offer. */
export type OfferOutcome =
  | { readonly type: "answered"; readonly answer: string }
  /** The member is not in the room any more. */
  | { readonly type: "gone" }
  | { readonly type: "refused"; readonly cause: "bad-offer" | "no-room-for-audio"; readonly why: string };

/** The audio of one browser: opened by its first offer, and kept by the later ones. */
export interface BrowserLeg {
  /** One after another. */
  offer(text: string, isMuted: boolean): Promise<OfferOutcome>;
  /** Gives back what it holds; what was counted, once; undefined: there was no audio. Closing again gives the same. */
  close(): Promise<MediaStats | undefined>;
}

const codecs: CodecPreferences = { codecs: ["opus", "PCMU", "PCMA"] };

/** Makes the leg of a member of a room. */
export function createBrowserLeg(
  room: Room,
  member: string,
  { media, descriptions, log }: BrowserLegPorts,
): BrowserLeg {
  let session: BrowserSession | undefined;
  let remote: Pick<BrowserOffer, "iceUfrag" | "fingerprint"> | undefined;
  let version = 0;
  let closed: Promise<MediaStats | undefined> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const delegate = {
    onConnected: () => room.feed({ type: "media-connected", member }),
    onLost: () => room.endMedia(member),
  };

  async function answer(text: string, isMuted: boolean): Promise<OfferOutcome> {
    if (closed !== undefined) return { type: "gone" };
    const offer = descriptions.readBrowserOffer(text, codecs);
    if ("why" in offer) return { type: "refused", cause: "bad-offer", why: offer.why };
    const { iceUfrag, fingerprint, audio } = offer;
    if (remote !== undefined && (remote.iceUfrag !== iceUfrag || remote.fingerprint !== fingerprint)) {
      const why = "a later offer on the same socket has the ICE user name fragment and the fingerprint of the first";
      return { type: "refused", cause: "bad-offer", why };
    }
    if (session === undefined) {
      const opened = await room.near((near) =>
        media.openBrowserSession(delegate, { audio, iceUfrag, fingerprint }, { near }),
      );
      if (isClosed()) {
        await opened.close();
        return { type: "gone" };
      }
      session = opened;
      remote = { iceUfrag, fingerprint };
      room.attach(member, opened);
    }
    session.start(audio);
    const printed = descriptions.answerBrowserOffer(offer, {
      ...session.transport,
      ...{ cname: "offhook", sessionId: String(session.transport.ssrc), sessionVersion: ++version },
    });
    room.feed({ type: "media-opened", member, isMuted });
    return { type: "answered", answer: printed };
  }

  /** It may have been closed while something was waited for. */
  function isClosed(): boolean {
    return closed !== undefined;
  }

  return {
    offer(text, isMuted) {
      const next = last
        .then(() => answer(text, isMuted))
        .catch((error: unknown): OfferOutcome => {
          log.debug({ err: error, code: errorCode(error) }, "the audio of a browser could not be opened");
          return { type: "refused", cause: "no-room-for-audio", why: errorMessage(error) };
        });
      last = next;
      return next;
    },
    close() {
      closed ??= session === undefined ? Promise.resolve(undefined) : session.close();
      return closed;
    },
  };
}
