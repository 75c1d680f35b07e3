import { parseNameAddr, parseSipUri, withoutEscapes, type SipMessage } from "../../sip-syntax/index.ts";
import type { RequestContent } from "../dialog/session-effects.ts";
import type { TransferRequest } from "../types.ts";
import { requireRefusal } from "./checks.ts";
import type { Arrival, Method } from "./method.ts";

/** Asks in a call that another party takes the place of its sender. RFC 3515 §2.4, RFC 5589 */
export const refer: Method = {
  name: "REFER",
  isAllowed: true,
  outside: { begins: "nothing", cause: "transfer-refused" },
  within: { checks: [requireRefusal, referToRefusal], read },
};

function read(request: SipMessage): RequestContent {
  const isTold = !/^\s*false\s*(?:;|$)/i.test(request.first("refer-sub") ?? "");
  return { type: "refer", request: readRefer(request) ?? nobody, isTold };
}

/** Of no REFER: it is never read, since the checks come first. */
const nobody: TransferRequest = { target: "", replaces: undefined, referredBy: undefined };

/** RFC 3515 §2.4.2 */
function referToRefusal({ request }: Arrival) {
  if (readRefer(request) !== undefined) return undefined;
  const count = request.fields.filter(({ key }) => key === "refer-to").length;
  const why = `${count === 0 ? "missing" : count > 1 ? "more than one" : "unusable"} Refer-To`;
  return { cause: "malformed", why, reason: `Bad Request (${why})` } as const;
}

function readRefer(request: SipMessage): TransferRequest | undefined {
  const [field, ...others] = request.fields.filter(({ key }) => key === "refer-to");
  const uri = field === undefined || others.length > 0 ? undefined : parseNameAddr(field.value)?.uri;
  const [target, headers] = splitAtFirst(uri ?? "", "?");
  const asked = parseSipUri(target);
  const isOther = /(?:^|;)method=(?!invite(?:;|$))/i.test(asked?.parameterText ?? "");
  if (asked === undefined || isOther) return undefined;
  return { target, replaces: headerOfUri(headers, "replaces"), referredBy: request.first("referred-by") };
}

function splitAtFirst(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A header that a URI asks for; undefined: it has none, or one with wrong escapes or a line break. RFC 3261 §19.1.1 */
function headerOfUri(headers: string, name: string): string | undefined {
  for (const header of headers.split("&")) {
    const [key, value] = splitAtFirst(header, "=");
    if (key.toLowerCase() !== name) continue;
    const plain = withoutEscapes(value);
    return plain !== undefined && /^[ -~]+$/.test(plain) ? plain : undefined;
  }
  return undefined;
}
