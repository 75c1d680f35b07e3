import { parseParameters } from "../header/headers.ts";

/** What kind of body a message has: none, a session description, or one that is not supported (415). */
export type SessionBody =
  | { readonly type: "none" }
  | { readonly type: "sdp"; readonly sdp: string }
  | { readonly type: "unsupported" };

/** What is read of a message. */
interface Bodied {
  readonly body: Buffer;
  /** Value of the first field with this key. */
  first(key: string): string | undefined;
}

const none: SessionBody = { type: "none" };

/** Finds the session description in a body: application/sdp, or the first such part of a multipart body. A body whose Content-Disposition says
 * `handling=optional` may be ignored. RFC 3261 §7.4, §20.11, RFC 5621 */
export function readSessionBody(message: Bodied): SessionBody {
  if (message.body.length === 0) return none;
  const encoding = message.first("content-encoding")?.toLowerCase();
  if (encoding !== undefined && encoding !== "identity") return { type: "unsupported" };
  const contentType = message.first("content-type");
  const text = message.body.toString("utf8");
  if (contentType === undefined) return text.startsWith("v=0") ? { type: "sdp", sdp: text } : { type: "unsupported" };
  const found = readPart(contentType, text);
  if (found !== undefined) return { type: "sdp", sdp: found };
  return isOptional(message.first("content-disposition")) ? none : { type: "unsupported" };
}

/** The media type without parameters, lower case. */
export function mediaType(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").replace(/\s+/g, "").toLowerCase();
}

/** As nearly everybody writes it. */
const sdpType = "application/sdp";
/** RFC 2046 §5.1.1 */
const longestBoundary = 70;
/** Deepest nesting of multipart bodies, since each level is read again. */
const deepest = 4;

function readPart(contentType: string, text: string, depth = 0): string | undefined {
  const type = contentType === sdpType ? sdpType : mediaType(contentType);
  if (type === sdpType) return text;
  if (!type.startsWith("multipart/") || depth === deepest) return undefined;
  const boundary = parseParameters(contentType).get("boundary") ?? "";
  return boundary === "" || boundary.length > longestBoundary ? undefined : findSdpPart(text, boundary, depth);
}

/** The session description of the first part that has one, also inside of a part that is multipart itself. RFC 5621 §3.1 */
function findSdpPart(text: string, boundary: string, depth: number): string | undefined {
  const parts = `\r\n${text}`.split(`\r\n--${boundary}`).slice(1);
  for (const part of parts) {
    if (part.startsWith("--")) return undefined;
    const end = part.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const type = partType(part.slice(0, end));
    const found = type === undefined ? undefined : readPart(type, `${part.slice(end + 4)}\r\n`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The Content-Type of a part, whose fields may be folded. */
function partType(head: string): string | undefined {
  const unfolded = head.replace(/\r\n(?=[ \t])/g, "");
  return /^content-type[ \t]*:[ \t]*([^\r\n]*)/im.exec(unfolded)?.[1];
}

function isOptional(disposition: string | undefined): boolean {
  return disposition !== undefined && parseParameters(disposition).get("handling")?.toLowerCase() === "optional";
}
