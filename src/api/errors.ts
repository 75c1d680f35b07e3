/** What this room throws. The first group becomes an answer (`wire/wire-error.ts` has its name and status on the wire);
 * the second is thrown by `createApi`. */
export const apiErrors = {
  API_BAD_REQUEST: "A request is malformed, or a member of it has a value that is not allowed.",
  API_FORBIDDEN:
    "A web page of another origin sent the request, its Host is no name of this server, or it would change what the configuration names.",
  API_NOT_FOUND:
    "What a request names does not exist: an application, a rule, a live call, a number, a connector, a meeting, an attendee.",
  API_CONFLICT:
    "A request clashes with what exists: a trigger is taken, or an application, a connector or a group is still in use.",
  API_UNPROCESSABLE:
    "The operation is known but not available in this server, or asks for what it has not, such as transcription.",
  API_NO_RESOURCE: "The ARN of a request on tags names nothing that exists.",
  API_TOO_MANY_TAGS: "A resource would have more tags than it may have.",
  API_GONE: "The operation was withdrawn by the service that this API follows.",
  API_LIMIT_EXCEEDED: "A limit of this server is reached, for example the number of calls at one time.",
  API_NOT_SIGNED: "The request has no signature, and this API asks for one.",
  API_INCOMPLETE_SIGNATURE: "A part of the signature is missing or malformed.",
  API_UNKNOWN_KEY: "The access key is none of the configuration, or comes with a session token.",
  API_WRONG_SIGNATURE: "The signature is not that of the request with the secret of its access key.",
  API_SIGN_IN_FAILED: "Somebody signs in with an access key that does not exist, or a wrong secret.",
  API_SESSION_OVER: "The cookie of a request names a session that is over, or that another process had.",
  API_REQUEST_EXPIRED: "The request was signed too long ago, or its clock is ahead.",
  API_ACCESS_DENIED: "No role of the access key allows the operation on what the request names.",
  API_THROTTLED:
    "More requests come than are served in a second, or the server is overloaded; the same request may succeed in some seconds.",
  API_NODE_AWAY: "The node that has a call does not answer; the same request may succeed in some seconds.",
  API_STORE_AWAY: "The database takes nothing now; the same request may succeed in some seconds.",
  API_CLOSING: "The server is starting or shutting down.",
  API_UNKNOWN_OPERATION: "No operation has this method and path.",
  API_UNSUPPORTED_MEDIA_TYPE: "The body is not declared as application/json.",
  API_BODY_TOO_LARGE: "The body is larger than 1 MiB.",
  API_RANGE_BEYOND: "A part of a sound is asked for that begins behind its end.",
  API_TOO_SLOW: "A request did not come in whole in time.",
  API_TOO_MANY_CONNECTIONS: "One source, or all together, have more connections with a request than are kept.",
  API_LISTEN_FAILED: "The API cannot listen on its address and port.",
} as const;

/** A code of this room. */
export type ApiErrorCode = keyof typeof apiErrors;
