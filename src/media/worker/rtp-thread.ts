import type { RtpCommand, RtpEvent, RtpWorkerSetting } from "./messages.ts";

/** What carries RTP, as the main thread sees it: commands go in and events come out, each in order, none before the call that
 * caused it has returned. */
export interface RtpThread {
  post(command: RtpCommand): void;
  close(): Promise<void>;
}

/** Who is told what happens in it. */
export interface RtpThreadOwner {
  onEvent(event: RtpEvent): void;
  onError(error: unknown): void;
  /** It ended, by itself or by `close`. */
  onExit(): void;
}

export type StartRtpThread = (setting: RtpWorkerSetting, owner: RtpThreadOwner) => RtpThread;
