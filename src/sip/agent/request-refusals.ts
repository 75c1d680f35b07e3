import { sessionBody } from "../message/body.ts";
import type { SipMessage } from "../message/message.ts";
import { agreeAsServer, shortestSessionSeconds } from "../dialog/session-timer.ts";
import type { RefusalParts } from "./refuse.ts";

/** Option tags that we understand in Require. */
const knownOptions = new Set(["timer"]);

/** The refusal of a request that requires what we lack. RFC 3261 §8.2.2.3 */
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

/** The refusal of a session interval that is too short. RFC 4028 §9 */
export function intervalRefusal(request: SipMessage): RefusalParts | undefined {
  if (agreeAsServer(request).type !== "too-small") return undefined;
  return {
    cause: "interval-too-small",
    why: `Session-Expires is ${request.first("session-expires") ?? ""}; at least ${shortestSessionSeconds} s are taken`,
    lines: `Min-SE: ${shortestSessionSeconds}\r\n`,
  };
}
