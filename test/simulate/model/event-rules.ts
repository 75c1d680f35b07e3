import type { CallEffect, JsonObject, LegEnd } from "../../../src/call/index.ts";
import type { BookedLeg } from "../book.ts";
import { timersOf } from "../book.ts";
import { isSame, type Fail, type Step } from "../watch.ts";
import { clearList, expectEvent, type CallModel } from "./call-model.ts";
import { endTelling, hasPlace, whyEnd } from "./due.ts";

const serverStops = "the server stops";

/** What an input asks for besides what its action and its reply do. Contract: events-envelope */
export function takeOccurrence(model: CallModel, step: Step): void {
  const { input, before } = step;
  const { book, switches } = model;
  switch (input.type) {
    case "start":
      if (before.sequence > 0 || before.invocation !== undefined || before.pendingEvents.length > 0) return;
      if (before.finished) return;
      if (book.a.state === "created") {
        expectEvent(
          model,
          "NEW_OUTBOUND_CALL",
          book.a.id,
          model.isCreatedWithArguments ? "CallCreateRequest" : undefined,
        );
      } else expectEvent(model, "NEW_INBOUND_CALL", book.a.id);
      return;
    case "leg-ringing":
      if (book.changed === book.a) expectEvent(model, "RINGING", book.a.id);
      else if (book.changed !== undefined && switches.ringingForLegB) expectEvent(model, "RINGING", book.changed.id);
      return;
    case "leg-answered":
      if (book.changed === book.a && model.direction === "Outbound") {
        expectEvent(model, "CALL_ANSWERED", book.a.id);
      }
      return;
    case "leg-ended":
      if (book.changed !== undefined) legIsOver(model, book.changed, codeOf(input.end, switches.rawSipResponseCodes));
      return;
    case "meeting-left":
      if (book.changed !== undefined) legIsOver(model, book.changed, 0);
      return;
    case "update-requested": {
      const leg = book.legs().find((one) => one.state !== "over");
      if (leg !== undefined) expectEvent(model, "CALL_UPDATE_REQUESTED", leg.id, "CallUpdateRequest");
      return;
    }
    case "recording-ended":
    case "recording-failed":
      model.step.settled = input.recordingId;
      return;
    case "shutdown":
      if (!book.anyLive()) return;
      model.step.mustEnd = { why: serverStops, code: book.anyConnected() ? 0 : 480, keepsResults: true };
      return;
    case "timer-fired":
      takeTimer(model, book.timerName(before, input.timerId), matchesNow(step));
      return;
    default:
  }
}

/** Whether the keys whose life is over wait for the silence behind them. */
function matchesNow({ input, before }: Step): boolean {
  if (input.type !== "timer-fired") return false;
  const timers = timersOf(before);
  const tag = timers["flush-digits:LEG-A"] === input.timerId ? "LEG-A" : "LEG-B";
  return timers[`between-digits:${tag}`] !== undefined;
}

function takeTimer(model: CallModel, name: string | undefined, matches: boolean): void {
  const { book, step } = model;
  if (name === "unanswered") model.isOverdue = true;
  if (name === "longest-call") step.mustEnd = { why: "the longest time has passed", code: 0 };
  if (name === "ring") step.isRingTimeout = true;
  const leg =
    name?.endsWith("digits:LEG-A") === true ? book.a : name?.endsWith("digits:LEG-B") === true ? book.b : undefined;
  const isFlush = name?.startsWith("flush-") === true;
  // Keys that match are told a little later, by their own timer.
  const isReported = !isFlush || (model.switches.tellFlushedDigits && !matches);
  if (leg !== undefined && isReported) expectEvent(model, "DIGITS_RECEIVED", leg.id, "ReceiveDigits");
}

