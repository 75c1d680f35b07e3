import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../kernel/index.ts";
import { createRateCheck } from "../rate-limits.ts";
import { refuse } from "../refuse.ts";
import type { AccessKey } from "./access-keys.ts";
import { signatureOf } from "./canonical-request.ts";
import { sha256 } from "./sha256.ts";
import { readSignature, timeOf, type SignatureFields, type SignedRequest } from "./signature-fields.ts";

/** How far the clock of a client may be off. Contract: api-signature-time */
const skewMs = 15 * 60_000;
const ownService = "chime";

/** A signature that has been read, and awaits the body. */
export interface PendingSignature {
  /** Whether another node says that it has signed the request, which was counted there. */
  readonly isOfNode: boolean;
  /** The key of a request whose signature is right. Throws `API_WRONG_SIGNATURE`, and `API_THROTTLED` when the key has more requests than it may have. */
  verify(body: Uint8Array): AccessKey;
}

/** Reads the signature of a request before its body is read. Throws what `readSignature` throws, `API_UNKNOWN_KEY` and `API_REQUEST_EXPIRED`. */
export type Authenticator = (request: IncomingMessage) => PendingSignature;

/** Makes the check of who asks. Contract: api-signatures */
export function createAuthenticator(keys: readonly AccessKey[], clock: Clock): Authenticator {
  const known = new Map(
    keys.map((key) => {
      const limit = { requestsPerSecond: key.requestsPerSecond };
      return [
        key.id,
        { key, tooMany: createRateCheck(limit, clock, `requestsPerSecond of the access key ${key.id} in`) },
      ];
    }),
  );
  return (message) => {
    const request = toSignedRequest(message);
    const fields = readSignature(request);
    const { accessKeyId, service } = fields;
    const found = known.get(accessKeyId);
    if (found === undefined) {
      const shown = JSON.stringify(accessKeyId.slice(0, 128));
      throw refuse("API_UNKNOWN_KEY", `The access key ${shown} is none of api.keys in the configuration.`);
    }
    if (service !== ownService) {
      throw refuse(
        "API_WRONG_SIGNATURE",
        `The request is signed for the service ${JSON.stringify(service.slice(0, 64))}; it must be signed for chime.`,
      );
    }
    checkTime(fields, clock.now());
    return {
      isOfNode: found.key.isOfNode === true,
      verify(body) {
        const { key, tooMany } = found;
        checkSignature(request, fields, key, body);
        const why = tooMany("");
        if (why !== undefined) throw refuse("API_THROTTLED", why, 1);
        return key;
      },
    };
  };
}

function toSignedRequest({ method = "", url = "", rawHeaders }: IncomingMessage): SignedRequest {
  const at = url.indexOf("?");
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const values = headers.get(name);
    const value = rawHeaders[index + 1] ?? "";
    if (values === undefined) headers.set(name, [value]);
    else values.push(value);
  }
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : url.slice(at + 1)),
    headers,
  };
}

function checkTime({ longDate, expiresS }: SignatureFields, now: number): void {
  const signedAt = timeOf(longDate);
  const here = new Date(now).toISOString();
  const latest = expiresS === undefined ? signedAt + skewMs : signedAt + expiresS * 1_000;
  if (now > latest) {
    const rule =
      expiresS === undefined ? "a request is taken for 15 minutes" : `it was to hold for ${expiresS} seconds`;
    throw refuse("API_REQUEST_EXPIRED", `The request was signed at ${longDate}, and it is ${here} here; ${rule}.`);
  }
  if (now < signedAt - skewMs) {
    throw refuse(
      "API_REQUEST_EXPIRED",
      `The request was signed at ${longDate}, and it is only ${here} here; clocks may differ by 15 minutes.`,
    );
  }
}

function checkSignature(request: SignedRequest, fields: SignatureFields, key: AccessKey, body: Uint8Array): void {
  const bodyHash = sha256(body);
  const { payloadHash = bodyHash } = fields;
  if (payloadHash !== "UNSIGNED-PAYLOAD" && payloadHash !== bodyHash) {
    throw refuse(
      "API_WRONG_SIGNATURE",
      "The body is not the one that was signed: its SHA-256 is not x-amz-content-sha256.",
    );
  }
  const sign = signatureOf(request, fields, payloadHash);
  const given = Buffer.from(fields.signature);
  // All secrets are tried, so that the time tells nothing of them.
  const fits = key.secrets().map((secret) => timingSafeEqual(Buffer.from(sign(secret)), given));
  if (fits.includes(true)) return;
  throw refuse(
    "API_WRONG_SIGNATURE",
    `The signature is not that of this request with a secret of the access key ${key.id}: the secret is wrong, or a part of the request was changed on its way.`,
  );
}
