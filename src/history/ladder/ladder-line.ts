import type { Refusal, SipAddress, SipTraceEntry } from "../../sip/index.ts";

/** A message of SIP as a history keeps it. */
export interface LadderMessage {
  readonly direction: "sent" | "received";
  readonly transport: string;
  /** Address and port; in a redacted history "far end 1" and so on. */
  readonly peer: string;
  /** This end's address and port; not in redacted histories, nor in those of before. */
  readonly local?: string;
  /** Of the request, or of that which a response answers. */
  readonly method: string;
  /** "INVITE sip:x@y" or "180 Ringing"; in a redacted history the method or the status. */
  readonly startLine: string;
  /** It was sent, or came, before. */
  readonly again?: true;
  /** The whole message, without secrets, where that is not redacted. */
  readonly text?: string;
}

/** Why a message was refused or dropped, as a history keeps it. */
export interface LadderRefusal {
  readonly cause: string;
  /** Absent: it was dropped. */
  readonly status?: number;
  readonly method: string;
  /** Not in a redacted history. */
  readonly why?: string;
}

/** One line of a ladder. Times are epoch milliseconds. */
export type LadderLine =
  | { readonly at: number; readonly participantTag?: string; readonly sip: LadderMessage }
  | { readonly at: number; readonly participantTag?: string; readonly refused: LadderRefusal };

/** Longest text that is kept of a message. */
const longestText = 8_192;
const longestStartLine = 512;

/** Makes the lines of one ladder. */
export interface LadderPrinter {
  message(at: number, entry: SipTraceEntry): LadderLine;
  refusal(at: number, refusal: Refusal): LadderLine;
}

/** Makes the printer of one ladder.
 * @param redact leaves out what tells of people: addresses, URIs, words and all fields */
export function createLadderPrinter(redact: boolean): LadderPrinter {
  const peers: string[] = [];
  const nameOf = (peer: string) => {
    if (!redact) return peer;
    if (!peers.includes(peer)) peers.push(peer);
    return `far end ${peers.indexOf(peer) + 1}`;
  };
  return {
    message(at, entry) {
      const { direction, peer, method, startLine, isRetransmission } = entry;
      const { transport } = peer;
      const whole = redact || isRetransmission ? {} : { text: cut(entry.text(), longestText) };
      const [word = ""] = startLine.split(" ", 1);
      const sip: LadderMessage = {
        ...{ direction, transport, peer: nameOf(printEnd(peer)) },
        ...(redact ? {} : { local: printEnd(entry.local()) }),
        ...{ method: cut(method, 32), startLine: redact ? cut(word, 32) : cut(startLine, longestStartLine) },
        ...(isRetransmission ? { again: true } : {}),
        ...whole,
      };
      return { at, sip };
    },
    refusal: (at, { cause, status, method, why }) => ({
      at,
      refused: {
        cause,
        ...(status === undefined ? {} : { status }),
        method,
        ...(redact ? {} : { why: cut(why, 1_024) }),
      },
    }),
  };
}

function printEnd({ host, port }: SipAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
