import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { OwnCertificate, SipCertificates } from "../types.ts";

/** Answers which certificate is shown for the name that a far end asks for. */
type Chooser = (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;

/** Contexts that secrets and certificates are kept in, made again when the certificates are others. */
export interface SecureContexts {
  /** The one for far ends that ask for no name. Throws when the certificate or its key cannot be used.
   * @param authorities those that certificates of the far end are verified by, in PEM; undefined: those of all */
  for(authorities: string | undefined): SecureContext;
  /** Chooses by the name that a far end asks for. RFC 6066 §3 */
  chooser(authorities: string | undefined): Chooser;
}

/** What was made of one set of certificates for one set of authorities. */
interface Made {
  readonly usual: SecureContext;
  readonly further: readonly { readonly shown: X509Certificate; readonly context: SecureContext }[];
}

/** Makes contexts as they are asked for, and remembers them. */
export function rememberContexts(certificates: () => SipCertificates): SecureContexts {
  const known: { of?: SipCertificates; made: Map<string, Made> } = { made: new Map() };
  const find = (authorities: string | undefined): Made => {
    const now = certificates();
    if (known.of !== now) Object.assign(known, { of: now, made: new Map() });
    const verifiers = authorities ?? now.authorities;
    const made = known.made.get(verifiers ?? "") ?? makeContexts(now, verifiers);
    known.made.set(verifiers ?? "", made);
    return made;
  };
  return {
    for: (authorities) => find(authorities).usual,
    chooser: (authorities) => (name, done) => {
      const { usual, further } = find(authorities);
      const own = certificates().own;
      const isOfUsual = own !== undefined && new X509Certificate(own.certificate).checkHost(name) !== undefined;
      const chosen = isOfUsual ? undefined : further.find(({ shown }) => shown.checkHost(name) !== undefined);
      done(null, chosen?.context ?? usual);
    },
  };
}

function makeContexts({ own, further = [] }: SipCertificates, authorities: string | undefined): Made {
  return {
    usual: contextOf(own, authorities),
    further: further.map((one) => ({
      shown: new X509Certificate(one.certificate),
      context: contextOf(one, authorities),
    })),
  };
}

function contextOf(own: OwnCertificate | undefined, authorities: string | undefined): SecureContext {
  return createSecureContext({
    minVersion: "TLSv1.2",
    ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
    ...(authorities === undefined ? {} : { ca: authorities }),
  });
}
