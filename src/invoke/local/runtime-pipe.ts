import { Duplex } from "node:stream";
import { printClientContext } from "../trace-context.ts";
import { frameOf, readFrames } from "./frames.ts";
import { readError } from "./read-error.ts";
import {
  maxErrorBytes,
  maxResponseBytes,
  type RuntimeDelegate,
  type RuntimeDoor,
  type RuntimeError,
} from "./runtime-door.ts";
import { traceIdOf } from "./trace-id.ts";

/** What a process of our own bootstrap says (`assets/bootstrap`), with what the body of its frame is. ready: it waits for the first event. response: the
 * answer to the first event that it has; it begins the next one. error: that of an event, and it begins the next one. last-error: that of an event, or of loading
 * where none is open; the process ends. given-back: the ids of events that it has not begun, since it was asked for them. tookMs: how long the handler took for its answer, by its own clock. */
interface Said {
  readonly kind: "ready" | "response" | "error" | "last-error" | "given-back";
  readonly requestId?: string;
  readonly tookMs?: number;
}

/** Serves a process of our own bootstrap through the pipe with which it was started, for a third of what the Runtime API costs: no request for each
 * event, no lines of HTTP, no port. Whatever writes something else into the pipe is cut off, which ends the process.
 * @param stream what Node made of the descriptor; none, where the process could not be started */
export function openRuntimePipe(stream: unknown, delegate: RuntimeDelegate): RuntimeDoor {
  if (!(stream instanceof Duplex)) return { deliver: () => false, askBack: () => undefined, close: () => undefined };
  let isReady = false;
  /** Ids of the events that the process has, in the order in which it begins them. */
  let open: readonly string[] = [];
  let isCorked = false;

  const take = (head: string, body: string | undefined): void => {
    const { kind, requestId, tookMs } = readSaid(head) ?? {};
    if (kind === "given-back") return takeBack(readIds(body));
    // Without an id: of loading.
    if (requestId === undefined ? isReady : requestId !== open[0]) return void stream.destroy();
    open = open.slice(1);
    switch (kind) {
      case "ready":
        isReady = true;
        break;
      case "response":
        if (body === undefined) delegate.onResponseTooLarge();
        else delegate.onResponse(body, Number.isFinite(tookMs) ? tookMs : undefined);
        break;
      case "error":
        delegate.onError(readErrorOf(body));
        break;
      case "last-error":
        isReady = false;
        return requestId === undefined ? delegate.onInitError(readErrorOf(body)) : delegate.onError(readErrorOf(body));
      default:
        return void stream.destroy();
    }
    delegate.onNext();
  };
  /** Never the first: that was begun. */
  const takeBack = (requestIds: readonly string[]): void => {
    const [first, ...behind] = open;
    const back = behind.filter((id) => requestIds.includes(id));
    open = [first, ...behind.filter((id) => !back.includes(id))].filter((id) => id !== undefined);
    delegate.onGaveBack(back);
  };
  /** What goes out in one turn of the loop behind another event goes out at once. */
  const cork = (): void => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  };
  stream.on(
    "data",
    readFrames(maxResponseBytes, take, () => stream.destroy()),
  );
  // It ends with the process, whose end is told by others.
  stream.on("error", () => undefined);

  return {
    deliver(invocation) {
      if (!isReady || stream.destroyed) return false;
      if (open.length > 0) cork();
      open = [...open, invocation.requestId];
      const { requestId, functionArn, deadlineAt, trace, payload } = invocation;
      const head = {
        ...{ requestId, functionArn, deadlineMs: Math.round(deadlineAt), traceId: traceIdOf(invocation) },
        ...{ clientContext: trace && printClientContext(trace) },
      };
      stream.write(frameOf(JSON.stringify(head), payload));
      return true;
    },
    askBack: () => void stream.write(frameOf('{"kind":"give-back"}', "")),
    close: () => void stream.destroy(),
  };
}

/** undefined: it is no JSON object. */
function readSaid(head: string): Partial<Said> | undefined {
  try {
    return (JSON.parse(head) as Partial<Said> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function readIds(body: string | undefined): readonly string[] {
  try {
    const ids: unknown = JSON.parse(body ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

function readErrorOf(body: string | undefined): RuntimeError {
  return readError(body === undefined || body.length > maxErrorBytes ? undefined : body);
}
