import { close, constants, fstatSync, openSync, write, type Stats } from "node:fs";
import { Socket } from "node:net";
import { isatty } from "node:tty";

/** Takes bytes, one piece at a time, and never makes the caller wait. */
export interface ByteSink {
  /** Writes some or all of `bytes`, then calls `done`; do not call it again before that. A reader that stalls delays `done`. */
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | null, writtenBytes: number) => void): void;
  /** Drops what is not written yet and lets the process end. */
  close(): void;
}

/** The sink of an open file descriptor, such as 1 for standard output. Pipes and sockets are written without blocking, files by a thread of the
 * pool. A broken pipe does not end the process: it is the error EPIPE. */
export function openByteSink(fd: number): ByteSink {
  let kind: Stats | undefined;
  try {
    kind = fstatSync(fd);
  } catch {
    kind = undefined;
  }
  return kind?.isFIFO() === true || kind?.isSocket() === true ? openStreamSink(fd) : openFileSink(fd);
}

function openStreamSink(fd: number): ByteSink {
  const socket = new Socket({ fd, readable: false, writable: true });
  // Each write hears of its own error.
  socket.on("error", () => undefined);
  return {
    write: (bytes, done) => {
      // A destroyed socket calls back with an error of its own that has no system code.
      const gone = Object.assign(new Error("broken pipe"), { code: "EPIPE" });
      if (socket.destroyed) return void setImmediate(done, gone, 0);
      socket.write(bytes, (error) => done(error ?? null, error === null || error === undefined ? bytes.length : 0));
    },
    close: () => void socket.destroy(),
  };
}

function openFileSink(fd: number): ByteSink {
  const own = openTerminal(fd);
  return {
    write: (bytes, done) => write(own ?? fd, bytes, (error, writtenBytes) => done(error, writtenBytes ?? 0)),
    close: () => {
      if (own !== undefined) close(own, () => undefined);
    },
  };
}

/** A terminal that is paused (Ctrl-S) would block the thread that writes to it, and so the end of the process. Where the system allows, it is
 * opened once more without blocking, so that it answers EAGAIN. */
function openTerminal(fd: number): number | undefined {
  if (!isatty(fd)) return undefined;
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}
