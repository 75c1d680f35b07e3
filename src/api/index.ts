/** The HTTP API: the wire format and the behaviour of the Amazon Chime SDK Voice operations on applications, rules and calls. */
export { createApi } from "./create-api.ts";
export { apiErrors, type ApiErrorCode } from "./errors.ts";
export type { Api, ApiOptions } from "./types.ts";
