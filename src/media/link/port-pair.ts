import { errorCode, errorMessage } from "../../kernel/index.ts";

/** What has a port. */
interface Bound {
  readonly port: number;
}

/** An even port for RTP and the next one for RTCP. RFC 3550 §11 */
export interface PortPair<Socket> {
  readonly rtp: Socket;
  readonly rtcp: Socket;
}

/** The pair, or the system's error code (`EADDRINUSE` and so on) with its message. */
export type PortPairOutcome<Socket> =
  | { readonly type: "open"; readonly ports: PortPair<Socket> }
  | { readonly type: "failed"; readonly systemCode: string; readonly why: string };

/** How sockets are opened and closed. */
export interface PortOpener<Socket> {
  /** Throws or rejects with the system's error. Port 0 is any free one. */
  open(port: number): Socket | Promise<Socket>;
  close(socket: Socket): void | Promise<void>;
}

/** How often the system is asked for a free even port with a free neighbour. */
const ATTEMPTS = 64;

/** Binds both sockets of a session, or none. Never rejects.
 * @param port an even port, or 0 for any free pair */
export async function openPortPair<Socket extends Bound>(
  opener: PortOpener<Socket>,
  port: number,
): Promise<PortPairOutcome<Socket>> {
  if (port !== 0) return openBoth(opener, port);
  let outcome: PortPairOutcome<Socket> = {
    ...{ type: "failed", systemCode: "EADDRINUSE", why: "no free pair of ports was found" },
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    outcome = await openBoth(opener, 0);
    if (outcome.type === "open" || outcome.systemCode !== "EADDRINUSE") return outcome;
  }
  return outcome;
}

async function openBoth<Socket extends Bound>(
  opener: PortOpener<Socket>,
  port: number,
): Promise<PortPairOutcome<Socket>> {
  let first: Socket | undefined;
  try {
    first = await opener.open(port);
    const isEven = first.port % 2 === 0;
    const second = await opener.open(isEven ? first.port + 1 : first.port - 1);
    return { type: "open", ports: isEven ? { rtp: first, rtcp: second } : { rtp: second, rtcp: first } };
  } catch (error) {
    if (first !== undefined) await opener.close(first);
    return { type: "failed", systemCode: errorCode(error) ?? "", why: errorMessage(error) };
  }
}
