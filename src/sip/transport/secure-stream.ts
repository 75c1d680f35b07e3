import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { SipStream } from "../types.ts";

/** A stream as Node's TLS takes it. */
export interface RawDuplex {
  readonly duplex: Duplex;
  /** `onByte` gets the first byte that comes, before it is read. */
  readonly first: { onByte: ((byte: number) => void) | undefined };
}

/** Makes a stream of Node out of one of ours, and starts that. */
export function toDuplex(raw: SipStream): RawDuplex {
  const first: RawDuplex["first"] = { onByte: undefined };
  const state = { isBegun: false };
  const duplex = new Duplex({
    allowHalfOpen: false,
    read: () => undefined,
    write(bytes: Buffer, _encoding, done) {
      raw.write(bytes);
      done();
    },
    final(done) {
      raw.close();
      done();
    },
    destroy(error, done) {
      raw.close();
      done(error);
    },
  });
  duplex.on("error", () => undefined);
  raw.start({
    onBytes(bytes) {
      if (!state.isBegun) first.onByte?.(bytes[0] ?? 0);
      state.isBegun = true;
      if (!duplex.destroyed) duplex.push(bytes);
    },
    onClosed(message) {
      if (message === undefined && !duplex.destroyed) duplex.push(null);
      else duplex.destroy(message === undefined ? undefined : new Error(message));
    },
  });
  return { duplex, first };
}

/** The stream of what is inside TLS. Nothing that is written leaves before the far end is trusted.
 * @param isTrusted whether it is so already
 * @param describe what an error is for people */
export function streamOf(
  socket: TLSSocket,
  raw: SipStream,
  isTrusted: boolean,
  describe: (error: Error) => string = ({ message }) => message,
): SipStream {
  const ready = { isReady: isTrusted };
  const waiting: Buffer[] = [];
  const failure: { message: string | undefined } = { message: undefined };
  const noteFailure = (error: Error) => {
    failure.message ??= describe(error);
    socket.destroy();
  };
  socket.on("error", noteFailure);
  // Damaged records come here alone, as long as a server of Node has not taken the connection over.
  socket.on("_tlsError", noteFailure);
  socket.once("secureConnect", () => {
    ready.isReady = true;
    for (const bytes of waiting.splice(0)) socket.write(bytes);
  });
  return {
    local: () => raw.local(),
    peer: raw.peer,
    start({ onBytes, onClosed }) {
      socket.on("data", onBytes);
      socket.on("close", () => onClosed(failure.message));
    },
    write(bytes) {
      if (ready.isReady) socket.write(bytes);
      else waiting.push(bytes);
    },
    close() {
      if (ready.isReady) socket.destroySoon();
      else socket.destroy();
    },
  };
}
