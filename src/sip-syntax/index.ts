/** The syntax of SIP, to be read and printed by any room: messages, headers, URIs and telephone numbers, in linear time; pure, without
 * sockets. RFC 3261 §7, §19, §25, RFC 3966 */
export { isAnonymousUser } from "./address/anonymous.ts";
export { connectorHost, connectorOfHost } from "./address/connector-host.ts";
export {
  readDialled,
  usualClosedPrefixes,
  usualEmergencyNumbers,
  whyClosedUser,
  whyNotDialled,
  type ClosedNumbers,
} from "./address/dialled.ts";
export { readNational, writeNumber, type Dialling, type NumberForm } from "./address/dialling.ts";
export { dialledPattern, e164Pattern, fullNumber, showNumber, toE164 } from "./address/e164.ts";
export {
  hostNamePattern,
  isHostName,
  longestHostName,
  parseHostPort,
  withBrackets,
  withoutBrackets,
  type HostPort,
} from "./address/host.ts";
export { createNetworkTest, parseNetwork, type Network } from "./address/network.ts";
export { splitUserInfo } from "./address/user-info.ts";
export { isSameUri } from "./address/same-uri.ts";
export { readSubscriber, withoutEscapes } from "./address/subscriber.ts";
export {
  calledTransports,
  findTransport,
  isOfBrowsers,
  transportNamed,
  transports,
  transportWords,
  usualTransport,
  type Transport,
  type TransportName,
} from "./address/transports.ts";
export {
  asRequestUri,
  askedTransport,
  parseSipUri,
  printSipUri,
  uriParameter,
  uriScheme,
  type ParsedUri,
  type SipUri,
} from "./address/uri.ts";
export {
  elementEnd,
  headerKey,
  headerValue,
  isToken,
  parseParameters,
  quote,
  type SipHeader,
} from "./header/headers.ts";
export { parseChallenges, type Challenge } from "./header/challenge.ts";
export { parseNameAddr } from "./header/name-addr.ts";
export { printVia } from "./header/via.ts";
export { mediaType } from "./message/body.ts";
export { findFault, isAnswerable, type MessageFault } from "./message/check.ts";
export { createFramer, type Frame, type Framer } from "./message/framer.ts";
export { createWholeFramer } from "./message/whole-message.ts";
export { withoutMediaKeys } from "./message/media-keys.ts";
export { SipMessage } from "./message/message.ts";
export { parseMessage, type ParseResult } from "./message/parse.ts";
export { printRequest, printResponse, type RequestParts, type ResponseParts } from "./message/print.ts";
export { messageText, withoutSecrets } from "./message/secrets.ts";
export { reasonPhrase } from "./message/status.ts";
