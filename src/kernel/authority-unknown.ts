import { errorCode } from "./errors.ts";

/** Codes of Node where somebody answers over TLS whose authority is not known here. */
const codes: ReadonlySet<string> = new Set([
  ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ...["UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
]);

/** Whether a connection failed since the authority of the far end's certificate is none that Node knows, nor of `NODE_EXTRA_CA_CERTS`. */
export function isAuthorityUnknown(error: unknown): boolean {
  return codes.has(errorCode(error) ?? "");
}
