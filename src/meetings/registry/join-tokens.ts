import { createHmac, timingSafeEqual } from "node:crypto";

/** Makes and reads the tokens by which attendees join. */
export interface JoinTokens {
  /** The token of an attendee, the same each time. */
  make(attendeeId: string): string;
  /** The attendee whose token it is, whether or not there still is one; undefined when it was not made here. */
  readAttendeeId(token: string): string | undefined;
}

/** What a token says: the attendee, and 128 bits that only this server can make. */
const claim = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):[0-9a-f-]{36}$/;
/** Characters of a token. */
const tokenLength = 98;

/** Makes the tokens of a server.
 *
 * A token is `<AttendeeId>:<128 bits as a UUID>` in base64url, as in the original; it travels as a WebSocket sub-protocol. The bits are an HMAC of
 * the attendee's id under a secret of this server, since GetAttendee has to show a token again: so no token, and nothing by which one could be
 * made, is in the database or its copies, and it is void as soon as its attendee is deleted, since ids are never used again. Contract: meetings-tokens
 * @param secret at least 32 random bytes */
export function createJoinTokens(secret: Uint8Array): JoinTokens {
  const make = (attendeeId: string) => {
    const hex = createHmac("sha256", secret).update(`join token of ${attendeeId}`).digest("hex");
    const proof = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
      "-",
    );
    return Buffer.from(`${attendeeId}:${proof}`).toString("base64url");
  };
  return {
    make,
    readAttendeeId(token) {
      if (token.length !== tokenLength) return undefined;
      const attendeeId = claim.exec(Buffer.from(token, "base64url").toString("latin1"))?.[1];
      if (attendeeId === undefined) return undefined;
      // Of the text, not of what it decodes to: one token has one spelling.
      const [given, right] = [Buffer.from(token), Buffer.from(make(attendeeId))];
      return given.length === right.length && timingSafeEqual(given, right) ? attendeeId : undefined;
    },
  };
}
