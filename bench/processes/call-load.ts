import { runInRealTime } from "../../src/media/worker/real-time.ts";
import { createListener, type Heard } from "../far-ends/listener.ts";
import { openFarEndSockets } from "../far-ends/open-sockets.ts";
import { watchOwnUse, type OwnUse } from "../far-ends/own-use.ts";
import type { FarEndReceiver, FarEndSockets } from "../far-ends/sockets.ts";
import { createSpeaker, SLOTS } from "../far-ends/speaker.ts";
import { serveCommands } from "../peer.ts";
import { inviteText, laterText, okText, readWireMessage, type WireCall, type WireMessage } from "../sip-messages.ts";
import { murmur } from "../speech.ts";

/** Calls to come at a steady rate. */
export interface CallBatch {
  /** Port of the server. */
  readonly port: number;
  readonly number: string;
  readonly count: number;
  readonly perSecond: number;
  /** The caller hangs up so long after the answer; absent: the server does. */
  readonly holdMs?: number;
}

/** What became of the calls of the latest batch so far. Lists are in milliseconds, since the last look. */
export interface CallOutcome {
  readonly placed: number;
  /** INVITEs that were sent again, since nothing had come for them. */
  readonly resent: number;
  readonly answered: number;
  /** Answered, heard audio, and ended as they were to. */
  readonly good: number;
  readonly ended: number;
  readonly failures: Readonly<Record<string, number>>;
  /** From INVITE to refusal. */
  readonly refusalMs: readonly number[];
  /** From INVITE to 200. */
  readonly answerMs: readonly number[];
  /** When the INVITE of each of these was sent, since the batch began. */
  readonly answerAtMs: readonly number[];
  /** From 200 to the first RTP packet. */
  readonly firstAudioMs: readonly number[];
  /** What was heard since the batch began, or since the last look. */
  readonly heard: Heard;
  readonly own: OwnUse;
  readonly time: FarEndSockets["time"];
}

interface Call {
  readonly wire: WireCall;
  readonly number: number;
  readonly batch: CallBatch;
  readonly sentAtMs: number;
  /** Until something comes for it, the INVITE is sent again. RFC 3261 §17.1.1.2 */
  hasResponse?: boolean;
  resendAtMs: number;
  answeredAtMs?: number;
  toTag?: string;
  /** Where the server listens and speaks from. */
  serverPort?: number;
  hasFirst?: boolean;
  hangUpAtMs?: number;
  isHangingUp?: boolean;
}

const sipSocket = SLOTS;
/** T1 of RFC 3261 §17.1.1.1, milliseconds. */
const firstResendMs = 500;
/** A call without an answer, or whose end is not confirmed, is given up then. */
const patienceMs = 10_000;
/** A stream that ended is listened to for so long, for packets on their way. */
const lingerMs = 100;

const turnsPerLook = 5;

// Its packets are to be on time beside whatever else the machine does.
await runInRealTime(0);
const sockets = await openFarEndSockets(SLOTS + 1);
const calls = new Map<string, Call>();
const ending: { readonly port: number; readonly atMs: number }[] = [];
const listener = createListener(sockets.nowMs());
const speaker = createSpeaker(sockets, listener, murmur, { other: onSip, eachTurn });
const takeOwn = watchOwnUse(speaker, new Set(sockets.ports));
const state = { batch: undefined as CallBatch | undefined, startMs: 0, next: 0, turns: 0 };
let tally = newTally();

function newLists() {
  return {
    refusalMs: [] as number[],
    answerMs: [] as number[],
    answerAtMs: [] as number[],
    firstAudioMs: [] as number[],
  };
}

function newTally() {
  return {
    ...newLists(),
    placed: 0,
    resent: 0,
    answered: 0,
    good: 0,
    ended: 0,
    failures: {} as Record<string, number>,
  };
}

function send(text: string, port: number): void {
  sockets.send(sipSocket, port, Buffer.from(text, "latin1"));
}

function place(batch: CallBatch): void {
  const number = state.next++;
  const slot = speaker.slotOf(number);
  const id = `${process.pid}x${number}`;
  const wire: WireCall = {
    ...{ port: batch.port, localPort: sockets.ports[sipSocket] ?? 0, number: batch.number },
    ...{ mediaPort: sockets.ports[slot] ?? 0, id },
  };
  send(inviteText(wire), batch.port);
  const sentAtMs = sockets.nowMs();
  calls.set(id, { wire, number, batch, sentAtMs, resendAtMs: sentAtMs + firstResendMs });
  tally.placed++;
}

