import { signal } from "@preact/signals";
import type * as JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { ask, problemOf } from "../api/ask.ts";
import type { Softphone } from "../api/types.ts";
import { words } from "../words.ts";

/** Where the line to the server stands. */
export type LineState = "off" | "connecting" | "ready" | "failed";

/** Who has the calls of the line. */
export interface LineOwner {
  /** Somebody calls. */
  onCall(session: RTCSession, sipCallId: string | undefined): void;
  /** The server knows this phone no longer, so neither does it know its call. */
  onForgotten(): void;
  /** Whether a call is up. */
  isBusy(): boolean;
}

interface SessionEvent {
  readonly session: RTCSession;
  readonly originator: string;
  readonly request: { readonly call_id?: string };
}

export const line = signal<LineState>("off");
export const account = signal<Softphone | undefined>(undefined);
/** What is wrong with the line, for people. */
export const lineProblem = signal<string | undefined>(undefined);

/** How soon the line is opened again: after the first failure, and at most. */
const againMs = 1_000;
const longestAgainMs = 30_000;
/** How soon the WebSocket is opened again, seconds. */
const recovery = { connection_recovery_min_interval: 1, connection_recovery_max_interval: 8 };

const held: { agent?: UA; timer?: ReturnType<typeof setTimeout>; failures: number } = { failures: 0 };

/** Has an account lent, loads the SIP library and registers; and again when the line fails, until it is closed. */
export async function openLine(owner: LineOwner): Promise<void> {
  clearTimeout(held.timer);
  line.value = "connecting";
  try {
    account.value = await ask<Softphone>("POST", "/softphone");
    // Made of CommonJS, its module has all that it exports as the default.
    const { default: library } = (await import("jssip")) as unknown as { readonly default: typeof JsSIP };
    startAgent(library, account.value, owner);
  } catch (error) {
    const { isPassing, message } = problemOf(error);
    // What the server has refused, it refuses again.
    fail(message, isPassing ? owner : undefined);
  }
}

/** Gives the line up, and what is on it. */
export function closeLine(): void {
  clearTimeout(held.timer);
  held.agent?.stop();
  delete held.agent;
  line.value = "off";
}

/** Begins a call. */
export function callOut(number: string, input: MediaStream): RTCSession | undefined {
  const user = number.replace(/[^\w+*.!~'-]+/g, encodeURIComponent);
  return held.agent?.call(`sip:${user}@${account.value?.domain ?? location.hostname}`, {
    mediaStream: input,
    pcConfig: { iceServers: [] },
  });
}

function startAgent(library: typeof JsSIP, { url, user, domain, password }: Softphone, owner: LineOwner): void {
  held.agent?.stop();
  const agent = new library.UA({
    // A proxy may speak TLS where the server does not know of it.
    sockets: [new library.WebSocketInterface(location.protocol === "https:" ? url.replace(/^ws:/, "wss:") : url)],
    ...{ uri: `sip:${user}@${domain}`, password, register: true, session_timers: false, user_agent: words.product },
    ...recovery,
  });
  held.agent = agent;
  const ifCurrent =
    <Event>(take: (event: Event) => void) =>
    (event: Event) => {
      if (held.agent === agent) take(event);
    };
  const onRegistered = () => {
    line.value = "ready";
    held.failures = 0;
    lineProblem.value = undefined;
  };
  const onRefused = ({ response, cause }: { readonly response?: unknown; readonly cause?: string }) => {
    // Without a response the WebSocket broke, which is opened again, or nothing came for long.
    if (response === null || response === undefined) held.timer = setTimeout(() => agent.register(), longestAgainMs);
    else {
      owner.onForgotten();
      fail(words.phone.registrationFailed(cause ?? ""), owner);
    }
  };
  agent.on("registered", ifCurrent(onRegistered));
  agent.on("registrationFailed", ifCurrent(onRefused) as never);
  agent.on(
    "disconnected",
    ifCurrent(() => {
      if (line.value === "ready") lineProblem.value = owner.isBusy() ? words.phone.lostInCall : words.phone.lost;
      line.value = "connecting";
    }),
  );
  agent.on(
    "newRTCSession",
    ifCurrent<SessionEvent>(({ session, originator, request }) => {
      if (originator === "remote") owner.onCall(session, request.call_id);
    }) as never,
  );
  agent.start();
}

/** @param owner undefined: it is not tried again by itself */
function fail(why: string, owner: LineOwner | undefined): void {
  line.value = "failed";
  lineProblem.value = why;
  if (owner === undefined) return;
  const waitMs = Math.min(longestAgainMs, againMs * 2 ** held.failures);
  held.failures += 1;
  held.timer = setTimeout(() => void openLine(owner), waitMs);
}
