import { AppError, errorMessage } from "../../kernel/index.ts";

/** Errors of requests that Polly refuses whenever they come. Source: the model of the service, SynthesizeSpeech. */
const refused: ReadonlySet<string> = new Set([
  "EngineNotSupportedException",
  "InvalidSampleRateException",
  "InvalidSsmlException",
  "LanguageNotSupportedException",
  "LexiconNotFoundException",
  "MarksNotSupportedForFormatException",
  "SsmlMarksNotSupportedForTextTypeException",
  "TextLengthExceededException",
  "ValidationException",
]);
const throttled: ReadonlySet<string> = new Set([
  "ServiceQuotaExceededException",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequestsException",
]);
/** Errors of credentials that are not there or do not do. */
const denied: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);
const longestMessage = 300;

/** What an error of the SDK's client means. */
export function readPollyError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { name, $metadata } = (error ?? {}) as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const word = name ?? "Error";
  const message = `${word}: ${errorMessage(error)}`.slice(0, longestMessage);
  const made = (code: string, what: string, retry: "later" | "never" = "later") =>
    new AppError(code, `Amazon Polly ${what}: ${message}`, { cause: error, retry });
  if (throttled.has(word) || status === 429 || status === 402) {
    return made("SPEECH_THROTTLED", "takes no more requests now");
  }
  if (denied.has(word) || status === 401 || status === 403) {
    return made("SPEECH_ACCESS_DENIED", "does not take the credentials");
  }
  if (refused.has(word)) return made("SPEECH_REFUSED", "refuses the request", "never");
  return made("SPEECH_UNAVAILABLE", status === undefined ? "cannot be reached" : `answered ${status}`);
}
