import { withoutMediaKeys } from "./media-keys.ts";
import type { SipMessage } from "./message.ts";

const hidden = "(not shown)";

/** Fields whose values open something, or are what passwords are guessed by. */
const secretFields =
  /^((?:authorization|proxy-authorization|www-authenticate|proxy-authenticate|authentication-info|proxy-authentication-info|x-chime-join-token)[ \t]*:).*$/gim;
/** Keys of media in old descriptions (RFC 4566 §5.12), and what a browser's path is proved by (RFC 8839 §5.4). */
const keyLines = /^(k=|a=ice-pwd:)[^\r\n]*$/gim;
const tokenParameters = /(x-chime-join-token=)[^\s;>?&"]*/gi;
/** A password in the user part of a URI. RFC 3261 §19.1.1 */
const passwords = /(sips?:[^\s:@;<>"]{1,128}:)[^\s@<>"]{1,128}(?=@)/gi;

/** The text of a message, or a part of it, without what opens something: credentials and challenges, keys of media, join tokens, passwords in
 * URIs. In linear time. */
export function withoutSecrets(text: string): string {
  return withoutMediaKeys(text)
    .replace(secretFields, `$1 ${hidden}`)
    .replace(keyLines, `$1${hidden}`)
    .replace(tokenParameters, `$1${hidden}`)
    .replace(passwords, `$1${hidden}`);
}

/** A message that came in as text: its fields as they were read, without folds. */
export function messageText(message: SipMessage): string {
  const { start, fields, body } = message;
  const first =
    start.type === "request"
      ? `${start.method} ${start.requestUri} SIP/2.0`
      : `SIP/2.0 ${start.status} ${start.reason}`;
  const head = [first, ...fields.map(({ name, value }) => `${name}: ${value}`)].join("\r\n");
  return `${head}\r\n\r\n${body.toString("utf8")}`;
}
