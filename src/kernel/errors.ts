/** What a room throws at its edge when the caller cannot treat the outcome as normal.
 * Match on `code` (`ROOM_WHAT`, listed in the room's `errors.ts` and in `docs/errors.md`), never on the message. */
export class AppError extends Error {
  /** Stable identifier, `ROOM_WHAT`. */
  readonly code: string;
  /** Facts about this occurrence, safe to log. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether the same request may succeed later without change. */
  readonly retry: "never" | "later";

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown>; retry?: "never" | "later" } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details ?? {};
    this.retry = options.retry ?? "never";
  }
}

/** The `code` of an `AppError` (also one from another copy of this package), else undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
