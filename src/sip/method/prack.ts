import type { SipMessage } from "../../sip-syntax/index.ts";
import { sdpOf } from "../dialog/dialog.ts";
import type { RequestContent } from "../dialog/session-effects.ts";
import { bodyRefusal, requireRefusal } from "./checks.ts";
import type { Arrival, Method } from "./method.ts";

/** Acknowledges a reliable provisional response; it may bring an answer or an offer. RFC 3262 §3, §5 */
export const prack: Method = {
  name: "PRACK",
  isAllowed: true,
  outside: { begins: "nothing", cause: "no-dialog" },
  within: {
    checks: [requireRefusal, rackRefusal, bodyRefusal("Accept: application/sdp\r\n")],
    read: (request) => ({ type: "prack", rack: readRack(request) ?? noRack, sdp: sdpOf(request) }),
  },
};

type Rack = Extract<RequestContent, { type: "prack" }>["rack"];

/** That of no response: it is never read, since the checks come first. */
const noRack: Rack = { rseq: 0, seq: 0, method: "" };

/** The refusal of a PRACK that does not say what it acknowledges. */
function rackRefusal({ request }: Arrival) {
  if (readRack(request) !== undefined) return undefined;
  const why = `${request.first("rack") === undefined ? "missing" : "malformed"} RAck`;
  return { cause: "malformed", why, reason: `Bad Request (${why})` } as const;
}

/** RAck: the RSeq of the response, then the CSeq of its request. RFC 3262 §7.2 */
function readRack(request: SipMessage): Rack | undefined {
  const found = /^(\d{1,10})\s+(\d{1,10})\s+(\S+)$/.exec(request.first("rack") ?? "");
  if (found === null) return undefined;
  const [, rseq = "", seq = "", method = ""] = found;
  return { rseq: Number(rseq), seq: Number(seq), method };
}
