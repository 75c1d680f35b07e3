import type { Destination } from "../../call/index.ts";
import {
  choice,
  list,
  nothing,
  object,
  optional,
  required,
  text,
  keyword,
  type ReadContext,
  type Refusal,
} from "../../contract/index.ts";
import {
  askedTransport,
  dialledPattern,
  parseSipUri,
  readDialled,
  splitUserInfo,
  transportWords,
  uriParameter,
  whyClosedUser,
  whyNotDialled,
} from "../../sip-syntax/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";

const type = <Word extends string>(name: Word, description: string) => required(keyword([name]), { description });

const telephone = object({
  BridgeEndpointType: type("PSTN", "A telephone number."),
  Uri: required(
    text("number", { pattern: dialledPattern, allowed: "an E.164 number such as +12065550100", check: checkTelephone }),
    { description: "The number to call, E.164; a short one where the trunk takes such." },
  ),
  Arn: optional(nothing("a telephone number has no Arn"), { description: "Not for a telephone number." }),
});

/** `Uri`: of two published lengths the longer one. Contract: actions-bridge-uri-length */
const connector = object({
  BridgeEndpointType: type("AWS", "A user at a Voice Connector."),
  Uri: required(
    text("number", {
      pattern: /^[a-zA-Z0-9&=+$/%\-_!~*().]{1,36}$/,
      allowed: "1 to 36 letters, digits and & = + $ / % - _ ! ~ * ( ) .",
      check: checkUser,
    }),
    { description: "The user part of the Request-URI." },
  ),
  Arn: required(text("none", { pattern: /^[!-~]+$/, allowed: "an ARN, without blanks", check: checkConnector }), {
    description: "The ARN of the Voice Connector or of a group of them.",
  }),
});

const uri = object({
  BridgeEndpointType: type("SIP", "A SIP URI; beyond the original."),
  Uri: required(
    text("number", {
      // No blank, no quotation mark, no angle bracket, nothing outside of ASCII: RFC 3261 §25.1.
      pattern: /^[sS][iI][pP][sS]?:[!#-;=?-~]+$/,
      allowed: "a sip: or sips: URI in ASCII, other characters escaped",
      check: checkUri,
    }),
    { description: "A sip: or sips: URI, over UDP, TCP or TLS." },
  ),
});

type EndpointValue =
  | { readonly BridgeEndpointType: "PSTN" | "SIP"; readonly Uri: string }
  | { readonly BridgeEndpointType: "AWS"; readonly Uri: string; readonly Arn: string };

/** `Endpoints`: one telephone number, one user at a Voice Connector, or, beyond the original, one SIP URI (`BridgeEndpointType` `SIP`,
 * which the original refuses). Contract: actions-call-and-bridge */
export const bridgeEndpoints = list(
  choice<EndpointValue>("BridgeEndpointType", { PSTN: telephone, AWS: connector, SIP: uri }),
  { min: 1, max: 1, countError: invalidParameter("Invalid number of endpoints provided.") },
);

/** Whom the bridge is for, and what events show as `To` of LEG-B. */
export function toDestination([endpoint]: readonly EndpointValue[]): {
  readonly destination: Destination;
  readonly to: string;
} {
  if (endpoint === undefined) throw new Error("the list of endpoints was not checked");
  switch (endpoint.BridgeEndpointType) {
    case "PSTN":
      return { destination: { type: "number" }, to: dialledNumber(endpoint.Uri) };
    case "AWS":
      return { destination: { type: "connector", arn: endpoint.Arn }, to: endpoint.Uri };
    case "SIP":
      return { destination: { type: "uri", uri: endpoint.Uri }, to: endpoint.Uri };
    default:
      return endpoint satisfies never;
  }
}

function checkUri(uri: string, context: ReadContext): Refusal | undefined {
  const parsed = parseSipUri(uri);
  const asked = parsed === undefined ? "none" : askedTransport(parsed);
  // By a WebSocket nobody is called but who has opened it, and he has a number or a URI without it.
  const isNotCalled = asked === "unknown" || (asked !== "none" && asked.records === undefined);
  if (parsed !== undefined && isNotCalled) {
    const of = parsed.scheme === "sips" ? " of a sips: URI" : "";
    return { why: `transport=${uriParameter(parsed, "transport")}${of}: this server speaks ${transportWords("and")}` };
  }
  return checkUser(splitUserInfo(uri.slice(uri.indexOf(":") + 1)).user ?? "", context);
}

function checkUser(user: string, { limits }: ReadContext): Refusal | undefined {
  const why = whyClosedUser(user, limits);
  return why === undefined ? undefined : { why };
}

function checkConnector(arn: string, { call }: ReadContext): Refusal | undefined {
  const why = call?.whyNoConnector(arn);
  return why === undefined ? undefined : { why };
}

/** What is dialled: E.164 with its "+", or a short number as it is. */
function dialledNumber(uri: string): string {
  const dialled = readDialled(uri, { emergencyNumbers: [], closedPrefixes: [] });
  return dialled.type === "none" ? uri : dialled.number;
}

function checkTelephone(uri: string, { limits }: ReadContext): Refusal | undefined {
  const why = whyNotDialled(readDialled(uri, limits), limits.shortNumbers);
  return why === undefined ? undefined : { why };
}
