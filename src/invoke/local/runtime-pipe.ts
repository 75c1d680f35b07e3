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
 * answer to an event; it waits for the next one. error: that of an event, and it waits for the next one. last-error: that of an event, or of loading
 * where none is open; the process ends. tookMs: how long the handler took for its answer, by its own clock. */
interface Said {
  readonly kind: "ready" | "response" | "error" | "last-error";
  readonly requestId?: string;
  readonly tookMs?: number;
}

/** Serves a process of our own bootstrap through the pipe with which it was started, for a third of what the Runtime API costs: no request for each
 * event, no lines of HTTP, no port. Whatever writes something else into the pipe is cut off, which ends the process.
 * @param stream what Node made of the descriptor; none, where the process could not be started */
export function openRuntimePipe(stream: unknown, delegate: RuntimeDelegate): RuntimeDoor {
  if (!(stream instanceof Duplex)) return { deliver: () => false, close: () => undefined };
  let isWaiting = false;
  let openRequestId: string | undefined;

  const take = (head: string, body: string | undefined): void => {
    const { kind, requestId, tookMs } = readSaid(head) ?? {};
    if (isWaiting || requestId !== openRequestId) return void stream.destroy();
    openRequestId = undefined;
    switch (kind) {
      case "ready":
        break;
      case "response":
        if (body === undefined) delegate.onResponseTooLarge();
        else delegate.onResponse(body, Number.isFinite(tookMs) ? tookMs : undefined);
        break;
      case "error":
        delegate.onError(readErrorOf(body));
        break;
      case "last-error":
        return requestId === undefined ? delegate.onInitError(readErrorOf(body)) : delegate.onError(readErrorOf(body));
      default:
        return void stream.destroy();
    }
    isWaiting = true;
    delegate.onNext();
  };
  stream.on(
    "data",
    readFrames(maxResponseBytes, take, () => stream.destroy()),
  );
  // It ends with the process, whose end is told by others.
  stream.on("error", () => undefined);

  return {
    deliver(invocation) {
      if (!isWaiting || stream.destroyed) return false;
      isWaiting = false;
      openRequestId = invocation.requestId;
      const { requestId, functionArn, deadlineAt, trace, payload } = invocation;
      const head = {
        ...{ requestId, functionArn, deadlineMs: Math.round(deadlineAt), traceId: traceIdOf(invocation) },
        ...{ clientContext: trace && printClientContext(trace) },
      };
      stream.write(frameOf(JSON.stringify(head), payload));
      return true;
    },
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

function readErrorOf(body: string | undefined): RuntimeError {
  return readError(body === undefined || body.length > maxErrorBytes ? undefined : body);
}
