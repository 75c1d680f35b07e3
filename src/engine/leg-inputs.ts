import type { CallFact, CallInput, LegAudioRecord, ParticipantTag } from "../call/index.ts";
import type { EndpointEnd, LegCore, LegEncryption, LegEvents } from "../endpoint/index.ts";
import type { AudioProblem, MediaSession, MediaStats } from "../media/index.ts";
import type { LegId } from "../kernel/index.ts";
import type { IncomingCall, TransferReply, TransferRequest } from "../sip/index.ts";
import type { Succession } from "./succession.ts";

/** An input that the runner gives its time. */
export type UntimedInput = CallInput extends infer Input
  ? Input extends CallInput
    ? Omit<Input, "at">
    : never
  : never;

/** A call, for what belongs to it. */
export interface CallOfLegs {
  post(input: UntimedInput): void;
  observe(fact: CallFact): void;
  /** The leg as it is now. */
  findLeg(legId: LegId): LegCore | undefined;
  tagOf(legId: LegId): ParticipantTag;
  /** The first packet of a playback left. */
  audioStarted(participantTag: ParticipantTag): void;
  audioFlows(participantTag: ParticipantTag, session: MediaSession): void;
  /** For the history of the call. */
  recordAudio(record: Omit<LegAudioRecord, "at">): void;
  successionOf(legId: LegId): Succession;
}

/** Turns the events of one leg into inputs of its call's machine and facts. */
export class LegInputs implements LegEvents {
  readonly #call: CallOfLegs;
  readonly #legId: LegId;
  readonly #participantTag: ParticipantTag;
  #encryption: LegEncryption | undefined;

  constructor(call: CallOfLegs, legId: LegId) {
    this.#call = call;
    this.#legId = legId;
    this.#participantTag = call.tagOf(legId);
  }

  progress(status: number): void {
    if (status === 180 || status === 183) this.#call.post({ type: "leg-ringing", legId: this.#legId });
  }

  earlyMedia(): void {
    this.#call.post({ type: "leg-early-media", legId: this.#legId });
  }

  answered(): void {
    this.#call.post({ type: "leg-answered", legId: this.#legId });
  }

  encrypted(encryption: LegEncryption): void {
    this.#encryption = encryption;
    this.#call.observe({ type: "audio-encryption", participantTag: this.#participantTag, encryption });
  }

  audioFlows(session: MediaSession): void {
    this.#call.audioFlows(this.#participantTag, session);
  }

  transfer(request: TransferRequest, reply: TransferReply): void {
    this.#call.successionOf(this.#legId).transfer(request, reply);
  }

  replace(call: IncomingCall): { readonly whyNot: string | undefined } {
    return this.#call.successionOf(this.#legId).replace(call);
  }

  /** What the machine ended itself is no news to it. */
  ended(end: EndpointEnd): void {
    if (end.type !== "local") this.#call.post({ type: "leg-ended", legId: this.#legId, end });
  }

  signalled(sipCallId: string, trunk?: string): void {
    const fact = { type: "leg-signalled", participantTag: this.#participantTag, sipCallId } as const;
    this.#call.observe(trunk === undefined ? fact : { ...fact, trunk });
  }

  playbackStarted(): void {
    this.#call.audioStarted(this.#participantTag);
  }

  playbackFinished(playbackId: string): void {
    this.#call.post({ type: "playback-finished", playbackId });
  }

  digit(digit: string): void {
    this.#call.post({ type: "digit", legId: this.#legId, digit });
  }

  digitsSent(sendId: string): void {
    if (this.#call.findLeg(this.#legId)?.isOver !== true) this.#call.post({ type: "digits-sent", sendId });
  }

  audioProblem(problem: AudioProblem): void {
    this.#call.observe({ type: "audio-problem", participantTag: this.#participantTag, problem });
  }

  heard(audio: MediaStats): void {
    const participantTag = this.#participantTag;
    const encryption = this.#encryption;
    this.#call.observe({ type: "audio-ended", participantTag, audio });
    this.#call.recordAudio(
      encryption === undefined ? { participantTag, audio } : { participantTag, audio, encryption },
    );
  }
}
