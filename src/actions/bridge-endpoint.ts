import type { ActionError, CheckContext, Destination, JsonObject } from "../call/index.ts";
import { isAbsent } from "./numbers.ts";

/** Whom a bridge is for. */
export interface BridgeEndpoint {
  readonly destination: Destination;
  /** What events show as `To` of LEG-B. */
  readonly to: string;
}

/** E.164. Without its "+" only a full number: short codes would reach whatever a trunk makes of them. */
const telephoneNumber = /^(\+[1-9]\d{1,14}|[1-9]\d{7,14})$/;

/** Reads `Endpoints`: one telephone number, one user at a Voice Connector, or, beyond the original, one SIP URI
 * (`BridgeEndpointType` `SIP`, which the original refuses). Contract: actions section 2.1 */
export function readEndpoint(
  value: unknown,
  { whyNoConnector }: Pick<CheckContext, "whyNoConnector">,
): BridgeEndpoint | ActionError {
  if (!Array.isArray(value) || value.length !== 1) return invalid("Invalid number of endpoints provided.");
  const endpoint: unknown = value[0];
  if (typeof endpoint !== "object" || endpoint === null) return wrong;
  const { BridgeEndpointType: type, Uri: uri, Arn: arn } = endpoint as JsonObject;
  if (typeof uri !== "string" || uri === "") return wrong;
  switch (type) {
    case "PSTN":
      if (!isAbsent(arn) || !telephoneNumber.test(uri)) return wrong;
      return { destination: { type: "number" }, to: uri.startsWith("+") ? uri : `+${uri}` };
    case "AWS": {
      if (typeof arn !== "string" || arn === "" || !/^[a-zA-Z0-9&=+$/%\-_!~*().]{1,36}$/.test(uri)) return wrong;
      const why = whyNoConnector(arn);
      return why === undefined ? { destination: { type: "connector", arn }, to: uri } : { ...wrong, why };
    }
    case "SIP":
      return /^sip:[^\s<>]+$/i.test(uri) ? { destination: { type: "uri", uri }, to: uri } : wrong;
    default:
      return wrong;
  }
}

const wrong = invalid("Endpoint parameter is invalid.");

function invalid(errorMessage: string): ActionError {
  return { errorType: "InvalidActionParameter", errorMessage };
}
