import { createHmac } from "node:crypto";
import { SignatureV4Base } from "@smithy/signature-v4";
import { sha256 } from "./sha256.ts";
import type { SignatureFields, SignedRequest } from "./signature-fields.ts";

/** What the official signer makes of a request before it signs it. */
class Canonical extends SignatureV4Base {
  constructor() {
    super({
      ...{ service: "chime", region: "any", credentials: { accessKeyId: "", secretAccessKey: "" } },
      // Hashes are taken here, so that none of the library's is needed.
      sha256: class {} as never,
    });
  }

  print({ method, path, query, headers }: SignedRequest, fields: SignatureFields, payloadHash: string): string {
    const values = new Map<string, string[]>();
    for (const [name, value] of query) values.set(name, [...(values.get(name) ?? []), value]);
    const request = { method, path, query: Object.fromEntries(values), headers: {}, protocol: "http:", hostname: "" };
    const signed = fields.signedHeaders.map((name) => [name, headerText(headers.get(name) ?? [])] as const);
    return this.createCanonicalRequest(request, Object.fromEntries(signed), payloadHash);
  }
}

const canonical = new Canonical();

/** Several values of a header count as one with commas, and runs of white space as one space. */
function headerText(values: readonly string[]): string {
  return values.map((value) => value.trim().replace(/[ \t]+/g, " ")).join(",");
}

/** The signature that a request must have, 64 hexadecimal digits: the canonical request of the official signer, and HMACs with the secret.
 * @param payloadHash as it is signed
 * Source: the AWS guide "Signature Version 4 for API requests". */
export function signatureOf(
  request: SignedRequest,
  fields: SignatureFields,
  payloadHash: string,
): (secret: string) => string {
  const { date, region, service, longDate } = fields;
  const scope = [date, region, service, "aws4_request"];
  const hash = sha256(canonical.print(request, fields, payloadHash));
  const text = ["AWS4-HMAC-SHA256", longDate, scope.join("/"), hash].join("\n");
  return (secret) => {
    const key = scope.reduce<Buffer | string>((from, word) => hmac(from, word), `AWS4${secret}`);
    return hmac(key, text).toString("hex");
  };
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
