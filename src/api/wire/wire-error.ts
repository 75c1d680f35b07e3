import { errorCode } from "../../kernel/index.ts";
import type { ApiErrorCode } from "../errors.ts";
import type { ServiceName } from "./model.ts";

/** An error as it goes over the wire. Contract: api-error-form, api-error-codes */
export interface WireError {
  /** Exception name: the `x-amzn-errortype` header. */
  readonly name: string;
  readonly status: number;
  /** `Code` in the body. */
  readonly code: string;
}

type AnswerCode = Exclude<ApiErrorCode, "API_LISTEN_FAILED">;

/** Exceptions of the service (their status is the client's) and generic ones that clients pass through by name. */
const answers: Readonly<Record<AnswerCode, WireError>> = {
  API_BAD_REQUEST: { name: "BadRequestException", status: 400, code: "BadRequest" },
  API_FORBIDDEN: { name: "ForbiddenException", status: 403, code: "Forbidden" },
  API_NOT_FOUND: { name: "NotFoundException", status: 404, code: "NotFound" },
  API_CONFLICT: { name: "ConflictException", status: 409, code: "Conflict" },
  API_UNPROCESSABLE: { name: "UnprocessableEntityException", status: 422, code: "Unprocessable" },
  API_NO_RESOURCE: { name: "ResourceNotFoundException", status: 404, code: "NotFound" },
  API_TOO_MANY_TAGS: { name: "TooManyTagsException", status: 400, code: "TooManyTags" },
  API_GONE: { name: "GoneException", status: 410, code: "Gone" },
  API_LIMIT_EXCEEDED: { name: "ResourceLimitExceededException", status: 400, code: "ResourceLimitExceeded" },
  API_NOT_SIGNED: unmodelled("MissingAuthenticationTokenException", 403),
  API_INCOMPLETE_SIGNATURE: unmodelled("IncompleteSignature", 400),
  API_UNKNOWN_KEY: unmodelled("InvalidClientTokenId", 403),
  API_WRONG_SIGNATURE: unmodelled("InvalidSignatureException", 403),
  API_SIGN_IN_FAILED: unmodelled("SignInFailed", 403),
  API_SESSION_OVER: unmodelled("SessionOver", 403),
  API_REQUEST_EXPIRED: unmodelled("RequestExpired", 400),
  API_ACCESS_DENIED: { name: "AccessDeniedException", status: 403, code: "AccessDenied" },
  API_THROTTLED: { name: "ThrottledClientException", status: 429, code: "Throttled" },
  API_CLOSING: { name: "ServiceUnavailableException", status: 503, code: "ServiceUnavailable" },
  API_NODE_AWAY: { name: "ServiceUnavailableException", status: 503, code: "ServiceUnavailable" },
  API_STORE_AWAY: { name: "ServiceUnavailableException", status: 503, code: "ServiceUnavailable" },
  API_UNKNOWN_OPERATION: { name: "UnknownOperationException", status: 404, code: "NotFound" },
  API_UNSUPPORTED_MEDIA_TYPE: { name: "UnsupportedMediaTypeException", status: 415, code: "BadRequest" },
  API_RANGE_BEYOND: unmodelled("InvalidRange", 416),
  API_TOO_SLOW: { name: "RequestTimeoutException", status: 408, code: "BadRequest" },
  API_TOO_MANY_CONNECTIONS: { name: "ServiceUnavailableException", status: 503, code: "ServiceUnavailable" },
  API_BODY_TOO_LARGE: { name: "RequestEntityTooLargeException", status: 413, code: "BadRequest" },
};

/** Errors of the door, before it is known what is asked for. Clients of the second generation go by `Code`, which is the name here. */
function unmodelled(name: string, status: number): WireError {
  return { name, status, code: name };
}

/** What the meetings service calls otherwise. Contract: meetings-error-names */
const ofMeetings: Partial<Readonly<Record<AnswerCode, WireError>>> = {
  API_LIMIT_EXCEEDED: { name: "LimitExceededException", status: 400, code: "LimitExceeded" },
  API_ACCESS_DENIED: { name: "ForbiddenException", status: 403, code: "Forbidden" },
  API_THROTTLED: { name: "ThrottlingException", status: 429, code: "Throttling" },
};

/** The answer for an unexpected failure. */
const failure: WireError = { name: "ServiceFailureException", status: 500, code: "ServiceFailure" };

/** The answer for anything that was thrown while a request to a service was handled. */
export function toWireError(error: unknown, service: ServiceName = "voice"): WireError {
  const code = errorCode(error);
  if (code === undefined || !Object.hasOwn(answers, code)) return failure;
  const known = code as AnswerCode;
  return (service === "meetings" ? ofMeetings[known] : undefined) ?? answers[known];
}

/** All answers there are, for the tests that compare them with the clients' models. */
export function allWireErrors(): readonly WireError[] {
  return [...Object.values(answers), ...Object.values(ofMeetings), failure];
}