/** A leg that was a participant has ended: its HANGUP is due. Contract: events-hangup-once, events-hangup-unanswered-partner */
export function legIsOver(model: CallModel, leg: BookedLeg, code: number | undefined): void {
  if (model.step.ended.has(leg.id)) return;
  model.step.ended.add(leg.id);
  if (leg.tag === "LEG-B" && leg !== model.book.b) return;
  keepRecording(model, leg);
  const byAction = model.step.hangUps.has(leg.id);
  const holds = byAction && model.book.anyLive();
  const { successAfterHangupOfLegA, successAfterHangupOfLegB } = model.switches;
  const success = leg.tag === "LEG-A" ? successAfterHangupOfLegA : successAfterHangupOfLegB;
  // Contract: events-hangup-meeting-leg
  if (holds && leg.kind === "meeting" && !model.switches.hangupEventOfMeeting) {
    model.heldBy = expectEvent(model, "ACTION_SUCCESSFUL", leg.id, "Hangup", { hangupAfterwards: false });
    return;
  }
  const hangupAfterwards = holds && success === "when-reply-is-empty";
  const event = expectEvent(model, "HANGUP", leg.id, "Hangup", { code, hangupAfterwards });
  if (!holds) return;
  const isReported = success === "always";
  const reported = isReported
    ? expectEvent(model, "ACTION_SUCCESSFUL", leg.id, "Hangup", { hangupAfterwards: false })
    : event;
  model.heldBy = reported;
}

/** A RecordAudio is kept when its party leaves; its event waits for the file. Contract: events-recording-before-hangup */
function keepRecording(model: CallModel, leg: BookedLeg): void {
  const { running } = model;
  if (running?.leg !== leg || !isRecording(model)) return;
  expectEvent(model, "ACTION_SUCCESSFUL", leg.id, "RecordAudio", { awaits: running.recordingId });
  clearList(model);
}

/** Whether the running action is a RecordAudio that is told although its leg leaves. */
function isRecording({ running, switches }: CallModel): boolean {
  return running?.type === "RecordAudio" && running.leg.wasAnswered && switches.tellActionWhenLegLeaves;
}

/** The code that HANGUP shows. Contract: events-hangup-code */
function codeOf(end: LegEnd, isRaw: boolean): number {
  if (isRaw && end.type === "rejected") return end.status;
  if (isRaw && end.type === "cancelled") return 487;
  if (end.type === "bye" || end.type === "cancelled" || end.type === "no-media") return 0;
  return end.type === "rejected" && (end.status === 486 || end.status === 600) ? 486 : 480;
}

/** A new LEG-B took the place of one that was up. Contract: actions-bridge-second */
export function legWasReplaced(model: CallModel, leg: BookedLeg): void {
  model.step.ended.add(leg.id);
  expectEvent(model, "HANGUP", leg.id, "Hangup", { code: 0 });
}

/** The SIP status that a caller is refused with. Contract: actions-hangup-zero-unanswered, sip-and-media-draining */
function checkStatus(model: CallModel, status: number | undefined, hangUpCode: number | undefined, fail: Fail): void {
  if (status === undefined) return;
  const code = hangUpCode ?? (model.step.mustEnd?.why === serverStops ? 503 : 480);
  const expected = code === 0 ? model.switches.statusOfHangupZero : code;
  if (status !== expected) fail(`the caller is refused with ${status}, not ${expected}`);
}

/** The machine ended a leg: the application asked for it, nobody answered, or the call ends as a whole. */
export function legWasEnded(model: CallModel, leg: BookedLeg, fail: Fail): void {
  if (model.step.ended.has(leg.id)) return;
  // Contract: events-hangup-meeting-with-telephone
  if (leg.kind === "meeting" && model.book.a.state === "over") {
    model.step.ended.add(leg.id);
    model.step.leftMeetings += 1;
    return;
  }
  const { hangUps, isRingTimeout, rejectedWith } = model.step;
  checkStatus(model, rejectedWith, hangUps.has(leg.id) ? (hangUps.get(leg.id) ?? 0) : undefined, fail);
  if (hangUps.has(leg.id)) return legIsOver(model, leg, hangUps.get(leg.id));
  if (isRingTimeout && leg === model.book.a) return legIsOver(model, leg, 480);
  const mustEnd = (model.step.mustEnd ??= whyEnd(model, leg));
  if (mustEnd === undefined) return fail(`${leg.tag} was ended for no reason`);
  const { code, keepsResults = false } = mustEnd;
  model.events = model.events.filter(
    (event) => event.type === "HANGUP" || (keepsResults && event.awaits !== undefined),
  );
  // What is being recorded ends with its leg, which may be the other one.
  if (!keepsResults || !isRecording(model)) clearList(model);
  legIsOver(model, leg, code);
  return undefined;
}

