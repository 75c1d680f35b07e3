import { createHash, randomBytes, timingSafeEqual, type KeyObject } from "node:crypto";
import type { SrtpKeys } from "../srtp/profile.ts";
import type { AeadKey } from "./aead.ts";
import type { DtlsCertificate } from "./certificate.ts";
import { agree, type Agreement, type ClientHello } from "./client-hello.ts";
import { checkCertificateVerify, readClientKey, readClientKeyExchange } from "./client-messages.ts";
import type { FlightPart } from "./flight.ts";
import { printMessage, type HandshakeMessage } from "./handshake-message.ts";
import { makeKeyShare, type KeyShare } from "./key-exchange.ts";
import { extendedMasterSecret, recordKeys, verifyData } from "./prf.ts";
import { alertCode, handshakeType } from "./protocol.ts";
import type { Refusal } from "./refusal.ts";
import {
  certificateMessage,
  certificateRequest,
  serverHello,
  serverHelloDone,
  serverKeyExchange,
  type MessageContent,
} from "./server-messages.ts";
import { exportSrtpKeys } from "./srtp-keys.ts";

/** What one message of the client leads to. */
export type HandshakeStep =
  | { readonly type: "continue" }
  /** Records of epoch 1 can be read and written from here on. */
  | { readonly type: "keys"; readonly read: AeadKey; readonly write: AeadKey }
  /** Our last flight: the client is who it should be. */
  | { readonly type: "finish"; readonly flight: readonly FlightPart[]; readonly keys: AgreedKeys }
  | { readonly type: "refuse"; readonly refusal: Refusal };

/** What SRTP goes on with. */
export interface AgreedKeys {
  /** What the client protects its packets with. */
  readonly client: SrtpKeys;
  /** What this end protects its packets with. */
  readonly server: SrtpKeys;
}

export interface HandshakeSetting {
  readonly certificate: DtlsCertificate;
  /** Of the client's certificate, as `readFingerprint` gives it. */
  readonly expectedFingerprint: string;
}

/** The server's part of a full handshake in DTLS 1.2, from a ClientHello that came with its cookie on: whole messages in order in, messages and
 * keys out. Each message costs less than a millisecond of processor time. RFC 5246 §7.3 */
export class ServerHandshake {
  /** What the ClientHello is answered with. */
  readonly flight: readonly FlightPart[];
  readonly #setting: HandshakeSetting;
  readonly #agreement: Agreement;
  readonly #clientRandom: Buffer;
  readonly #serverRandom = randomBytes(32);
  readonly #share: KeyShare = makeKeyShare();
  readonly #transcript: Buffer[] = [];
  /** Number of our next message. */
  #nextSequence: number;
  #expected: number = handshakeType.certificate;
  #clientKey: KeyObject | undefined;
  #masterSecret: Buffer = Buffer.alloc(0);

  /** Begins with a ClientHello, or says why it cannot. */
  static begin(message: HandshakeMessage, hello: ClientHello, setting: HandshakeSetting): ServerHandshake | Refusal {
    const agreement = agree(hello);
    return "alert" in agreement ? agreement : new ServerHandshake(message, hello, agreement, setting);
  }

  private constructor(message: HandshakeMessage, hello: ClientHello, agreement: Agreement, setting: HandshakeSetting) {
    this.#setting = setting;
    this.#agreement = agreement;
    this.#clientRandom = hello.random;
    // A cookie is asked for with number 0 where the ClientHello that was answered so had it too. RFC 6347 §4.2.2
    this.#nextSequence = message.sequence;
    this.#transcript.push(printMessage(message));
    this.flight = this.#firstFlight();
  }

  /** Takes the next message. After a refusal or the finish there is none. */
  take(message: HandshakeMessage): HandshakeStep {
    if (message.type !== this.#expected) {
      const why = `message ${message.type} came where ${this.#expected} was due`;
      return refuse({ alert: alertCode.unexpectedMessage, cause: "unexpected-message", why });
    }
    switch (message.type) {
      case handshakeType.certificate:
        return this.#takeCertificate(message);
      case handshakeType.clientKeyExchange:
        return this.#takeKeyExchange(message);
      case handshakeType.certificateVerify:
        return this.#takeVerify(message);
      default:
        return this.#takeFinished(message);
    }
  }

  #firstFlight(): readonly FlightPart[] {
    const { certificate } = this.#setting;
    const randoms = Buffer.concat([this.#clientRandom, this.#serverRandom]);
    const contents = [
      serverHello(this.#serverRandom, this.#agreement),
      certificateMessage(certificate.der),
      serverKeyExchange(this.#share.publicKey, randoms, certificate),
      certificateRequest,
      serverHelloDone,
    ];
    return contents.map((content) => this.#part(content, 0));
  }

  #takeCertificate(message: HandshakeMessage): HandshakeStep {
    const key = readClientKey(message.body, this.#setting.expectedFingerprint);
    if ("alert" in key) return refuse(key);
    this.#clientKey = key;
    return this.#proceed(message, handshakeType.clientKeyExchange);
  }

  #takeKeyExchange(message: HandshakeMessage): HandshakeStep {
    const publicKey = readClientKeyExchange(message.body);
    if ("alert" in publicKey) return refuse(publicKey);
    const secret = this.#share.computeSecret(publicKey);
    if (secret === undefined) {
      const why = "the client's key is no point of the group that was agreed on";
      return refuse({ alert: alertCode.illegalParameter, cause: "not-authentic", why });
    }
    this.#proceed(message, handshakeType.certificateVerify);
    this.#masterSecret = extendedMasterSecret(secret, this.#hash());
    const { client, server } = recordKeys(this.#masterSecret, this.#clientRandom, this.#serverRandom);
    return { type: "keys", read: client, write: server };
  }

  #takeVerify(message: HandshakeMessage): HandshakeStep {
    const key = this.#clientKey;
    if (key === undefined) throw new Error("CertificateVerify is due after Certificate only");
    const refusal = checkCertificateVerify(message.body, Buffer.concat(this.#transcript), key);
    return refusal === undefined ? this.#proceed(message, handshakeType.finished) : refuse(refusal);
  }

  #takeFinished(message: HandshakeMessage): HandshakeStep {
    const expected = verifyData(this.#masterSecret, "client", this.#hash());
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected)) {
      const why = "the client has not seen the handshake as it was here";
      return refuse({ alert: alertCode.decryptError, cause: "not-authentic", why });
    }
    this.#transcript.push(printMessage(message));
    const body = verifyData(this.#masterSecret, "server", this.#hash());
    const finished = this.#part({ type: handshakeType.finished, body }, 1);
    const { profile } = this.#agreement;
    const keys = exportSrtpKeys(profile, this.#masterSecret, this.#clientRandom, this.#serverRandom);
    return { type: "finish", flight: [{ type: "change-cipher-spec" }, finished], keys };
  }

  #proceed(message: HandshakeMessage, expected: number): HandshakeStep {
    this.#transcript.push(printMessage(message));
    this.#expected = expected;
    return { type: "continue" };
  }

  #part({ type, body }: MessageContent, epoch: 0 | 1): FlightPart {
    const message = { type, sequence: this.#nextSequence++, body };
    this.#transcript.push(printMessage(message));
    return { type: "message", epoch, message };
  }

  /** SHA-256 of all messages so far. */
  #hash(): Buffer {
    const hash = createHash("sha256");
    for (const message of this.#transcript) hash.update(message);
    return hash.digest();
  }
}

function refuse(refusal: Refusal): HandshakeStep {
  return { type: "refuse", refusal };
}
