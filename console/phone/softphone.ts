import { signal } from "@preact/signals";
import type { RTCSession } from "jssip/lib/RTCSession";
import { keep, recall } from "../state/theme.ts";
import { words } from "../words.ts";
import { createLevels, type Levels } from "./levels.ts";
import { callOut, closeLine, line, openLine, type LineOwner } from "./line.ts";
import { openMicrophone } from "./microphone.ts";
import { recordStream, type Recording } from "./recording.ts";
import { ring } from "./ring.ts";

/** The one call of the phone. */
export interface PhoneCall {
  readonly state: "calling" | "ringing" | "incoming" | "answered" | "ended";
  readonly party: string;
  readonly answeredAt?: number;
  readonly isHeld: boolean;
  readonly isMuted: boolean;
  /** Keys that were pressed. */
  readonly keys: string;
  /** Call-ID, by which the call of the server is found. */
  readonly sipCallId?: string;
}

const places = { dialled: "offhook.dialled", speaker: "offhook.speaker", microphone: "offhook.microphone" } as const;

export const call = signal<PhoneCall | undefined>(undefined);
/** What went wrong with the call, or with the one before it, for people; a line that is there again changes nothing of that. */
export const problem = signal<string | undefined>(undefined);
/** What was heard in the last call, as a file. */
export const heard = signal<{ readonly url: string; readonly name: string } | undefined>(undefined);
/** 0 to 1. */
export const levels = signal<{ readonly in: number; readonly out: number }>({ in: 0, out: 0 });
/** The number that was called last, which this browser remembers. */
export const dialled = signal(recall(places.dialled));
export const speaker = signal(recall(places.speaker) ?? "");
export const microphone = signal(recall(places.microphone) ?? "");

/** Other phones of the number may still ring. RFC 3261 §21.4.24 */
const busy = { status_code: 486 };

const phone: {
  session?: RTCSession;
  audio?: HTMLAudioElement;
  input?: MediaStream;
  output?: MediaStream;
  meters?: Levels;
  recording?: Recording;
  /** Ends the ringing. */
  quiet?: () => void;
  /** The browser asks whether the page may have the microphone. */
  isAsking?: boolean;
} = {};

/** By it the tabs of a browser, in which one person is, tell each other of calls that were declined. */
const declined = new BroadcastChannel("offhook.declined");
declined.addEventListener("message", ({ data }: MessageEvent<string>) => {
  if (call.value?.state === "incoming" && call.value.sipCallId === data) phone.session?.terminate(busy);
});

const owner: LineOwner = {
  onCall: takeCall,
  onForgotten() {
    if (!isBusy()) return;
    problem.value = words.phone.forgotten;
    void finish();
  },
  isBusy,
};

/** Connects the phone, unless it is connected. */
export function connectPhone(): void {
  if (line.value === "off" || line.value === "failed") void openLine(owner);
}

/** Ends what there is, and gives the line up. */
export function disconnectPhone(): void {
  closeLine();
  if (isBusy()) void finish();
}

/** Calls a number of the server. */
export async function dial(number: string): Promise<void> {
  if (isBusy()) return;
  const input = await microphoneOrProblem();
  if (input === undefined) return;
  const session = isBusy() ? undefined : callOut(number, input);
  if (session === undefined) return stop(input);
  dialled.value = number;
  keep(places.dialled, number);
  forgetHeard();
  begin(session, { state: "calling", party: number }, sipCallIdOf(session));
  phone.input = input;
}

/** Answers the call that rings. */
export async function answer(): Promise<void> {
  const { session } = phone;
  if (session === undefined || call.value?.state !== "incoming") return;
  const input = await microphoneOrProblem();
  if (input === undefined) return;
  // The caller may have given up, or one may have pressed twice.
  if (phone.session !== session || phone.input !== undefined) return stop(input);
  forgetHeard();
  phone.input = input;
  session.answer({ mediaStream: input, pcConfig: { iceServers: [] } });
}

/** Ends the call, or declines it, in all tabs of the browser. */
export function hangUp(): void {
  const { session } = phone;
  if (session?.isEnded() !== false) return;
  const isIncoming = call.value?.state === "incoming";
  if (isIncoming) declined.postMessage(call.value?.sipCallId);
  session.terminate(isIncoming ? busy : {});
}

/** Without a line, who asks for it would lose the call. */
export function toggleHold(): void {
  const { session } = phone;
  if (session === undefined || call.value?.state !== "answered" || line.value !== "ready") return;
  if (session.isOnHold().local) session.unhold();
  else session.hold();
}

export function toggleMute(): void {
  const { session } = phone;
  const { value } = call;
  if (session === undefined || value === undefined) return;
  if (value.isMuted) session.unmute({ audio: true });
  else session.mute({ audio: true });
  call.value = { ...value, isMuted: !value.isMuted };
}

/** Presses a key in the call, as RTP event where the far end takes that. */
export function press(key: string): void {
  const { value } = call;
  if (value?.state !== "answered" || phone.session === undefined) return;
  const type = "RFC2833" as Parameters<RTCSession["sendDTMF"]>[1] extends infer Options
    ? Options extends { transportType?: infer Type }
      ? Type
      : never
    : never;
  phone.session.sendDTMF(key, { transportType: type, duration: 160, interToneGap: 60 });
  call.value = { ...value, keys: value.keys + key };
}

