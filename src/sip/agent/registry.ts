import type { CallDelegate, SipAddress, SipReason } from "../types.ts";
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
  /** Its dialog with the far end of this tag, for an INVITE that is to take its place. undefined: there is none. */
  findReplaceable(remoteTag: string): Replaceable | undefined;
}

/** A dialog that an INVITE is to replace. RFC 3891 §3 */
export interface Replaceable {
  /** Ours rings, theirs does, or it is answered or over. */
  readonly state: "called" | "calling" | "up" | "over";
  readonly delegate: CallDelegate;
}

/** Calls by Call-ID and our tag, which is enough: our tags are 64 random bits. */
export interface DialogRegistry {
  add(sipCallId: string, localTag: string, owner: DialogOwner, peer: SipAddress): void;
  remove(sipCallId: string, localTag: string): void;
  find(sipCallId: string, localTag: string): DialogOwner | undefined;
  owners(): DialogOwner[];
  count(): number;
  /** Whether there is a call with somebody at this host. */
  hasCallsOf(peer: SipAddress): boolean;
  clear(): void;
}

/** Makes an empty registry; `onChange` is called when a call left it. */
export function createRegistry(onChange: () => void): DialogRegistry {
  const entries = new Map<string, { owner: DialogOwner | undefined; readonly host: string }>();
  const callsAt = new Map<string, number>();
  const countAt = (host: string, change: 1 | -1) => {
    const count = (callsAt.get(host) ?? 0) + change;
    if (count === 0) callsAt.delete(host);
    else callsAt.set(host, count);
  };
  const remove = (key: string): boolean => {
    const entry = entries.get(key);
    if (entry === undefined) return false;
    countAt(entry.host, -1);
    // V8 keeps tables that a map has outgrown, with what was in them, until it collects the old generation: the call is not to stay for that long.
    entry.owner = undefined;
    return entries.delete(key);
  };
  return {
    add(sipCallId, localTag, owner, { host }) {
      const key = `${localTag} ${sipCallId}`;
      remove(key);
      entries.set(key, { owner, host });
      countAt(host, 1);
    },
    remove(sipCallId, localTag) {
      if (remove(`${localTag} ${sipCallId}`)) onChange();
    },
    find: (sipCallId, localTag) => entries.get(`${localTag} ${sipCallId}`)?.owner,
    owners: () => [...entries.values()].flatMap(({ owner }) => owner ?? []),
    count: () => entries.size,
    hasCallsOf: ({ host }) => callsAt.has(host),
    clear() {
      entries.clear();
      callsAt.clear();
    },
  };
}
