import { fork } from "node:child_process";

/** A process of the benchmark, as its parent sees it. */
export interface Peer {
  readonly processId: number;
  /** Runs a command in the process and gives its result; both are plain data. Rejects when it throws or the process ends. */
  ask<Result>(command: string, argument?: unknown): Promise<Result>;
  /** Ends it and waits. */
  end(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** How a process is started. */
export interface PeerOptions {
  /** Words for Node before the file. */
  readonly nodeWords?: readonly string[];
  /** Keeps it on this processor (Linux with `taskset`); undefined: wherever the system likes. */
  readonly processor?: number | undefined;
}

const askLimitMs = 120_000;

/** Starts a process file of `processes/` (path without ending, relative to this file). */
export function startPeer(file: string, options: PeerOptions = {}): Peer {
  const { nodeWords = [], processor } = options;
  const child = fork(new URL(`${file}.js`, import.meta.url), [], {
    ...(processor === undefined ? {} : { execPath: "taskset" }),
    execArgv: [
      ...(processor === undefined ? [] : ["-c", String(processor), process.execPath]),
      "--enable-source-maps",
      ...nodeWords,
    ],
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const counter = { next: 1 };
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => {
      for (const { reject } of pending.values()) reject(new Error(`${file} ended`));
      resolve();
    });
  });
  child.on("message", (answer: Answer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if ("error" in answer) waiting?.reject(new Error(`${file}: ${answer.error}`));
    else waiting?.resolve(answer.result);
  });
  return {
    processId: child.pid ?? 0,
    ask: <Result>(command: string, argument?: unknown) =>
      new Promise<Result>((resolve, reject) => {
        const id = counter.next++;
        pending.set(id, { resolve: (result) => resolve(result as Result), reject });
        const limit = setTimeout(() => reject(new Error(`${file}: no result of ${command}`)), askLimitMs);
        limit.unref();
        child.send({ id, command, argument } satisfies Question, (error) => {
          if (error !== null) reject(error);
        });
      }),
    async end() {
      child.disconnect();
      await gone;
    },
  };
}

/** What a process of the benchmark can be asked. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

/** The child's side: answers commands until the parent lets go; then `close` runs and the process ends. */
export function serveCommands(commands: Commands, close: () => Promise<void> = async () => undefined): void {
  const answer = async ({ id, command, argument }: Question): Promise<Answer> => {
    try {
      const run = commands[command];
      if (run === undefined) throw new Error(`no command ${command}`);
      return { id, result: await run(argument as never) };
    } catch (error) {
      return { id, error: error instanceof Error ? String(error.stack) : String(error) };
    }
  };
  process.on("message", (question: Question) => {
    // A parent that no longer waits has let go meanwhile.
    void answer(question).then((reply) => process.connected && process.send?.(reply));
  });
  process.once("disconnect", () => {
    void close().finally(() => process.exit(0));
  });
}
