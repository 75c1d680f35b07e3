import { signatureOf } from "./canonical-request.ts";
import { sha256 } from "./sha256.ts";

/** What is signed, and by what. */
export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  readonly body: Uint8Array;
}

/** The headers that a request gets, so that this API takes it as signed by a key (Signature Version 4).
 * @param now epoch milliseconds */
export function signRequest(
  { method, url, body }: RequestToSign,
  { id, secret }: { readonly id: string; readonly secret: string },
  now: number,
): Readonly<Record<string, string>> {
  const longDate = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const payloadHash = sha256(body);
  const signed = { host: url.host, "x-amz-content-sha256": payloadHash, "x-amz-date": longDate };
  const fields = {
    ...{ accessKeyId: id, date: longDate.slice(0, 8), region: "any", service: "chime", signature: "" },
    ...{ signedHeaders: Object.keys(signed), longDate, expiresS: undefined, payloadHash },
  };
  const headers = new Map(Object.entries(signed).map(([name, value]) => [name, [value]]));
  const request = { method, path: url.pathname, query: url.searchParams, headers };
  const signature = signatureOf(request, fields, payloadHash)(secret);
  const credential = `${id}/${fields.date}/${fields.region}/${fields.service}/aws4_request`;
  return {
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": longDate,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${fields.signedHeaders.join(";")}, Signature=${signature}`,
  };
}
