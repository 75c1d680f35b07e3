import type { Clock } from "../../kernel/index.ts";
import type { PacketAddress } from "../io/packet-io.ts";
import type { LinkOwner } from "../link/link.ts";
import type { DropCause } from "../stream/quality/packet-counts.ts";
import type { RtpSession } from "./session.ts";

/** Takes the packets of a link for its session. Datagrams that come before that exists are nobody's. */
export class OwnerOfLink implements LinkOwner {
  session: RtpSession | undefined;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;

  constructor(clock: Clock, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  receiveRtp(packet: Uint8Array, source: PacketAddress): void {
    try {
      this.session?.receiveRtp(packet, source, this.#clock.monotonicMs());
    } catch (error) {
      this.#onFault(error);
    }
  }

  receiveRtcp(packet: Uint8Array, source: PacketAddress): void {
    try {
      this.session?.receiveRtcp(packet, source, this.#clock.monotonicMs());
    } catch (error) {
      this.#onFault(error);
    }
  }

  dropped(cause: DropCause): void {
    this.session?.dropped(cause);
  }
}
