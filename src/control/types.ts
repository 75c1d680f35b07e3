/** Why no call is taken now. */
export interface Closed {
  readonly cause: "starting" | "draining" | "calls-full" | "overloaded" | "no-descriptors";
  /** One sentence, for the log and the API. */
  readonly why: string;
  /** Seconds after which it is worth to try again. */
  readonly retryAfterS: number;
}

/** An admitted call. Only the first use of each method counts. */
export interface Permit {
  /** The function has answered for the first time, or never will: the call is set up as far as this server's work goes. */
  settled(): void;
  /** The call is over. */
  ended(): void;
}

/** Decides whether one more call is taken: INVITEs, calls of the API and OPTIONS ask it. */
export interface Admission {
  /** Why a call would not be taken now; undefined when it would. Cheap.
   * @param asker "call": for a new call; "ping": for OPTIONS, which takes none */
  whyClosed(asker: "call" | "ping"): Closed | undefined;
  /** Takes a call, after `whyClosed` gave nothing. */
  admit(): Permit;
  /** From now on calls are taken. */
  open(): void;
  /** From now on none is.
   * @param why in words; default: the server stops */
  drain(why?: string): void;
  /** They are again, unless the server stops. */
  resume(): void;
  /** Tells that the system had no file descriptor left. */
  noteNoDescriptors(): void;
  /** Admitted calls that have not ended. */
  calls(): number;
  close(): Promise<void>;
}
