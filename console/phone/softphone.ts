import { signal } from "@preact/signals";
import type * as JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { ask, problemOf } from "../api/ask.ts";
import type { Softphone } from "../api/types.ts";
import { words } from "../words.ts";
import { createLevels, type Levels } from "./levels.ts";
import { openMicrophone } from "./microphone.ts";
import { recordStream, type Recording } from "./recording.ts";

/** Where the line to the server stands. */
export type LineState = "off" | "connecting" | "ready" | "failed";

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

export const line = signal<LineState>("off");
export const account = signal<Softphone | undefined>(undefined);
export const call = signal<PhoneCall | undefined>(undefined);
/** What went wrong last, for people. */
export const problem = signal<string | undefined>(undefined);
/** What was heard in the last call, as a file. */
export const heard = signal<{ readonly url: string; readonly name: string } | undefined>(undefined);
/** 0 to 1. */
export const levels = signal<{ readonly in: number; readonly out: number }>({ in: 0, out: 0 });
export const speaker = signal("");
export const microphone = signal("");

const phone: {
  agent?: UA;
  session?: RTCSession;
  audio?: HTMLAudioElement;
  input?: MediaStream;
  meters?: Levels;
  recording?: Recording;
} = {};

/** Connects the phone: asks for its account, loads the SIP library, and registers. */
export async function connectPhone(): Promise<void> {
  if (line.value !== "off" && line.value !== "failed") return;
  line.value = "connecting";
  problem.value = undefined;
  try {
    const found = await ask<Softphone>("GET", "/softphone");
    account.value = found;
    if (!found.isOffered || found.url === undefined) {
      line.value = "off";
      return;
    }
    // Made of CommonJS, its module has all that it exports as the default.
    const { default: library } = (await import("jssip")) as unknown as { readonly default: typeof JsSIP };
    startAgent(library, found, found.url);
  } catch (error) {
    line.value = "failed";
    problem.value = problemOf(error).message;
  }
}

function startAgent(library: typeof JsSIP, found: Softphone, url: string): void {
  const { user = "", domain = location.hostname, password } = found;
  phone.agent?.stop();
  const agent = new library.UA({
    sockets: [new library.WebSocketInterface(url)],
    uri: `sip:${user}@${domain}`,
    ...(password === undefined ? {} : { password }),
    register: true,
    session_timers: false,
    user_agent: words.product,
  });
  phone.agent = agent;
  agent.on("registered", () => {
    line.value = "ready";
    problem.value = undefined;
  });
  agent.on("registrationFailed", ({ cause }: { readonly cause?: unknown }) => {
    line.value = "failed";
    problem.value = words.phone.registrationFailed(String(cause));
  });
  agent.on("disconnected", () => {
    if (line.value === "ready") problem.value = words.phone.lost;
    line.value = "connecting";
  });
  agent.on("newRTCSession", ({ session, originator, request }: SessionEvent) => {
    if (originator === "remote") takeCall(session, request);
  });
  agent.start();
}

interface SessionEvent {
  readonly session: RTCSession;
  readonly originator: string;
  readonly request: { readonly call_id?: string };
}

/** Calls a number of the server. */
export async function dial(number: string): Promise<void> {
  const { agent } = phone;
  const domain = account.value?.domain ?? location.hostname;
  if (agent === undefined || isBusy()) return;
  const input = await microphoneOrProblem();
  if (input === undefined) return;
  forgetHeard();
  call.value = { state: "calling", party: number, isHeld: false, isMuted: false, keys: "" };
  const session = agent.call(`sip:${number}@${domain}`, { mediaStream: input, pcConfig: { iceServers: [] } });
  follow(session, number, input, sipCallIdOf(session));
}

/** Answers the call that rings. */
export async function answer(): Promise<void> {
  const { session } = phone;
  if (session === undefined) return;
  const input = await microphoneOrProblem();
  if (input === undefined) return;
  forgetHeard();
  phone.input = input;
  session.answer({ mediaStream: input, pcConfig: { iceServers: [] } });
}

