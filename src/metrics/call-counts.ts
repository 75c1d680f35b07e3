import type { CallFact, CallObservation } from "../call/index.ts";
import { Histogram } from "../kernel/index.ts";
import { createCounts, LabelSets } from "./label-counts.ts";

/** Seconds. */
const setUpBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const durationBounds = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];
const audioBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const jitterBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2];
const latenessBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1];
const mosBounds = [1.5, 2, 2.5, 3, 3.5, 3.75, 4, 4.25, 4.4];

/** What is counted of calls, from what is told of them. A call costs a few additions; nothing is done for a packet. */
export class CallCounts {
  /** By direction. */
  readonly started = createCounts();
  /** By direction and type of end. */
  readonly ended = createCounts();
  /** By direction. */
  readonly setUpSeconds = new LabelSets(() => new Histogram(setUpBounds));
  readonly durationSeconds = new LabelSets(() => new Histogram(durationBounds));
  /** By type and outcome. */
  readonly actions = createCounts();
  /** Without labels. */
  readonly replyToAudioSeconds = new LabelSets(() => new Histogram(audioBounds));
  readonly jitterSeconds = new LabelSets(() => new Histogram(jitterBounds));
  readonly sendLatenessSeconds = new LabelSets(() => new Histogram(latenessBounds));
  readonly mos = new LabelSets(() => new Histogram(mosBounds));
  readonly packetsLost = createCounts();
  /** By type. */
  readonly audioProblems = createCounts();
  /** By outcome. */
  readonly recordings = createCounts();
  readonly #live = new Map<string, { readonly at: number; readonly direction: string; isAnswered: boolean }>();

  readonly add = ({ at, transactionId, fact }: CallObservation): void => {
    switch (fact.type) {
      case "call-started":
        this.#live.set(transactionId, { at, direction: fact.direction, isAnswered: false });
        this.started.of(fact.direction).total += 1;
        return;
      case "leg-changed":
        if (fact.state === "answered") this.#answered(transactionId, at);
        return;
      case "call-ended":
        this.#ended(transactionId, fact.endType, fact.durationMs);
        return;
      case "action-ended":
        this.actions.of(fact.action, fact.outcome).total += 1;
        return;
      case "audio-started":
        if (fact.sinceReplyMs !== undefined) this.replyToAudioSeconds.of().add(fact.sinceReplyMs / 1_000);
        return;
      case "audio-ended":
        this.#audioEnded(fact);
        return;
      case "audio-problem":
        this.audioProblems.of(fact.problem.type).total += 1;
        return;
      case "recording-stored":
        this.recordings.of("stored").total += 1;
        return;
      case "recording-lost":
        this.recordings.of(fact.path === undefined ? "lost" : "delayed").total += 1;
        return;
      default:
    }
  };

  /** Counts calls as failed that have gone without a word, as when the engine breaks. */
  reconcile(isLive: (transactionId: string) => boolean): void {
    for (const id of this.#live.keys()) if (!isLive(id)) this.#ended(id, "failed", undefined);
  }

  #answered(transactionId: string, at: number): void {
    const call = this.#live.get(transactionId);
    if (call === undefined || call.isAnswered) return;
    call.isAnswered = true;
    this.setUpSeconds.of(call.direction).add(Math.max(0, at - call.at) / 1_000);
  }

  #ended(transactionId: string, endType: string, durationMs: number | undefined): void {
    const call = this.#live.get(transactionId);
    if (call === undefined) return;
    this.#live.delete(transactionId);
    this.ended.of(call.direction, endType).total += 1;
    if (durationMs !== undefined) this.durationSeconds.of(call.direction).add(durationMs / 1_000);
  }

  #audioEnded({ audio }: Extract<CallFact, { type: "audio-ended" }>): void {
    if (audio.isUnknown === true) return;
    this.packetsLost.of().total += audio.packetsLost;
    if (audio.packetsReceived > 0) this.jitterSeconds.of().add(audio.jitterMs / 1_000);
    if (audio.packetsSent > 0) this.sendLatenessSeconds.of().add(audio.worstSendLatenessMs / 1_000);
    if (audio.mos !== undefined) this.mos.of().add(audio.mos);
  }
}
