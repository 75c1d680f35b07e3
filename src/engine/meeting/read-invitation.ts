import { parseSipUri, toE164, uriParameter } from "../../sip-syntax/index.ts";
import type { IncomingCall } from "../../sip/index.ts";
import { meetingNumber } from "../../call/index.ts";

/** What a call to the number of meetings brings along. */
export interface Invitation {
  readonly token: string | undefined;
  readonly meetingId: string | undefined;
}

const tokenName = "x-chime-join-token";
const meetingName = "x-chime-meeting-id";

/** Reads whom a call to the number of meetings is to be there: from headers, else from parameters of the Request-URI, else of To. undefined:
 * another number is called. Contract: sip-and-media-meeting-number */
export function readInvitation(call: Pick<IncomingCall, "to" | "requestUri" | "headers">): Invitation | undefined {
  const uris = [call.requestUri, call.to];
  if (!uris.some(({ user }) => toE164(user) === meetingNumber)) return undefined;
  const read = (name: string): string | undefined => {
    const header = call.headers.find((one) => one.name.toLowerCase() === name)?.value.trim();
    const parsed = uris.map(({ text }) => parseSipUri(text)).filter((uri) => uri !== undefined);
    return [header, ...parsed.map((uri) => uriParameter(uri, name))].find(
      (value) => value !== undefined && value !== "",
    );
  };
  return { token: read(tokenName), meetingId: read(meetingName) };
}
