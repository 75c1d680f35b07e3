import { systemClock, silentLogger } from "../../src/kernel/index.ts";
import { createOffer, readAnswer, type LocalAudio } from "../../src/sdp/index.ts";
import {
  createUserAgent,
  type CallEnd,
  type OutgoingCall,
  type SipAddress,
  type UserAgent,
} from "../../src/sip/index.ts";
import { serveCommands } from "../peer.ts";
import { openSinks, type Sinks } from "../rtp-sink.ts";

/** A batch of calls at a steady rate. */
export interface CallBatch {
  readonly target: SipAddress;
  readonly number: string;
  readonly count: number;
  readonly perSecond: number;
  /** Where audio is wanted, in turn; absent: at sockets of this process. */
  readonly mediaPorts?: readonly number[];
  /** Longest wait, after the last call was placed, for all to end; those left then are hung up and count as failed. */
  readonly waitMs: number;
}

/** What became of a batch. */
export interface BatchOutcome {
  readonly placed: number;
  readonly answered: number;
  /** Answered, heard audio, and ended by the server's BYE. */
  readonly good: number;
  readonly failures: Readonly<Record<string, number>>;
  /** From sending INVITE to a refusal. */
  readonly refusalMs: readonly number[];
  /** From sending INVITE to 200. */
  readonly answerMs: readonly number[];
  /** From 200 to the first RTP packet. */
  readonly firstAudioMs: readonly number[];
  readonly tookMs: number;
}

const state: { agent?: UserAgent; sinks?: Sinks } = {};
const up = new Set<OutgoingCall>();

async function open(): Promise<{ agent: UserAgent; sinks: Sinks }> {
  state.sinks ??= await openSinks(16);
  state.agent ??= await createUserAgent({
    listeners: [{ transport: "udp", host: "127.0.0.1", port: 0 }],
    userAgent: "offhook-bench",
    clock: systemClock,
    log: silentLogger,
    onInvite: (call) => call.reject(486),
  });
  return { agent: state.agent, sinks: state.sinks };
}

/** Calls `place` at the rate; what the clock was late for is placed at once. */
function pace(count: number, perSecond: number, place: (index: number) => void): Promise<void> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let index = 0;
    const timer = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) + 1);
      while (index < due) place(index++);
      if (index < count) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
}

serveCommands({
  async run(batch: CallBatch): Promise<BatchOutcome> {
    const { agent, sinks } = await open();
    const answerMs: number[] = [];
    const firstAudioMs: number[] = [];
    const refusalMs: number[] = [];
    const failures: Record<string, number> = {};
    const totals = { ended: 0, good: 0 };
    const done: { resolve: () => void } = { resolve: () => undefined };
    const startedAt = performance.now();

    const place = (index: number) => {
      const sentAt = performance.now();
      const local: LocalAudio = {
        address: "127.0.0.1",
        port: batch.mediaPorts?.[index % batch.mediaPorts.length] ?? sinks.portOf(index),
        codecs: ["PCMU", "PCMA"],
        sessionId: "1",
        sessionVersion: 1,
      };
      const finish = (end: CallEnd) => {
        up.delete(call);
        if (end.type === "rejected") refusalMs.push(performance.now() - sentAt);
        const packets = sink?.() ?? 0;
        const problem = end.type === "bye" ? (packets === 0 ? "no audio" : undefined) : explain(end);
        if (problem === undefined) totals.good++;
        else failures[problem] = (failures[problem] ?? 0) + 1;
        if (++totals.ended === batch.count) done.resolve();
      };
      let sink: (() => number) | undefined;
      const call: OutgoingCall = agent.call({
        requestUri: `sip:${batch.number}@${batch.target.host}:${batch.target.port}`,
        to: `sip:${batch.number}@${batch.target.host}`,
        from: "sip:+15105550101@127.0.0.1",
        nextHop: batch.target,
        headers: [],
        offer: createOffer(local),
        delegate: {
          onAnswered({ sdp }) {
            const answeredAt = performance.now();
            answerMs.push(answeredAt - sentAt);
            const answer = readAnswer(sdp ?? "", local);
            if (answer.type !== "agreed") return;
            sink = sinks.watch(answer.audio.remotePort, (atMs) => firstAudioMs.push(Math.max(0, atMs - answeredAt)));
          },
          onEnded: finish,
        },
      });
      up.add(call);
    };

    await pace(batch.count, batch.perSecond, place);
    await new Promise<void>((resolve) => {
      done.resolve = resolve;
      if (totals.ended === batch.count) resolve();
      setTimeout(resolve, batch.waitMs).unref();
    });
    for (const call of [...up]) call.hangUp();
    return {
      placed: batch.count,
      answered: answerMs.length,
      good: totals.good,
      failures,
      refusalMs,
      answerMs,
      firstAudioMs,
      tookMs: performance.now() - startedAt,
    };
  },
});

function explain(end: CallEnd): string {
  if (end.type === "rejected") return `${end.status}`;
  return end.type === "local" ? "never ended" : end.type;
}
