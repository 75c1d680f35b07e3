/** A line that a function wrote to its console. */
export interface OutputLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly functionName: string;
  /** The call whose event was handled then; undefined: there was none yet. */
  readonly callId: string | undefined;
  readonly line: string;
  readonly isError: boolean;
}

/** A recorded call that was run again. */
export interface Replayed {
  readonly invocations: readonly {
    readonly sequence: number;
    readonly eventType: string;
    readonly actionType: string | undefined;
    readonly verdict: "same" | "differs" | "unknown";
    readonly differences: readonly ReplayDifference[];
  }[];
  /** Steps in which this server decides otherwise than the one that recorded the call. */
  readonly engine: readonly { readonly input: string; readonly differences: readonly ReplayDifference[] }[];
  readonly isWhole: boolean;
  readonly output: readonly string[];
  readonly isRedacted: boolean;
}

/** Where a reply differs, by a path into it. */
export interface ReplayDifference {
  readonly path: string;
  readonly recorded: unknown;
  readonly now: unknown;
}

/** What a server offers while a function is written. */
export interface Authoring {
  /** The latest lines, the oldest first; of one function, of one call. */
  output(query: {
    readonly functionName?: string;
    readonly callId?: string;
    readonly limit: number;
  }): readonly OutputLine[];
  /** Runs a call again with the function as it is now. Rejects with errors of a history and of functions, `API_NOT_FOUND`, `API_UNPROCESSABLE`, and
   * `API_CONFLICT` while another one runs. */
  replay(callId: string): Promise<Replayed>;
  /** Writes a call as a scene for `offhook test` beside its function; gives paths relative to the function's folder. Rejects as `replay`, and with `API_CONFLICT` where the file
   * exists. */
  saveTest(callId: string, name: string): Promise<{ readonly testFile: string; readonly historyFile: string }>;
}