function onSip(...[, , atMs, bytes]: Parameters<FarEndReceiver>): void {
  const text = bytes.toString("latin1");
  const message = readWireMessage(text);
  const call = calls.get(message.id);
  if (message.status === undefined) {
    send(okText(text), call?.wire.port ?? state.batch?.port ?? 0);
    if (message.method === "BYE" && call !== undefined)
      end(call, call.batch.holdMs === undefined ? undefined : "ended early");
  } else if (call !== undefined) {
    call.hasResponse = true;
    if (message.status >= 200) onAnswer(call, message, message.status, atMs);
  }
}

function onAnswer(call: Call, message: WireMessage, status: number, atMs: number): void {
  const { wire } = call;
  if (message.method === "BYE") return end(call, status === 200 ? undefined : `BYE ${status}`);
  if (message.method !== "INVITE") return;
  send(laterText(wire, "ACK", message.toTag, status >= 300), wire.port);
  if (status >= 300) {
    tally.refusalMs.push(atMs - call.sentAtMs);
    return end(call, `${status}`);
  }
  if (call.answeredAtMs !== undefined) return;
  tally.answered++;
  tally.answerMs.push(atMs - call.sentAtMs);
  tally.answerAtMs.push(call.sentAtMs - state.startMs);
  Object.assign(call, { answeredAtMs: atMs, toTag: message.toTag, serverPort: message.mediaPort });
  if (call.batch.holdMs !== undefined) call.hangUpAtMs = atMs + call.batch.holdMs;
  if (message.mediaPort !== undefined) speaker.speak(call.number, message.mediaPort);
}

/** @param problem undefined: it ended as it was to */
function end(call: Call, problem: string | undefined): void {
  if (!calls.delete(call.wire.id)) return;
  noteFirst(call);
  tally.ended++;
  if (call.serverPort !== undefined) {
    speaker.hush(call.serverPort);
    ending.push({ port: call.serverPort, atMs: sockets.nowMs() + lingerMs });
  }
  const why = problem ?? (call.hasFirst === true ? undefined : "no audio");
  if (why === undefined) tally.good++;
  else tally.failures[why] = (tally.failures[why] ?? 0) + 1;
}

function noteFirst(call: Call): void {
  if (call.hasFirst === true || call.serverPort === undefined) return;
  const firstAtMs = listener.firstAtMs(call.serverPort);
  if (firstAtMs === undefined || firstAtMs < call.sentAtMs) return;
  call.hasFirst = true;
  tally.firstAudioMs.push(Math.max(0, firstAtMs - (call.answeredAtMs ?? 0)));
}

/** Places what is due; what the clock was late for is placed at once. */
function eachTurn(nowMs: number): void {
  const { batch, startMs } = state;
  if (batch !== undefined) {
    const due = Math.min(batch.count, Math.floor(((nowMs - startMs) / 1_000) * batch.perSecond) + 1);
    while (tally.placed < due) place(batch);
  }
  if (state.turns++ % turnsPerLook === 0) for (const call of calls.values()) lookAt(call, nowMs);
  while (ending[0] !== undefined && ending[0].atMs <= nowMs) listener.forget(ending.shift()?.port ?? 0);
}

/** After T1, then each time after twice as long. */
function resend(call: Call): void {
  send(inviteText(call.wire), call.wire.port);
  call.resendAtMs = call.sentAtMs + 2 * (call.resendAtMs - call.sentAtMs) + firstResendMs;
  tally.resent++;
}

function lookAt(call: Call, nowMs: number): void {
  noteFirst(call);
  if (call.answeredAtMs === undefined) {
    if (nowMs - call.sentAtMs > patienceMs) return end(call, "no answer");
    if (call.hasResponse !== true && nowMs >= call.resendAtMs) resend(call);
  } else if (call.hangUpAtMs !== undefined && nowMs >= call.hangUpAtMs && call.isHangingUp !== true) {
    call.isHangingUp = true;
    send(laterText(call.wire, "BYE", call.toTag ?? ""), call.wire.port);
  } else if (nowMs - (call.hangUpAtMs ?? call.answeredAtMs) > patienceMs) end(call, "never ended");
}

serveCommands({
  /** Begins a batch; the one before is forgotten but for its calls that are up. */
  begin(batch: CallBatch): void {
    tally = newTally();
    takeOwn();
    listener.skip(sockets.nowMs());
    Object.assign(state, { batch, startMs: sockets.nowMs() });
  },
  outcome(): CallOutcome {
    speaker.drain();
    const outcome = { ...tally, heard: listener.take(sockets.nowMs()), own: takeOwn(), time: sockets.time };
    Object.assign(tally, newLists());
    return outcome;
  },
  /** Whether all calls were placed and have ended. */
  isOver: (): boolean => state.batch === undefined || (tally.placed >= state.batch.count && calls.size === 0),
});