/** Plays the far end on that device. */
export function chooseSpeaker(id: string): void {
  speaker.value = id;
  keep(places.speaker, id);
  useSpeaker();
}

/** Speaks into that device, in the call that is up too. */
export async function chooseMicrophone(id: string): Promise<void> {
  microphone.value = id;
  keep(places.microphone, id);
  const { session, input: old } = phone;
  if (session === undefined || old === undefined) return;
  const input = await microphoneOrProblem();
  const track = input?.getAudioTracks()[0];
  if (input === undefined || track === undefined) return;
  if (phone.session !== session || phone.input !== old) return stop(input);
  track.enabled = old.getAudioTracks()[0]?.enabled !== false;
  phone.input = input;
  await session.connection.getSenders()[0]?.replaceTrack(track);
  stop(old);
  measure();
}

function isBusy(): boolean {
  return call.value !== undefined && call.value.state !== "ended";
}

async function microphoneOrProblem(): Promise<MediaStream | undefined> {
  if (phone.isAsking === true) return undefined;
  problem.value = undefined;
  phone.isAsking = true;
  const found = await openMicrophone(microphone.value).finally(() => delete phone.isAsking);
  if (typeof found !== "string") return found;
  problem.value = found;
  return undefined;
}

function takeCall(session: RTCSession, sipCallId: string | undefined): void {
  if (isBusy()) return void session.terminate(busy);
  const party = session.remote_identity.uri.user ?? String(session.remote_identity.uri);
  begin(session, { state: "incoming", party }, sipCallId);
  phone.quiet = ring();
}

function begin(
  session: RTCSession,
  { state, party }: Pick<PhoneCall, "state" | "party">,
  sipCallId: string | undefined,
): void {
  phone.session = session;
  problem.value = undefined;
  call.value = { state, party, isHeld: false, isMuted: false, keys: "", ...(sipCallId && { sipCallId }) };
  const change = (changes: Partial<PhoneCall>) => {
    if (phone.session === session && call.value !== undefined) call.value = { ...call.value, ...changes };
  };
  const hear = (connection: RTCPeerConnection) =>
    connection.addEventListener("track", ({ streams: [stream], track }) =>
      play(stream ?? new MediaStream([track]), party),
    );
  if (session.connection !== undefined && session.connection !== null) hear(session.connection);
  session.on("peerconnection", ({ peerconnection }) => hear(peerconnection));
  session.on("progress", () => call.value?.state === "calling" && change({ state: "ringing" }));
  session.on("accepted", () => {
    stopRinging();
    change({ state: "answered", answeredAt: Date.now() });
  });
  session.on("hold", ({ originator }) => String(originator) === "local" && change({ isHeld: true }));
  session.on("unhold", ({ originator }) => String(originator) === "local" && change({ isHeld: false }));
  const end = ({ cause, originator }: { readonly cause: string; readonly originator: string }) => {
    if (phone.session !== session) return;
    const isUsual = cause === "Terminated" || cause === "Canceled" || (originator === "local" && !isFailure(cause));
    if (!isUsual) problem.value = words.phone.causes[cause] ?? words.phone.failed(cause);
    void finish();
  };
  session.on("ended", end as never);
  session.on("failed", end as never);
}

/** What the phone itself ends a call for. */
function isFailure(cause: string): boolean {
  return ["Connection Error", "RTP Timeout", "WebRTC Error", "Dialog Error"].includes(cause);
}

function sipCallIdOf(session: RTCSession): string | undefined {
  return (session as unknown as { readonly _request?: { readonly call_id?: string } })._request?.call_id;
}

function play(stream: MediaStream, party: string): void {
  phone.audio ??= new Audio();
  phone.audio.srcObject = stream;
  phone.output = stream;
  if (speaker.value !== "") useSpeaker();
  void phone.audio.play().catch(() => undefined);
  phone.recording ??= recordStream(stream, party);
  measure();
}

function useSpeaker(): void {
  void phone.audio?.setSinkId?.(speaker.value).catch(() => (problem.value = words.phone.noSpeaker));
}

function measure(): void {
  phone.meters?.close();
  if (phone.output !== undefined)
    phone.meters = createLevels({ in: phone.output, out: phone.input }, (found) => (levels.value = found));
}

async function finish(): Promise<void> {
  const { recording, meters, input } = phone;
  if (call.value !== undefined) call.value = { ...call.value, state: "ended" };
  stopRinging();
  meters?.close();
  if (input !== undefined) stop(input);
  if (phone.audio !== undefined) phone.audio.srcObject = null;
  for (const part of ["session", "meters", "input", "output", "recording"] as const) delete phone[part];
  levels.value = { in: 0, out: 0 };
  const file = await recording?.stop();
  if (file !== undefined) heard.value = file;
}

function stopRinging(): void {
  phone.quiet?.();
  delete phone.quiet;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function forgetHeard(): void {
  if (heard.value !== undefined) URL.revokeObjectURL(heard.value.url);
  heard.value = undefined;
}
