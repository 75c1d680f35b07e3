import assert from "node:assert/strict";
import type { Media } from "../../src/media/index.ts";
import { answerOffer, createOffer, readAnswer, type LocalAudio } from "../../src/sdp/index.ts";
import { tone, toneLevelDbfs, type Pcm } from "../../src/testing/index.ts";
import { openBareSip, type BareDialog, type BareSip } from "./bare-sip.ts";
import type { World } from "./world.ts";
import { aParty, type Party } from "../media/media-kit.ts";

/** A phone of which a test says every message: a SIP end and an RTP session. */
export interface BarePhone {
  readonly sip: BareSip;
  readonly rtp: Party;
  /** Our offer. */
  offer(): string;
  /** Starts RTP with the answer to our offer. */
  startWith(answer: string): void;
  /** Starts RTP with the offer of a call that came; our answer. */
  answerTo(dialog: BareDialog): string;
}

/** Changes of what a bare phone describes. */
export interface BarePhoneOptions {
  readonly codecs?: LocalAudio["codecs"];
  /** Changes the text of its descriptions. */
  readonly edit?: (sdp: string) => string;
}

/** Hands bare phones of a kit's world to `body`, and closes them. */
export async function withBarePhones(
  { world }: { readonly world: World },
  options: readonly BarePhoneOptions[],
  body: (...phones: readonly BarePhone[]) => Promise<void>,
): Promise<void> {
  const media = await world.openMedia();
  const phones = await Promise.all(options.map((each) => openBarePhone(world, media, each)));
  try {
    await body(...phones);
  } finally {
    for (const { sip } of phones) sip.close();
    await media.close();
  }
}

async function openBarePhone(world: World, media: Media, options: BarePhoneOptions): Promise<BarePhone> {
  const { codecs = ["PCMU", "PCMA"], edit = (sdp) => sdp } = options;
  const sip = await openBareSip(world.network);
  const rtp = await aParty(media);
  let version = 0;
  const describe = (): LocalAudio => ({
    ...{ address: "127.0.0.1", port: rtp.session.localPort, codecs },
    ...{ sessionId: "1", sessionVersion: (version += 1) },
  });
  let offered = describe();
  return {
    sip,
    rtp,
    offer: () => {
      offered = describe();
      return edit(createOffer(offered));
    },
    startWith: (answer) => {
      const read = readAnswer(answer, offered);
      assert.equal(read.type, "agreed", answer);
      if (read.type === "agreed") rtp.session.start(read.audio);
    },
    answerTo: ({ offer }) => {
      const answer = answerOffer(offer, describe());
      assert.equal(answer.type, "agreed", offer);
      if (answer.type !== "agreed") return "";
      rtp.session.start(answer.audio);
      return edit(answer.answer);
    },
  };
}

/** What `listener` hears while `speaker` plays a tone. */
export async function listen(speaker: Party, listener: Party, hz: number, durationMs = 400): Promise<Pcm> {
  listener.session.startCapture();
  const id = `tone ${hz} ${Math.random()}`;
  speaker.session.play(id, tone(hz, durationMs, -12), 1);
  await speaker.heard(`finished ${id}`);
  // What is under way still has to come.
  const last = `end ${Math.random()}`;
  listener.session.play(last, tone(440, 60, -90), 1);
  await listener.heard(`finished ${last}`);
  return listener.session.stopCapture();
}

/** Checks that a tone is heard, or not at all. */
export function assertTone(heard: Pcm, hz: number, isHeard = true): void {
  const level = toneLevelDbfs(heard, hz);
  assert.ok(isHeard ? level > -20 : !(level > -50), `${hz} Hz at ${level.toFixed(0)} dBFS`);
}

/** Checks that both hear each other. */
export async function assertConversation(one: Party, other: Party): Promise<void> {
  assertTone(await listen(one, other, 500), 500);
  assertTone(await listen(other, one, 900), 900);
}
