import { parseParameters, type SipMessage } from "../../sip-syntax/index.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";
import type { Arrival } from "./method.ts";

/** A dialog of this user agent whose place an INVITE is to take. RFC 3891 §6.1 */
export interface ReplacedDialog {
  readonly sipCallId: string;
  /** Ours. */
  readonly localTag: string;
  /** The far end's; "" of one that gave none. */
  readonly remoteTag: string;
  /** Only where it is not answered yet. */
  readonly isEarlyOnly: boolean;
}

/** Longest value that is read. */
const longest = 1_024;

/** Reads a value of Replaces; undefined: it is none. */
export function readReplaces(value: string): ReplacedDialog | undefined {
  const end = value.indexOf(";");
  if (end <= 0 || value.length > longest || value.includes(",")) return undefined;
  const sipCallId = value.slice(0, end).trim();
  const parameters = parseParameters(value.slice(end));
  const names = value.split(";").map((part) => (part.split("=", 1)[0] ?? "").trim().toLowerCase());
  if (["to-tag", "from-tag"].some((tag) => names.filter((name) => name === tag).length > 1)) return undefined;
  const [localTag = "", remoteTag = ""] = [parameters.get("to-tag"), parameters.get("from-tag")];
  if (sipCallId === "" || /\s/.test(sipCallId) || localTag === "" || remoteTag === "") return undefined;
  // A far end from before RFC 3261 has no tag, and 0 says so.
  return {
    sipCallId,
    localTag,
    remoteTag: remoteTag === "0" ? "" : remoteTag,
    isEarlyOnly: parameters.has("early-only"),
  };
}

/** The dialog that an INVITE is to replace, when it was admitted. */
export function replacedBy(invite: SipMessage): ReplacedDialog | undefined {
  const value = invite.first("replaces");
  return value === undefined ? undefined : readReplaces(value);
}

/** The refusal of a Replaces that cannot be followed: where nobody takes another's place, in another request than an INVITE that begins a call, more
 * than one, beside a Join, or without a dialog. RFC 3891 §3 */
export function replacesRefusal({
  request,
  supported,
}: Pick<Arrival, "request" | "supported">): RequestRefusal | undefined {
  const values = request.fields.filter(({ key }) => key === "replaces");
  const [first] = values;
  if (first === undefined) return undefined;
  const isFollowed = supported.includes("replaces");
  if (request.method !== "INVITE" || request.toTag !== "")
    return isFollowed ? bad("Replaces stands in an INVITE that begins a call") : undefined;
  if (!isFollowed) {
    const why = "it is to replace a call (Replaces), which sip.acceptRefer has to allow";
    return { cause: "transfer-refused", why };
  }
  if (values.length > 1) return bad("more than one Replaces");
  if (request.first("join") !== undefined) return bad("Replaces and Join");
  return readReplaces(first.value) === undefined ? bad("malformed Replaces") : undefined;
}

function bad(why: string): RequestRefusal {
  return { cause: "malformed", why, reason: `Bad Request (${why})` };
}
