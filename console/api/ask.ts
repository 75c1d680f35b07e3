import { signal } from "@preact/signals";
import { words } from "../words.ts";
import type { Session } from "./types.ts";

/** Where the server has what the page shows. */
const base = "/offhook/v1";
/** Longest wait for an answer. */
const patienceMs = 20_000;

/** A request that failed, with words for people. */
export class Problem extends Error {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number;
  /** What the server calls it, where it answered. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether asking again may help: there was no answer, or the server is busy, or it starts or stops. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Who asks; undefined until it is known. */
export const session = signal<Session | undefined>(undefined);
/** Whether the last request had an answer. */
export const isReachable = signal(true);

/** Asks the server. Rejects with a Problem. */
export async function ask<Answer>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  options: { readonly body?: unknown; readonly query?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Answer> {
  const token = session.value?.csrfToken;
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "GET" || token === undefined ? {} : { "x-offhook-csrf": token }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  };
  const response = await fetch(addressOf(path, options.query), init).catch(() => undefined);
  isReachable.value = response !== undefined;
  if (response === undefined) throw new Problem(0, words.problems.unreachable);
  const text = await response.text();
  if (response.ok) return (text === "" ? {} : JSON.parse(text)) as Answer;
  const isOver = response.status === 401 || (response.status === 403 && session.value?.isRequired === true);
  if (isOver) void renewSession().catch(() => undefined);
  const { code, message = words.problems.status(response.status) } = readProblem(text);
  throw new Problem(response.status, message, code);
}

/** The address of an operation. */
export function addressOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") asked.set(name, value);
  return `${base}${path}${asked.size === 0 ? "" : `?${asked}`}`;
}

/** Asks anew who one is. Whom the server refuses to say it may do nothing; the parts of the page have its words. Rejects where asking again may help. */
export async function renewSession(): Promise<void> {
  const before = session.value;
  // What was asked before one signed in or out says what was before.
  const take = (found: Session) => {
    if (session.value === before) session.value = found;
  };
  try {
    take(await ask<Session>("GET", "/session"));
  } catch (error) {
    if (problemOf(error).isPassing) throw error;
    take({ isRequired: false, isSignedIn: true, may: [] });
  }
}

/** Whether one may use an operation. */
export function may(operation: string): boolean {
  return session.value?.may.includes(operation) ?? false;
}

/** What was thrown, as a Problem. */
export function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, error instanceof Error ? error.message : String(error));
}

function readProblem(text: string): { readonly code?: string | undefined; readonly message?: string | undefined } {
  try {
    const { Code, Message, message } = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
    return { code: Code, message: Message ?? message };
  } catch {
    return {};
  }
}
