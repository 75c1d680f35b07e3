/** The HTTP API: the wire format and the behaviour of the Amazon Chime SDK Voice operations on applications, rules, calls,
 * phone numbers and Voice Connectors. */
export { createApi } from "./create-api.ts";
export { createHostCheck } from "./own-hosts.ts";
export { printCoverage } from "./print-coverage.ts";
export { apiErrors, type ApiErrorCode } from "./errors.ts";
export type { NumberRange } from "./operations/numbers/number-pool.ts";
export type { AccessKey, Role } from "./signature/access-keys.ts";
export { matches as fitsPattern } from "./signature/permissions.ts";
export { operationNames } from "./wire/operation-names.ts";
export { signRequest, type RequestToSign } from "./signature/sign-request.ts";
export type { Exchange } from "./exchange.ts";
export type { TakeWebSocket } from "./http-server.ts";
export type { Api, ApiOptions, OwnAccess, OwnAsk, OwnRoute, OwnRoutes } from "./types.ts";
export type { Session } from "./sessions/sessions.ts";
