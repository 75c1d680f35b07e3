/** What an error of the S3 API means for a store. */
export interface S3Problem {
  readonly kind: "no-bucket" | "no-object" | "denied" | "refused" | "away";
  /** As the server, the SDK or the system names it. */
  readonly name: string;
}

/** What the client calls an answer without a body. */
const nameless: ReadonlySet<string> = new Set(["Unknown", "UnknownError"]);
/** Statuses below 500 by which a server says that it is busy. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** Reads what the client threw. HEAD has no body, so that a missing bucket and a missing object look the same there. */
export function readS3Error(error: unknown): S3Problem {
  const {
    name: nameOfError,
    code,
    Code,
    $metadata,
  } = (typeof error === "object" && error !== null ? error : {}) as Readonly<Record<string, unknown>>;
  const { httpStatusCode: status } = ($metadata ?? {}) as { readonly httpStatusCode?: number };
  const said = [nameOfError, Code, code].find((one) => typeof one === "string" && one !== "Error") as
    | string
    | undefined;
  const httpName = status === undefined ? undefined : `HTTP ${status}`;
  const named = said === undefined || nameless.has(said) ? httpName : said;
  if (said === "NoSuchBucket") return { kind: "no-bucket", name: said };
  if (said === "NoSuchKey" || said === "NotFound" || status === 404)
    return { kind: "no-object", name: said ?? "NotFound" };
  if (status === 401 || status === 403 || said === "CredentialsProviderError") {
    return { kind: "denied", name: named === undefined || named === httpName ? "AccessDenied" : named };
  }
  // A redirection to another Region or endpoint, or a request that the server does not take: waiting does not help.
  const isRefusal = status !== undefined && status >= 300 && status < 500 && !passing.has(status);
  const isElsewhere = status !== undefined && status >= 300 && status < 400;
  const name = `${named ?? "Error"}${isElsewhere ? ", the bucket is in another Region or at another endpoint" : ""}`;
  return { kind: isRefusal ? "refused" : "away", name };
}
