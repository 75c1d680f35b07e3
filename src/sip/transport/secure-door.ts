import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity, connect, TLSSocket, type PeerCertificate } from "node:tls";
import { errorMessage, SourceQuota, type Clock, type SourceLimits } from "../../kernel/index.ts";
import type { SipAddress, SipCertificates, SipNetwork } from "../types.ts";
import type { ConnectionCause, TransportEvents } from "./flow.ts";
import type { StreamDoor } from "./stream-door.ts";
import { rememberContexts } from "./secure-contexts.ts";
import { streamOf, toDuplex } from "./secure-stream.ts";

/** Unfinished handshakes. Each costs a signature, and a client that means it has a few. */
const handshakeLimits: SourceLimits = { perSource: 32, inAll: 512 };
const longestHandshakeMs = 10_000;
const tooLong = `no handshake of TLS within ${longestHandshakeMs / 1_000} s`;
/** The first byte of a connection over TLS: the type of a record with a handshake. RFC 8446 §5.1 */
const handshakeRecord = 22;

/** What the door for TLS is made with. */
export interface SecureDoorParts {
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly events: TransportEvents;
  readonly certificates: () => SipCertificates;
}

/** The door of connections over TLS, from version 1.2: who comes in has finished a handshake, and who is called has proved its name before the
 * first message goes there. RFC 3261 §26.3.1, RFC 5922 */
export function createSecureDoor({ network, clock, events, certificates }: SecureDoorParts): StreamDoor {
  const handshakes = new SourceQuota<TLSSocket>(handshakeLimits);
  const pending = new Set<TLSSocket>();
  const contexts = rememberContexts(certificates);
  const drop = (cause: ConnectionCause, address: Pick<SipAddress, "host" | "port" | "domain">, why: string) =>
    events.onDropped(cause, { transport: "tls", ...address }, why);

  return {
    whyNoListener() {
      if (certificates().own === undefined) return "a listener for TLS needs a certificate and its key";
      try {
        contexts.for(undefined);
        return undefined;
      } catch (error) {
        return `the certificate or its key cannot be used: ${errorMessage(error)}`;
      }
    },
    accept(raw, take) {
      const { peer } = raw;
      if (!handshakes.hasRoom(peer.host, 1)) {
        drop("too-many-handshakes", peer, "wait until the handshakes that were begun are over");
        return raw.close();
      }
      const { duplex, first } = toDuplex(raw);
      const { asks, authorities } = demandOf(peer, certificates());
      const socket = new TLSSocket(duplex, {
        isServer: true,
        ...{ secureContext: contexts.for(authorities), SNICallback: contexts.chooser(authorities) },
        ...{ requestCert: asks !== "ignored", rejectUnauthorized: false },
      });
      socket.disableRenegotiation();
      handshakes.add(socket, peer.host, 1);
      pending.add(socket);
      const state = { isOver: false };
      const finish = () => {
        if (state.isOver) return false;
        state.isOver = true;
        limit.cancel();
        handshakes.remove(socket);
        return pending.delete(socket);
      };
      const fail = (cause: ConnectionCause, why: string) => {
        if (finish()) drop(cause, peer, why);
        socket.destroy();
        raw.close();
      };
      const limit = clock.startTimer(longestHandshakeMs, () => fail("handshake-timeout", tooLong));
      first.onByte = (byte) => {
        if (byte !== handshakeRecord)
          fail("not-tls", "what begins here is no handshake of TLS: speak TLS to this port");
      };
      socket.on("error", (error: Error) => fail("handshake-failed", error.message));
      socket.on("close", () => fail("handshake-failed", "the far end left before the handshake was over"));
      socket.once("secure", () => {
        const why = whyNotLetIn(socket, asks);
        if (why !== undefined) return fail(why.cause, why.text);
        if (!finish()) return undefined;
        const stream = streamOf(socket, raw, true);
        const shown = asks === "ignored" ? undefined : socket.getPeerCertificate();
        const isOf = (name: string) => shown?.raw !== undefined && checkIdentity(name, shown) === undefined;
        take({ ...stream, isOf });
        return undefined;
      });
      return undefined;
    },
    connect(destination) {
      const { host, port, domain = host } = destination;
      const raw = network.connectStream(host, port);
      const socket = connect({
        socket: toDuplex(raw).duplex,
        secureContext: contexts.for(certificates().authoritiesOf?.(destination)),
        host: domain,
        ...(isIP(domain) === 0 ? { servername: domain } : {}),
        checkServerIdentity: (name, shown) => (isOurs(shown, certificates()) ? undefined : checkIdentity(name, shown)),
      });
      const limit = clock.startTimer(longestHandshakeMs, () => socket.destroy(new Error(tooLong)));
      socket.once("secureConnect", () => limit.cancel());
      socket.once("close", () => limit.cancel());
      return streamOf(socket, raw, false, (error) => {
        if (!isOfCertificate(error)) return error.message;
        const why = `the certificate is not one of ${domain} from an authority that is trusted: ${error.message}`;
        drop("certificate-not-trusted", destination, why);
        return why;
      });
    },
    pendingCount: () => pending.size,
    close() {
      for (const socket of pending) socket.destroy();
    },
  };
}