/** The invocation that goes out is the one that is due. Contract: events-sequence, events-one-at-a-time */
export function takeInvocation(
  model: CallModel,
  effect: Extract<CallEffect, { do: "invoke" }>,
  at: number,
  fail: Fail,
): void {
  const { limits } = model;
  const { event, deadlineMs, invocationId: id, target, via } = effect;
  const wanted = model.targets[model.targets.length - 1 - model.targetsLeft];
  if (target.applicationId !== wanted?.applicationId) fail("the wrong application is asked");
  if (model.inFlight?.again !== undefined) {
    const { again, sentAt } = model.inFlight;
    const leftMs = limits.functionDeadlineMs - (at - sentAt);
    if (event["Sequence"] !== model.sequence) fail("a retry has another Sequence");
    if (deadlineMs !== leftMs || leftMs <= 0) fail(`a retry has ${deadlineMs} ms, but ${leftMs} are left`);
    if (!isSame(event, model.sentEvent)) fail("a retry is another event");
    if (via !== again.via) fail(`the event goes to ${via ?? "the function"}, not to ${again.via ?? "the function"}`);
    model.inFlight = { ...model.inFlight, id, via, isRetried: again.isRetried, again: undefined };
    return;
  }
  if (via !== undefined) fail(`${via} is asked before the function itself`);
  endTelling(model);
  if (model.inFlight !== undefined) fail("an invocation begins while another is under way");
  const expected = model.events.shift();
  const type = event["InvocationEventType"];
  if (expected === undefined) return fail(`${String(type)} is sent, but nothing has happened`);
  if (expected.awaits !== undefined) fail(`${String(type)} is sent before the result of a recording`);
  if (expected.type !== type) fail(`${String(type)} is sent, but ${expected.type} is due`);
  const data = event["ActionData"] as JsonObject | undefined;
  if (data?.["Type"] !== expected.action)
    fail(`${String(type)} tells of ${String(data?.["Type"])}, not of ${expected.action}`);
  if (type === "ACTION_FAILED" && data?.["ErrorType"] !== expected.errorType)
    fail(`${String(data?.["ErrorType"])} is told, not ${expected.errorType}`);
  if (expected.type === "HANGUP") {
    const { SipResponseCode, CallId } = (data?.["Parameters"] ?? {}) as JsonObject;
    if (CallId !== expected.legId) fail("HANGUP names another leg");
    if (SipResponseCode !== expected.code) fail(`HANGUP shows ${String(SipResponseCode)}, not ${expected.code}`);
  }
  if (deadlineMs !== limits.functionDeadlineMs) fail(`the function has ${deadlineMs} ms`);
  if (!hasPlace(model, at)) fail("more invocations than there may be in a second");
  model.invokedAt.push(at);
  model.sequence += 1;
  if (event["Sequence"] !== model.sequence) fail(`Sequence is ${String(event["Sequence"])}, not ${model.sequence}`);
  checkDetails(model, event["CallDetails"] as JsonObject, expected.participants, fail);
  model.inFlight = {
    ...{ id, expected, sentAt: at, isRetried: false },
    ...{ via: undefined, fallbackActions: undefined, again: undefined },
  };
  model.sentEvent = event;
  return undefined;
}

function checkDetails(model: CallModel, details: JsonObject, participants: readonly string[], fail: Fail): void {
  const attributes = details["TransactionAttributes"];
  const isSame = attributes === model.attributes || JSON.stringify(attributes) === JSON.stringify(model.attributes);
  if (!isSame) fail("TransactionAttributes are not those of the last reply");
  const shown = details["Participants"] as readonly Readonly<Record<string, string>>[];
  if (shown.length !== participants.length) fail(`${shown.length} participants are shown, not ${participants.length}`);
  for (const [index, { CallId, ParticipantTag, Status }] of shown.entries()) {
    const text = `${CallId} ${ParticipantTag}${Status === undefined ? "" : ` ${Status}`}`;
    if (text !== participants[index]) fail(`a participant is shown as ${text}, not as ${participants[index]}`);
  }
}