/** Ends the call, or declines it. */
export function hangUp(): void {
  if (phone.session?.isEnded() === false) phone.session.terminate();
}

export function toggleHold(): void {
  const { session } = phone;
  if (session === undefined || call.value?.state !== "answered") return;
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
  void phone.audio?.setSinkId?.(id).catch(() => undefined);
}

function isBusy(): boolean {
  return call.value !== undefined && call.value.state !== "ended";
}

async function microphoneOrProblem(): Promise<MediaStream | undefined> {
  problem.value = undefined;
  const found = await openMicrophone(microphone.value);
  if (typeof found !== "string") return found;
  problem.value = found;
  return undefined;
}

function takeCall(session: RTCSession, { call_id: sipCallId }: SessionEvent["request"]): void {
  if (isBusy()) return void session.terminate({ status_code: 486 });
  const party = session.remote_identity.uri.user ?? String(session.remote_identity.uri);
  call.value = { state: "incoming", party, isHeld: false, isMuted: false, keys: "" };
  follow(session, party, undefined, sipCallId);
}

function follow(
  session: RTCSession,
  party: string,
  input: MediaStream | undefined,
  sipCallId: string | undefined,
): void {
  phone.session = session;
  if (input !== undefined) phone.input = input;
  const change = (changes: Partial<PhoneCall>) => {
    if (phone.session === session && call.value !== undefined) call.value = { ...call.value, ...changes };
  };
  if (sipCallId !== undefined) change({ sipCallId });
  const hear = (connection: RTCPeerConnection) =>
    connection.addEventListener("track", ({ streams: [stream], track }) =>
      play(stream ?? new MediaStream([track]), party),
    );
  if (session.connection !== undefined && session.connection !== null) hear(session.connection);
  session.on("peerconnection", ({ peerconnection }) => hear(peerconnection));
  session.on("progress", () => call.value?.state === "calling" && change({ state: "ringing" }));
  session.on("accepted", () => change({ state: "answered", answeredAt: Date.now() }));
  session.on("hold", ({ originator }) => String(originator) === "local" && change({ isHeld: true }));
  session.on("unhold", ({ originator }) => String(originator) === "local" && change({ isHeld: false }));
  const end = ({ cause, originator }: { readonly cause: string; readonly originator: string }) => {
    if (phone.session !== session) return;
    if (cause !== "Terminated" && originator !== "local") problem.value = words.phone.failed(cause);
    void finish();
  };
  session.on("ended", end as never);
  session.on("failed", end as never);
}

function sipCallIdOf(session: RTCSession): string | undefined {
  return (session as unknown as { readonly _request?: { readonly call_id?: string } })._request?.call_id;
}

function play(stream: MediaStream, party: string): void {
  phone.audio ??= new Audio();
  phone.audio.srcObject = stream;
  if (speaker.value !== "") void phone.audio.setSinkId?.(speaker.value).catch(() => undefined);
  void phone.audio.play().catch(() => undefined);
  phone.recording ??= recordStream(stream, party);
  phone.meters?.close();
  phone.meters = createLevels({ in: stream, out: phone.input }, (found) => (levels.value = found));
}

async function finish(): Promise<void> {
  const { recording, meters, input } = phone;
  if (call.value !== undefined) call.value = { ...call.value, state: "ended" };
  meters?.close();
  for (const track of input?.getTracks() ?? []) track.stop();
  if (phone.audio !== undefined) phone.audio.srcObject = null;
  delete phone.session;
  delete phone.meters;
  delete phone.input;
  delete phone.recording;
  levels.value = { in: 0, out: 0 };
  const file = await recording?.stop();
  if (file !== undefined) heard.value = file;
}

function forgetHeard(): void {
  if (heard.value !== undefined) URL.revokeObjectURL(heard.value.url);
  heard.value = undefined;
}
