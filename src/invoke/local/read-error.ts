import type { RuntimeError } from "./runtime-door.ts";

/** Most characters of an error's message and trace, which are logged and kept with the call. */
const maxErrorCharacters = 16_384;

/** Reads the error document that runtimes send; what cannot be read is shown as it came. Node's runtime sends `trace`,
 * the others `stackTrace`, both lists of lines.
 * @param body undefined: it was too long
 * @param header the type of the error, where it stands beside the document */
export function readError(body: string | undefined, header?: string | string[]): RuntimeError {
  const fromHeader = typeof header === "string" && header !== "" ? header : undefined;
  let document: unknown;
  try {
    document = JSON.parse(body ?? "");
  } catch {
    document = undefined;
  }
  if (typeof document !== "object" || document === null) {
    return {
      type: fromHeader ?? "Unknown",
      message: body === "" ? "no message" : (body ?? "too long").slice(0, maxErrorCharacters),
      trace: undefined,
    };
  }
  const { errorType, errorMessage, trace, stackTrace } = document as Record<string, unknown>;
  const lines = Array.isArray(trace) && trace.length > 0 ? trace : stackTrace;
  return {
    type: fromHeader ?? (typeof errorType === "string" ? errorType.slice(0, 200) : "Unknown"),
    message: typeof errorMessage === "string" ? errorMessage.slice(0, maxErrorCharacters) : "no message",
    trace:
      Array.isArray(lines) && lines.length > 0 ? lines.map(String).join("\n").slice(0, maxErrorCharacters) : undefined,
  };
}
