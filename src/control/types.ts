/** Why no call is taken now. */
export interface Closed {
  readonly cause: "starting" | "draining" | "calls-full" | "overloaded" | "no-descriptors";
  /** One sentence, for the log and the API. */
  readonly why: string;
  /** Seconds after which it is worth to try again. */
  readonly retryAfterS: number;
}

/** A call that was let in. Each method counts once. */
export interface Permit {
  /** The function has answered for the first time, or never will: the call is set up as far as this server's work goes. */
  settled(): void;
  /** The call is over. */
  ended(): void;
}

/** Decides whether one more call is taken: INVITEs, calls of the API and OPTIONS ask it. */
export interface Admission {
  /** Why a call would not be taken at this moment; undefined when it would. Costs next to nothing.
   * @param asker "call": somebody wants one; "ping": somebody only wants to know */
  whyClosed(asker: "call" | "ping"): Closed | undefined;
  /** Takes a call, after `whyClosed` gave nothing. */
  admit(): Permit;
  /** From now on calls are taken. */
  open(): void;
  /** From now on none is. */
  drain(): void;
  /** Tells that the system had no file descriptor left. */
  noteNoDescriptors(): void;
  /** Calls that are let in and not over. */
  calls(): number;
  close(): Promise<void>;
}
