import type { SipReason } from "../types.ts";
import type { SipMessage } from "../../sip-syntax/index.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";

/** Handles the requests of a dialog: one call, which may have several dialogs when it is outgoing (forks). */
export interface DialogOwner {
  /** A request with our tag. False: the far end's tag is unknown (481). */
  handleRequest(transaction: ServerTransaction): boolean;
  /** The ACK of a 2xx of ours. False: it belongs to nothing. */
  handleAck(ack: SipMessage): boolean;
  /** Whether this ACK came before. */
  isAckKnown(ack: SipMessage): boolean;
  hangUp(reason?: SipReason): void;
}

/** Calls by Call-ID and our tag, which is enough: our tags are 64 random bits. */
export interface DialogRegistry {
  add(sipCallId: string, localTag: string, owner: DialogOwner): void;
  remove(sipCallId: string, localTag: string): void;
  find(sipCallId: string, localTag: string): DialogOwner | undefined;
  owners(): DialogOwner[];
  count(): number;
  clear(): void;
}

/** Makes an empty registry; `onChange` is called when a call left it. */
export function createRegistry(onChange: () => void): DialogRegistry {
  const owners = new Map<string, DialogOwner>();
  return {
    add: (sipCallId, localTag, owner) => void owners.set(`${localTag} ${sipCallId}`, owner),
    remove(sipCallId, localTag) {
      if (owners.delete(`${localTag} ${sipCallId}`)) onChange();
    },
    find: (sipCallId, localTag) => owners.get(`${localTag} ${sipCallId}`),
    owners: () => [...owners.values()],
    count: () => owners.size,
    clear: () => owners.clear(),
  };
}