/** Whether a far end that connects is asked for a certificate, and whose it has to be; undefined: that of the authorities of all. */
function demandOf(peer: { readonly host: string }, { authoritiesOf, clients = "ignored" }: SipCertificates) {
  const authorities = authoritiesOf?.(peer);
  return { asks: authorities === undefined ? clients : "required", authorities } as const;
}

/** Why a far end that has finished its handshake may not come in. */
function whyNotLetIn(
  socket: TLSSocket,
  asks: NonNullable<SipCertificates["clients"]>,
): { readonly cause: ConnectionCause; readonly text: string } | undefined {
  if (asks === "ignored") return undefined;
  if (socket.getPeerX509Certificate() === undefined) {
    const text = "a certificate of the far end is needed (mutual TLS), and it showed none";
    return asks === "asked" ? undefined : { cause: "no-client-certificate", text };
  }
  const error = verifyErrorOf(socket);
  if (error === undefined) return undefined;
  const text = `the far end's certificate is not from an authority that is trusted: ${error}`;
  return { cause: "client-certificate-not-trusted", text };
}

/** What OpenSSL says of the certificate that a far end showed. Node tells it only to servers of its own, so the handle is asked; without an answer
 * nobody is trusted. */
function verifyErrorOf(socket: TLSSocket): string | undefined {
  const { _handle: handle } = socket as { readonly _handle?: { verifyError?(): Error | null | undefined } };
  if (handle?.verifyError === undefined) return "it could not be verified";
  return handle.verifyError()?.message;
}

/** Whether the far end has our own certificate, so that it is this server, whatever its address. */
function isOurs({ raw }: PeerCertificate, { own }: SipCertificates): boolean {
  return own !== undefined && new X509Certificate(own.certificate).raw.equals(raw);
}

/** Whether a certificate is one of the domain: as `sip:` URI, else as a name or address of a host. RFC 5922 §7.1 */
function checkIdentity(domain: string, certificate: PeerCertificate): Error | undefined {
  const names = certificate.subjectaltname ?? "";
  // Names with a quotation mark have commas of their own, which would read as a further name.
  const isNamed = !names.includes('"') && names.split(", ").includes(`URI:sip:${domain}`);
  return isNamed ? undefined : checkServerIdentity(domain, certificate);
}

/** Codes of OpenSSL's verification, such as DEPTH_ZERO_SELF_SIGNED_CERT, and Node's own for the name. */
function isOfCertificate(error: Error): boolean {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return code === "ERR_TLS_CERT_ALTNAME_INVALID" || /CERT|ISSUER|SELF_SIGNED|CRL/.test(code);
}
