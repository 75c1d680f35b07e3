import { errorCode, errorMessage } from "../../kernel/index.ts";
import type { PacketIo, PacketReceiver, PacketSocket } from "../io/packet-io.ts";

/** An even port for RTP and the next one for RTCP. RFC 3550 §11 */
export interface PortPair {
  readonly rtp: PacketSocket;
  readonly rtcp: PacketSocket;
}

/** The pair, or the system's error code (`EADDRINUSE` and so on) with its message. */
export type PortPairOutcome =
  | { readonly type: "open"; readonly ports: PortPair }
  | { readonly type: "failed"; readonly systemCode: string; readonly why: string };

/** How often the system is asked for a free even port with a free neighbour. */
const ATTEMPTS = 64;

/** Binds both sockets of a session, or none. Never rejects.
 * @param port an even port, or 0 for any free pair
 * @param receive takes the datagrams of both */
export async function openPortPair(
  io: PacketIo,
  address: string,
  port: number,
  receive: PacketReceiver,
): Promise<PortPairOutcome> {
  if (port !== 0) return openBoth(io, address, port, receive);
  let outcome: PortPairOutcome = { type: "failed", systemCode: "EADDRINUSE", why: "no free pair of ports was found" };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    outcome = await openBoth(io, address, 0, receive);
    if (outcome.type === "open" || outcome.systemCode !== "EADDRINUSE") return outcome;
  }
  return outcome;
}

async function openBoth(
  io: PacketIo,
  address: string,
  port: number,
  receive: PacketReceiver,
): Promise<PortPairOutcome> {
  let first: PacketSocket | undefined;
  try {
    first = await io.open(address, port, receive);
    const isEven = first.port % 2 === 0;
    const second = await io.open(address, isEven ? first.port + 1 : first.port - 1, receive);
    return { type: "open", ports: isEven ? { rtp: first, rtcp: second } : { rtp: second, rtcp: first } };
  } catch (error) {
    await first?.close();
    return { type: "failed", systemCode: errorCode(error) ?? "", why: errorMessage(error) };
  }
}
