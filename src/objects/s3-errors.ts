/** What an error of the S3 API means for a store. */
export interface S3Problem {
  readonly kind: "no-bucket" | "no-object" | "denied" | "refused" | "away";
  /** As the server, the SDK or the system names it. */
  readonly name: string;
}

/** Statuses below 500 by which a server says that it is busy. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** Reads what the client threw. HEAD has no body, so that a missing bucket and a missing object look the same there. */
export function readS3Error(error: unknown): S3Problem {
  const { name, code, Code, $metadata } = (typeof error === "object" && error !== null ? error : {}) as Readonly<
    Record<string, unknown>
  >;
  const { httpStatusCode: status } = ($metadata ?? {}) as { readonly httpStatusCode?: number };
  const said = [name, Code, code].find((one) => typeof one === "string" && one !== "Error") as string | undefined;
  if (said === "NoSuchBucket") return { kind: "no-bucket", name: said };
  if (said === "NoSuchKey" || said === "NotFound" || status === 404)
    return { kind: "no-object", name: said ?? "NotFound" };
  if (status === 401 || status === 403 || said === "CredentialsProviderError") {
    return { kind: "denied", name: said === undefined || said === "Unknown" ? "AccessDenied" : said };
  }
  // A redirection to another Region or endpoint, or a request that the server does not take: waiting does not help.
  const isRefusal = status !== undefined && status >= 300 && status < 500 && !passing.has(status);
  return { kind: isRefusal ? "refused" : "away", name: said ?? "Error" };
}
