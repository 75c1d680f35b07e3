import { Buffer } from "node:buffer";
import type { FailedInvocation, InvocationFailure, InvocationResult } from "../types.ts";

/** What the Invoke API gave. Source: AWS Lambda API Reference, Invoke. */
export interface InvokeOutput {
  readonly Payload?: Uint8Array | null | undefined;
  /** `Unhandled`, or `Handled`; undefined: the function answered. */
  readonly FunctionError?: string | undefined;
  /** Base64 of the last 4 KB of the log. */
  readonly LogResult?: string | undefined;
}

/** Time until the next try where a throttle does not say it, milliseconds. */
const usualRetryAfterMs = 300;
const longestMessage = 1_000;

/** What an answer of the Invoke API means. A stand-in may tell an error of the function by the body alone, as the runtime interface emulator does.
 * @param who the function, for messages */
export function readInvocation(who: string, { Payload, FunctionError }: InvokeOutput): InvocationResult {
  // An answer without a body has null in its place.
  const payload = Buffer.from(Payload ?? []).toString("utf8");
  const error = readError(payload);
  if (FunctionError === undefined && error === undefined) return { type: "response", payload };
  const type = error?.type ?? FunctionError ?? "Unhandled";
  const message = error?.message ?? (payload.slice(0, longestMessage) || "no message");
  const isTimeout = type === "Sandbox.Timedout" || /Task timed out after [\d.]+ seconds/.test(message);
  return {
    type: "failed",
    reason: isTimeout ? "timeout" : "unhandled",
    message: `${who} failed: ${type}: ${message}`,
    stack: error?.stack,
  };
}

/** The error document of a runtime; undefined where it is none. */
function readError(payload: string) {
  if (!payload.includes('"errorMessage"') && !payload.includes('"errorType"')) return undefined;
  const document = parseObject(payload);
  if (document === undefined || "Actions" in document) return undefined;
  const { errorType, errorMessage, trace, stackTrace } = document;
  if (typeof errorMessage !== "string" && typeof errorType !== "string") return undefined;
  const lines = [trace, stackTrace].find((list) => Array.isArray(list) && list.length > 0) as unknown[] | undefined;
  return {
    type: typeof errorType === "string" ? errorType.slice(0, 200) : undefined,
    message: typeof errorMessage === "string" ? errorMessage.slice(0, longestMessage) : "no message",
    stack: lines?.map(String).join("\n"),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a log tail. Its first may be cut. */
export function readLogTail(logResult: string | undefined): readonly string[] {
  if (logResult === undefined) return [];
  const lines = Buffer.from(logResult, "base64").toString("utf8").split("\n");
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}

/** Errors of credentials that are not there or do not do, by name. */
const ofCredentials: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredTokenException",
  "IncompleteSignatureException",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

/** Why the Invoke API did not run the function, from what the SDK's client threw. The first words are those of the original's log. */
export function readInvokeError(who: string, error: unknown): FailedInvocation {
  const { name, message, status, retryAfterS } = describe(error);
  const said = `${who}: ${name}: ${message}`.slice(0, longestMessage);
  const failed = (reason: InvocationFailure, words: string): FailedInvocation => {
    return { type: "failed", reason, message: words === "" ? said : `${words} ${said}`, stack: undefined };
  };
  if (status === 429 || name === "TooManyRequestsException") {
    const retryAfterMs = retryAfterS === undefined ? usualRetryAfterMs : retryAfterS * 1_000;
    return { ...failed("throttled", "The AWS Lambda function was throttled."), retryAfterMs };
  }
  if (status === 403 || status === 401 || ofCredentials.has(name)) {
    return failed("access-denied", "Access denied while invoking the AWS Lambda function.");
  }
  if (status === 404) return failed("not-found", "");
  if (status !== undefined && status < 500) return failed("refused", "");
  return failed("unreachable", "");
}

function describe(error: unknown) {
  const thrown = (typeof error === "object" && error !== null ? error : {}) as Readonly<Record<string, unknown>>;
  const { name, message, code, retryAfterSeconds, $metadata, $response } = thrown;
  const ofSystem = typeof code === "string" ? code : undefined;
  const status = statusOf($metadata) ?? statusOf($response);
  const retryAfterS = Number(retryAfterSeconds ?? Number.NaN);
  return {
    name: typeof name === "string" && name !== "Error" ? name : (ofSystem ?? "Error"),
    message: typeof message === "string" && message !== "" ? message : (ofSystem ?? "no message"),
    // A body that is no answer of the API comes with the status of success.
    status: status !== undefined && status >= 300 ? status : undefined,
    retryAfterS: Number.isFinite(retryAfterS) && retryAfterS >= 0 ? Math.min(retryAfterS, 60) : undefined,
  };
}

function statusOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { httpStatusCode, statusCode } = value as Readonly<Record<string, unknown>>;
  const status = httpStatusCode ?? statusCode;
  return typeof status === "number" ? status : undefined;
}
