import { mediaType, parseParameters, uriScheme } from "../../sip-syntax/index.ts";
import { contactUri } from "../dialog/dialog.ts";
import { agreeAsServer, shortestSessionSeconds } from "../dialog/session-interval.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";
import { readInfoDigit } from "./info-digit.ts";
import type { Arrival, Check } from "./method.ts";

/** Makes the refusal of a request that requires an extension which we lack. RFC 3261 §8.2.2.3
 * @param known option tags that are understood in Require */
export function requireOnly(known: readonly string[]): Check {
  return ({ request }) => requireRefusal({ request, supported: known });
}

/** The refusal of a request of a call, or about one, that requires an extension which we lack. */
export function requireRefusal({
  request,
  supported,
}: Pick<Arrival, "request" | "supported">): RequestRefusal | undefined {
  if (request.first("require") === undefined) return undefined;
  const missing = request.list("require").filter((option) => !supported.includes(option.toLowerCase()));
  if (missing.length === 0) return undefined;
  const names = missing.join(", ");
  const why = `it requires ${names}; supported: ${supported.join(", ")}`;
  return { cause: "extension-required", why, lines: `Unsupported: ${names}\r\n` };
}

/** The refusal of a body that is no session description, with header lines that say what is read. RFC 3261 §8.2.3 */
export function bodyRefusal(lines: string): Check {
  return ({ request }) => {
    if (request.sessionBody.type !== "unsupported") return undefined;
    const type = request.first("content-type") ?? "none";
    const coding = request.first("content-encoding");
    const found = `the body is of type ${type}${coding === undefined ? "" : ` in the coding ${coding}`}`;
    return { cause: "body-not-supported", why: `${found}; read is application/sdp`, lines };
  };
}

/** The refusal of an INVITE without a usable Contact. RFC 3261 §8.1.1.8, §12.1.1 */
export function contactRefusal({ request }: Arrival): RequestRefusal | undefined {
  if (contactUri(request) !== undefined) return undefined;
  const why = `${request.first("contact") === undefined ? "missing" : "malformed"} Contact`;
  return { cause: "malformed", why, reason: `Bad Request (${why})` };
}

/** The refusal of a request whose Accept does not allow a session description. Without Accept it is allowed. RFC 3261 §20.1, §21.4.7 */
export function acceptRefusal({ request }: Arrival): RequestRefusal | undefined {
  if (request.first("accept") === undefined) return undefined;
  const ranges = request.list("accept");
  const takesSdp = ranges.some((range) => {
    const isRefused = /^0(?:\.0*)?$/.test(parseParameters(range).get("q") ?? "");
    return !isRefused && ["application/sdp", "application/*", "*/*"].includes(mediaType(range));
  });
  if (takesSdp) return undefined;
  return {
    cause: "not-acceptable",
    why: `its Accept is ${ranges.join(", ") || "empty"}; an answer is application/sdp`,
    lines: "Accept: application/sdp\r\n",
  };
}

/** The refusal of a session interval that is too short. RFC 4028 §9 */
export function intervalRefusal({ request }: Arrival): RequestRefusal | undefined {
  if (agreeAsServer(request).type !== "too-small") return undefined;
  return {
    cause: "interval-too-small",
    why: `Session-Expires is ${request.first("session-expires") ?? ""}; at least ${shortestSessionSeconds} s are taken`,
    lines: `Min-SE: ${shortestSessionSeconds}\r\n`,
  };
}

/** The refusal of a Request-URI of another kind. RFC 3261 §8.2.2.1 */
export function schemeRefusal({ request }: Arrival): RequestRefusal | undefined {
  const scheme = uriScheme(request.requestUri);
  if (scheme === "sip" || scheme === "sips" || scheme === "tel") return undefined;
  return {
    cause: "scheme-not-supported",
    why: `the scheme of the Request-URI is ${scheme}; taken are sip, sips and tel`,
  };
}

/** The refusal of a sips: URI whose request did not come over TLS, so that it was not kept secret up to here. RFC 3261 §26.2.2, RFC 5630 §3.1 */
export function securityRefusal({ request, isSecure }: Arrival): RequestRefusal | undefined {
  if (isSecure || uriScheme(request.requestUri) !== "sips") return undefined;
  const why = `the Request-URI is sips:, and the request came by ${request.via?.transport ?? "?"}; send it over TLS`;
  return { cause: "sips-not-secure", why };
}

/** The refusal of a copy that took another path. RFC 3261 §8.2.2.2 */
export function mergedRefusal({ isMerged }: Arrival): RequestRefusal | undefined {
  return isMerged ? { cause: "merged-request", why: "it came over another path already" } : undefined;
}

/** The refusal of a call that most likely goes round. RFC 3261 §16.3 */
export function hopsRefusal({ request }: Arrival): RequestRefusal | undefined {
  if (Number(request.first("max-forwards") ?? 70) !== 0) return undefined;
  return { cause: "too-many-hops", why: "Max-Forwards is 0" };
}

/** The refusal of what begins something while the user agent closes: its sender goes on to another server, or waits. RFC 3261 §21.5.4 */
export function closingRefusal({ isClosing }: Arrival): RequestRefusal | undefined {
  return isClosing ? { cause: "stopping", why: "the server stops", lines: "Retry-After: 5\r\n" } : undefined;
}

/** The refusal of an INFO whose body tells no key. RFC 6086 §4.2.2 */
export function keyRefusal({ request }: Arrival): RequestRefusal | undefined {
  if (request.body.length === 0 || readInfoDigit(request) !== undefined) return undefined;
  const types = "application/dtmf-relay, application/dtmf";
  const why = `an INFO of type ${request.first("content-type") ?? "none"} tells no key; read are ${types}`;
  return { cause: "body-not-supported", why, lines: `Accept: ${types}\r\n` };
}
