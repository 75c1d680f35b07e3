import type { SipMessage } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { ReadyResponse, ServerMachine, ServerTransactionUser } from "./server-machine.ts";

/** The table key of a request: branch, sent-by and method, where ACK goes with its INVITE. RFC 3261 §17.2.3.
 * Peers of RFC 2543 send no usable branch: then all that identifies the request. */
export function serverKey(request: SipMessage, method: string): string {
  const via = request.via;
  const matched = method === "ACK" ? "INVITE" : method;
  if (via !== undefined && via.branch.startsWith("z9hG4bK") && via.branch.length > 7) {
    return `${via.branch} ${via.host}:${via.port ?? 5060} ${matched}`;
  }
  const sentBy = via === undefined ? "" : `${via.host}:${via.port ?? 5060} ${via.branch}`;
  return `2543 ${request.requestUri} ${request.fromTag} ${request.callId} ${request.cseq?.number} ${sentBy} ${matched}`;
}

/** A request that came in, for who answers it. The table keeps only its machine, so that this one and the request are gone once nobody above has use
 * for them. A class, because one is made per request. */
export class ServerTransaction implements ServerTransactionUser {
  readonly request: SipMessage;
  readonly flow: Flow;
  /** Whether the same request came over another path while the first is still here. RFC 3261 §8.2.2.2 */
  readonly isMerged: boolean;
  /** Set by the user, as all that follow. */
  onFailed: ((cause: "timeout" | "transport") => void) | undefined;
  cancellable: { cancel(): void } | undefined;
  localTag: string | undefined;
  isOfCall = false;
  private readonly machine: ServerMachine;

  constructor(machine: ServerMachine, request: SipMessage, flow: Flow, isMerged: boolean) {
    this.machine = machine;
    this.request = request;
    this.flow = flow;
    this.isMerged = isMerged;
    machine.follow(this);
  }

  /** Sends a response; the same object again is a retransmission. */
  respond(response: ReadyResponse): void {
    this.machine.respond(response);
  }

  /** Drops it without a response. */
  dispose(): void {
    this.machine.dispose();
  }
}
