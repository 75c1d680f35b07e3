import { Worker } from "node:worker_threads";
import { AppError, ownModule } from "../../kernel/index.ts";
import type { SqliteResult } from "./sqlite-database.ts";
import type { SqliteAnswer, SqliteFailure, SqliteQuestion } from "./sqlite-messages.ts";
import type { SqliteRunner } from "./sqlite-runner.ts";

type Answered = Exclude<SqliteAnswer, string | { notOpen: SqliteFailure } | { failure: SqliteFailure }>;

interface Waiting {
  readonly resolve: (answer: Answered) => void;
  readonly reject: (error: Error) => void;
}

const noResult: SqliteResult = { rows: [], changes: undefined };

/** Its young memory, MiB: rows come and go at once, and a thread that is hardly used shall hold little. */
const youngMemoryMb = 2;

/** Opens a database in a thread of its own, so that nobody waits for a disk. Rejects with what SQLite says when it cannot be opened. */
export function openInThread(path: string): Promise<SqliteRunner> {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let whyEnded: string | undefined;
  let isClosing = false;
  const worker = new Worker(ownModule("store/sqlite/sqlite-worker"), {
    name: "offhook-sqlite",
    workerData: { path },
    resourceLimits: { maxYoungGenerationSizeMb: youngMemoryMb },
  });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      whyEnded ??= "it is closed";
      for (const { reject } of waiting.values()) reject(endedError(whyEnded));
      waiting.clear();
      resolve();
    });
  });
  const settle = (answer: Exclude<SqliteAnswer, string | { notOpen: SqliteFailure }>) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    // An idle database keeps no process alive.
    if (waiting.size === 0 && !isClosing) worker.unref();
    if ("failure" in answer) one?.reject(errorOf(answer.failure));
    else one?.resolve(answer);
  };
  const ask = (toQuestion: (id: number) => SqliteQuestion) =>
    new Promise<Answered>((resolve, reject) => {
      if (whyEnded !== undefined) return reject(endedError(whyEnded));
      const id = nextId++;
      if (waiting.size === 0) worker.ref();
      waiting.set(id, { resolve, reject });
      worker.postMessage(toQuestion(id));
    });

  const runner: SqliteRunner = {
    async run(statement) {
      const answer = await ask((id) => ({ id, statement }));
      return "result" in answer ? answer.result : noResult;
    },
    async writeBatch(batch) {
      const answer = await ask((id) => ({ id, batch }));
      return "unchanged" in answer ? answer.unchanged : [];
    },
    async close() {
      isClosing = true;
      worker.ref();
      worker.postMessage("close" satisfies SqliteQuestion);
      await ended;
    },
  };
  return new Promise((resolve, reject) => {
    worker.on("error", (error: Error) => {
      whyEnded = error.message;
      reject(error);
    });
    worker.on("message", (answer: SqliteAnswer) => {
      if (typeof answer === "object" && "notOpen" in answer) return reject(errorOf(answer.notOpen));
      if (typeof answer === "object") return settle(answer);
      worker.unref();
      resolve(runner);
    });
  });
}

function errorOf({ message, code }: SqliteFailure): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

function endedError(why: string): AppError {
  return new AppError("STORE_UNAVAILABLE", `The thread of the database has ended: ${why}`);
}
