import { refuse } from "../refuse.ts";

/** What a request says of its signature, in a header or in its query. */
export interface SignatureFields {
  readonly accessKeyId: string;
  /** The scope of the signature: date (YYYYMMDD), Region, service. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, ascending, each once. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits, lower case. */
  readonly signature: string;
  /** As it is signed: 20260102T030405Z. */
  readonly longDate: string;
  /** How long it holds from then on, seconds; undefined: the usual time. */
  readonly expiresS: number | undefined;
  /** As it is signed, when the request says: 64 hexadecimal digits or UNSIGNED-PAYLOAD. */
  readonly payloadHash: string | undefined;
}

/** The parts of a request that carry it. */
export interface SignedRequest {
  readonly method: string;
  /** As it came, percent-encoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Values in the order in which they came, by name in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

const algorithm = "AWS4-HMAC-SHA256";
const longestField = 4_096;
/** Longest life of a signature in a query, seconds. */
const longestLifeS = 604_800;

/** Reads them. Throws `API_NOT_SIGNED` when there is no signature, `API_INCOMPLETE_SIGNATURE` when a part of it is missing or wrong,
 * `API_UNKNOWN_KEY` for session tokens. Contract: api-signature-forms, api-session-tokens */
export function readSignature(request: SignedRequest): SignatureFields {
  const { headers, query } = request;
  const authorization = headers.get("authorization");
  const isInQuery = query.has("X-Amz-Signature") || query.has("X-Amz-Credential") || query.has("X-Amz-Algorithm");
  if (headers.has("x-amz-security-token") || query.has("X-Amz-Security-Token")) throw sessionToken();
  if (authorization !== undefined && isInQuery)
    throw incomplete("it is in the Authorization header and in the query; it must be in one of them");
  if (authorization !== undefined) return readHeader(authorization, request);
  if (isInQuery) return readQuery(request);
  throw refuse(
    "API_NOT_SIGNED",
    "The request is not signed; this API takes requests that are signed (Signature Version 4) with an access key of api.keys.",
  );
}

function sessionToken(): Error {
  return refuse(
    "API_UNKNOWN_KEY",
    "The request has a session token (x-amz-security-token), which this server does not know; it must be signed with an access key of api.keys, without one.",
  );
}

/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, SignedHeaders=<a;b>, Signature=<hex>`, the parts in any order. */
function readHeader(values: readonly string[], request: SignedRequest): SignatureFields {
  const [text = "", ...more] = values;
  if (more.length > 0 || text.length > longestField)
    throw incomplete("there must be one Authorization header of up to 4096 characters");
  const space = text.indexOf(" ");
  const parts = new Map<string, string>();
  for (const part of text.slice(space + 1).split(",")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(0, equals)).trim();
    if (parts.has(name)) throw incomplete(`${name} is in the Authorization header twice`);
    parts.set(name, part.slice(equals + 1).trim());
  }
  const { headers } = request;
  return readFields(
    {
      algorithm: text.slice(0, Math.max(0, space)),
      ...{ credential: parts.get("Credential"), signedHeaders: parts.get("SignedHeaders") },
      signature: parts.get("Signature"),
      longDate: one(headers, "x-amz-date") ?? compactDate(one(headers, "date")),
      expires: undefined,
      payloadHash: one(headers, "x-amz-content-sha256"),
    },
    request,
  );
}

function readQuery(request: SignedRequest): SignatureFields {
  const { query, headers } = request;
  const only = (name: string) => {
    const [value, ...more] = query.getAll(name);
    if (more.length > 0) throw incomplete(`${name} is in the query twice`);
    return value;
  };
  return readFields(
    {
      ...{ algorithm: only("X-Amz-Algorithm"), credential: only("X-Amz-Credential"), longDate: only("X-Amz-Date") },
      ...{ signedHeaders: only("X-Amz-SignedHeaders"), signature: only("X-Amz-Signature") },
      expires: only("X-Amz-Expires") ?? "",
      payloadHash: only("X-Amz-Content-Sha256") ?? one(headers, "x-amz-content-sha256"),
    },
    request,
  );
}

interface RawFields {
  readonly algorithm: string | undefined;
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly longDate: string | undefined;
  readonly expires: string | undefined;
  readonly payloadHash: string | undefined;
}

function readFields(raw: RawFields, request: SignedRequest): SignatureFields {
  const { signature = "", longDate = "", payloadHash } = raw;
  if (raw.algorithm !== algorithm)
    throw incomplete(`its algorithm is ${shown(raw.algorithm)}; it must be ${algorithm}`);
  const words = (raw.credential ?? "").split("/");
  const [date = "", region = "", service = "", end = ""] = words.slice(-4);
  const accessKeyId = words.slice(0, -4).join("/");
  if (accessKeyId === "" || region === "" || service === "" || end !== "aws4_request" || !/^\d{8}$/.test(date)) {
    throw incomplete(
      `its Credential is ${shown(raw.credential)}; it must be <access key id>/<YYYYMMDD>/<Region>/chime/aws4_request`,
    );
  }
  if (!/^[0-9a-f]{64}$/.test(signature)) throw incomplete("its Signature must be 64 hexadecimal digits in lower case");
  if (!/^\d{8}T\d{6}Z$/.test(longDate) || Number.isNaN(timeOf(longDate)))
    throw incomplete(`its time (X-Amz-Date) is ${shown(raw.longDate)}; it must be as in 20260102T030405Z`);
  if (!longDate.startsWith(date))
    throw incomplete(`its Credential is of ${date} and its time is ${longDate}; both must be of one day`);
  if (payloadHash !== undefined && payloadHash !== "UNSIGNED-PAYLOAD" && !/^[0-9a-f]{64}$/.test(payloadHash))
    throw incomplete(
      `its x-amz-content-sha256 is ${shown(payloadHash)}; it must be the SHA-256 of the body or UNSIGNED-PAYLOAD`,
    );
  return {
    ...{ accessKeyId, date, region, service, signature, longDate, payloadHash },
    signedHeaders: readSignedHeaders(raw.signedHeaders ?? "", request),
    expiresS: raw.expires === undefined ? undefined : readExpires(raw.expires),
  };
}

/** Host and all that begins with x-amz- must be signed; so must the time that counts. */
function readSignedHeaders(text: string, { headers, query }: SignedRequest): readonly string[] {
  const names = text.split(";");
  const isRight =
    /^[!#$%&'*+.^_`|~0-9a-z;-]+$/.test(text) && names.every((name, at) => at === 0 || (names[at - 1] ?? "") < name);
  if (!isRight)
    throw incomplete(
      `its SignedHeaders are ${shown(text)}; they must be names in lower case, ascending, with ";" between`,
    );
  const signed = new Set(names);
  const must = ["host", ...[...headers.keys()].filter((name) => name.startsWith("x-amz-"))];
  if (!query.has("X-Amz-Date") && !headers.has("x-amz-date")) must.push("date");
  const missing = must.filter((name) => !signed.has(name));
  if (missing.length > 0) throw incomplete(`its SignedHeaders lack ${missing.slice(0, 10).join(", ")}`);
  const absent = names.filter((name) => !headers.has(name));
  if (absent.length > 0)
    throw incomplete(`its SignedHeaders name ${absent.slice(0, 10).join(", ")}, which the request does not have`);
  return names;
}

function readExpires(text: string): number {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= longestLifeS) return seconds;
  throw incomplete(`its X-Amz-Expires is ${shown(text)}; it must be a number of seconds from 1 to ${longestLifeS}`);
}

/** The time that a date as it is signed means, epoch milliseconds. */
export function timeOf(longDate: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(text);
  return Number.isNaN(time) || new Date(time).toISOString() !== text ? Number.NaN : time;
}

/** A Date header of HTTP in the form that is signed; one that has that form stays. */
function compactDate(text: string | undefined): string | undefined {
  if (text === undefined || /^\d{8}T\d{6}Z$/.test(text)) return text;
  const time = text.length <= 64 ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? text : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function one(headers: SignedRequest["headers"], name: string): string | undefined {
  const [value, ...more] = headers.get(name) ?? [];
  if (more.length > 0) throw incomplete(`the header ${name} is there twice`);
  return value;
}

function incomplete(why: string): Error {
  return refuse("API_INCOMPLETE_SIGNATURE", `The signature of the request cannot be read: ${why}.`);
}

function shown(text: string | undefined): string {
  return text === undefined ? "missing" : JSON.stringify(text.slice(0, 200));
}
