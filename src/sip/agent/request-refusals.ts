import { mediaType, sessionBody, parseParameters, type SipMessage } from "../../sip-syntax/index.ts";
import { contactUri } from "../dialog/dialog.ts";
import { agreeAsServer, shortestSessionSeconds } from "../dialog/session-interval.ts";
import type { RefusalParts } from "./refuse.ts";

/** Option tags that we understand in Require. */
const knownOptions = new Set(["timer"]);

/** The refusal of a request that requires an extension which we lack. RFC 3261 §8.2.2.3 */
export function requireRefusal(request: SipMessage): RefusalParts | undefined {
  if (request.first("require") === undefined) return undefined;
  const missing = request.list("require").filter((option) => !knownOptions.has(option.toLowerCase()));
  if (missing.length === 0) return undefined;
  const names = missing.join(", ");
  return {
    cause: "extension-required",
    why: `it requires ${names}; supported: ${[...knownOptions].join(", ")}`,
    lines: `Unsupported: ${names}\r\n`,
  };
}

/** The refusal of a body that is no session description. RFC 3261 §8.2.3 */
export function bodyRefusal(request: SipMessage, lines: string): RefusalParts | undefined {
  if (sessionBody(request).type !== "unsupported") return undefined;
  const type = request.first("content-type") ?? "none";
  const coding = request.first("content-encoding");
  const found = `the body is of type ${type}${coding === undefined ? "" : ` in the coding ${coding}`}`;
  return { cause: "body-not-supported", why: `${found}; read is application/sdp`, lines };
}

/** The refusal of an INVITE without a usable Contact. RFC 3261 §8.1.1.8, §12.1.1 */
export function contactRefusal(request: SipMessage): RefusalParts | undefined {
  if (contactUri(request) !== undefined) return undefined;
  const why = `${request.first("contact") === undefined ? "missing" : "malformed"} Contact`;
  return { cause: "malformed", why, reason: `Bad Request (${why})` };
}

/** The refusal of a request whose Accept does not allow a session description. Without Accept it is allowed. RFC 3261 §20.1, §21.4.7 */
export function acceptRefusal(request: SipMessage): RefusalParts | undefined {
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
export function intervalRefusal(request: SipMessage): RefusalParts | undefined {
  if (agreeAsServer(request).type !== "too-small") return undefined;
  return {
    cause: "interval-too-small",
    why: `Session-Expires is ${request.first("session-expires") ?? ""}; at least ${shortestSessionSeconds} s are taken`,
    lines: `Min-SE: ${shortestSessionSeconds}\r\n`,
  };
}
