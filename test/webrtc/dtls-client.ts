import { createHash, createPublicKey, randomBytes, sign, verify, X509Certificate } from "node:crypto";
import type { Clock, Timer } from "../../src/kernel/index.ts";
import { ByteReader } from "../../src/media/dtls/byte-reader.ts";
import { uint, vector } from "../../src/media/dtls/byte-writer.ts";
import { hasFingerprint, type DtlsCertificate } from "../../src/media/dtls/certificate.ts";
import { packFlight, type FlightPart } from "../../src/media/dtls/flight.ts";
import { printMessage, readFragments, type HandshakeMessage } from "../../src/media/dtls/handshake-message.ts";
import { makeKeyShare, P256_GROUP } from "../../src/media/dtls/key-exchange.ts";
import { extendedMasterSecret, recordKeys, verifyData } from "../../src/media/dtls/prf.ts";
import {
  alertCode,
  contentType,
  ECDSA_P256_SHA256,
  extensionType,
  handshakeType,
} from "../../src/media/dtls/protocol.ts";
import { Reassembly } from "../../src/media/dtls/reassembly.ts";
import { RecordLayer } from "../../src/media/dtls/record-layer.ts";
import { readRecords, type DtlsRecord } from "../../src/media/dtls/record.ts";
import type { AgreedKeys } from "../../src/media/dtls/server-handshake.ts";
import { exportSrtpKeys } from "../../src/media/dtls/srtp-keys.ts";
import { browserHello, printHello, type HelloShape } from "./client-hello.ts";

/** What a client is made with. */
export interface DtlsClientSetting {
  readonly certificate: DtlsCertificate;
  readonly clock: Clock;
  /** Of the server's certificate: the value of `fingerprint` in its answer. */
  readonly serverFingerprint: string;
  /** Default: that of a browser. */
  readonly hello?: HelloShape;
  /** Most bytes of a datagram; default 1200. */
  readonly mostDatagramBytes?: number;
  /** Sends its last flight again for each `Finished` beyond the first, as Chromium does. */
  readonly repeatsLastFlight?: boolean;
  /** Changes a message before it is sent, as a client that is wrong would send it. */
  readonly change?: (type: number, body: Buffer) => Buffer;
}

/** Who is told what comes of it. */
export interface DtlsClientOwner {
  send(datagram: Uint8Array): void;
  /** The handshake is over. */
  onKeys(keys: AgreedKeys): void;
  /** The server gave up, or is not whom it should be. */
  onFailed(why: string): void;
  /** The server has said goodbye. */
  onClosed(): void;
}

/** What Chromium and Firefox begin with; it doubles each time. */
const FIRST_DELAY_MS = 50;

/** The active end of DTLS 1.2 for SRTP, as a browser is one: it plays browsers in tests and under load. It fails loudly where a server does what
 * a browser would not take. */
export class DtlsClient {
  readonly #setting: DtlsClientSetting;
  readonly #owner: DtlsClientOwner;
  readonly #layer = new RecordLayer();
  readonly #reassembly = new Reassembly();
  readonly #random = randomBytes(32);
  #transcript: Buffer[] = [];
  #nextSequence = 0;
  #flight: readonly FlightPart[] = [];
  #timer: Timer | undefined;
  #early: DtlsRecord[] = [];
  #isEnded = false;
  #isEstablished = false;
  #serverRandom: Buffer = Buffer.alloc(32);
  #serverCertificate: Buffer = Buffer.alloc(0);
  #serverKey: Buffer = Buffer.alloc(0);
  #masterSecret: Buffer = Buffer.alloc(0);

  constructor(setting: DtlsClientSetting, owner: DtlsClientOwner) {
    this.#setting = setting;
    this.#owner = owner;
  }

  get isEstablished(): boolean {
    return this.#isEstablished;
  }

  /** Sends the first ClientHello. */
  start(): void {
    this.#sendHello(Buffer.alloc(0));
  }

  receive(datagram: Uint8Array): void {
    const { records, isWhole } = readRecords(Buffer.from(datagram));
    if (!isWhole) throw new Error("the server has sent a datagram that is no row of records");
    for (const record of records) this.#takeRecord(record);
  }

  /** Says goodbye. */
  close(): void {
    if (!this.#isEnded) this.#sendAlert(1, alertCode.closeNotify);
    this.#end();
  }

  #takeRecord(record: DtlsRecord): void {
    if (this.#isEnded) return;
    const content = this.#layer.open(record);
    if (content === "no-keys") this.#early.push(record);
    if (typeof content === "string") return;
    if (record.type === contentType.alert) return this.#takeAlert(content);
    if (record.type === contentType.handshake) this.#takeFragments(content);
  }

  #takeFragments(content: Buffer): void {
    const fragments = readFragments(content);
    if (fragments === undefined) throw new Error("the server has sent a malformed piece of a message");
    for (const fragment of fragments) {
      const isStale = this.#reassembly.add(fragment) === "replayed";
      const isFinished = fragment.type === handshakeType.finished;
      if (isStale && isFinished && this.#setting.repeatsLastFlight === true) this.#sendFlight();
    }
    for (let message = this.#reassembly.takeNext(); message !== undefined && !this.#isEnded;) {
      this.#takeMessage(message);
      message = this.#reassembly.takeNext();
    }
  }

  #takeMessage(message: HandshakeMessage): void {
    const { type, body } = message;
    const reader = new ByteReader(body);
    if (type === handshakeType.helloVerifyRequest) {
      reader.uint16();
      return this.#sendHello(reader.vector(1));
    }
    const hashBefore = this.#hash();
    this.#transcript.push(printMessage(message));
    if (type === handshakeType.serverHello) return this.#takeServerHello(reader);
    if (type === handshakeType.certificate) this.#serverCertificate = new ByteReader(reader.vector(3)).vector(3);
    if (type === handshakeType.serverKeyExchange) return this.#takeServerKeyExchange(reader, body);
    if (type === handshakeType.serverHelloDone) return this.#answerFlight();
    if (type === handshakeType.finished) this.#takeFinished(body, hashBefore);
  }

  #takeServerHello(reader: ByteReader): void {
    const version = reader.uint16();
    this.#serverRandom = reader.bytes(32);
    reader.vector(1);
    const suite = reader.uint16();
    const compression = reader.uint8();
    const extensions = new ByteReader(reader.vector(2));
    const types: number[] = [];
    while (extensions.left > 0) {
      types.push(extensions.uint16());
      extensions.vector(2);
    }
    const shape = this.#setting.hello ?? browserHello();
    const unasked = types.filter((type) => !shape.extensions.some(([asked]) => asked === type));
    const isDowngrade = this.#serverRandom.subarray(24, 31).toString("latin1") === "DOWNGRD";
    const isFit = version === 0xfefd && suite === 0xc02b && compression === 0 && reader.isWhole && extensions.isWhole;
    const hasAll = types.includes(extensionType.extendedMasterSecret) && types.includes(extensionType.useSrtp);
    if (!isFit || isDowngrade || !hasAll || unasked.length > 0) this.#fail("the ServerHello is not one to take");
  }

  #takeServerKeyExchange(reader: ByteReader, body: Buffer): void {
    const curveType = reader.uint8();
    const group = reader.uint16();
    const publicKey = reader.vector(1);
    const parameters = body.subarray(0, reader.position);
    const algorithm = reader.uint16();
    const signature = reader.vector(2);
    const { publicKey: key } = new X509Certificate(this.#serverCertificate);
    const signed = Buffer.concat([this.#random, this.#serverRandom, parameters]);
    const isFit = curveType === 3 && group === P256_GROUP && algorithm === ECDSA_P256_SHA256 && reader.isWhole;
    if (!isFit || !verify("sha256", signed, createPublicKey(key.export({ format: "pem", type: "spki" })), signature)) {
      return this.#fail("the server's key is not signed by its certificate");
    }
    if (!hasFingerprint(this.#serverCertificate, this.#setting.serverFingerprint)) {
      return this.#fail("the server's certificate is not that of its session description");
    }
    this.#serverKey = publicKey;
  }

  /** Certificate, ClientKeyExchange, CertificateVerify, Finished. */
  #answerFlight(): void {
    const share = makeKeyShare();
    const secret = share.computeSecret(this.#serverKey);
    if (secret === undefined) return this.#fail("the server's key is none");
    const { certificate } = this.#setting;
    const parts = [
      this.#part(handshakeType.certificate, vector(3, vector(3, certificate.der)), 0),
      this.#part(handshakeType.clientKeyExchange, vector(1, share.publicKey), 0),
    ];
    this.#masterSecret = extendedMasterSecret(secret, this.#hash());
    const { client, server } = recordKeys(this.#masterSecret, this.#random, this.#serverRandom);
    this.#layer.setKeys(server, client);
    const signature = sign("sha256", Buffer.concat(this.#transcript), certificate.privateKey);
    parts.push(
      this.#part(handshakeType.certificateVerify, Buffer.concat([uint(ECDSA_P256_SHA256, 2), vector(2, signature)]), 0),
      { type: "change-cipher-spec" },
    );
    parts.push(this.#part(handshakeType.finished, verifyData(this.#masterSecret, "client", this.#hash()), 1));
    this.#flight = parts;
    this.#sendUntilAnswered(FIRST_DELAY_MS);
    for (const record of this.#early.splice(0)) this.#takeRecord(record);
  }

  #takeFinished(body: Buffer, hashBefore: Buffer): void {
    if (!body.equals(verifyData(this.#masterSecret, "server", hashBefore))) return this.#fail("Finished does not fit");
    this.#isEstablished = true;
    this.#timer?.cancel();
    this.#owner.onKeys(exportSrtpKeys("AES_CM_128_HMAC_SHA1_80", this.#masterSecret, this.#random, this.#serverRandom));
  }

  #takeAlert(content: Buffer): void {
    const [level, code] = content;
    const wasEstablished = this.#isEstablished;
    this.#end();
    if (code === alertCode.closeNotify && wasEstablished) this.#owner.onClosed();
    else this.#owner.onFailed(`alert ${level} ${code}`);
  }

  #sendHello(cookie: Uint8Array): void {
    this.#transcript = [];
    const shape = this.#setting.hello ?? browserHello();
    this.#flight = [this.#part(handshakeType.clientHello, printHello(shape, this.#random, cookie), 0)];
    this.#sendUntilAnswered(FIRST_DELAY_MS);
  }

  #part(type: number, body: Buffer, epoch: 0 | 1): FlightPart {
    const changed = this.#setting.change?.(type, body) ?? body;
    const message = { type, sequence: this.#nextSequence++, body: changed };
    this.#transcript.push(printMessage(message));
    return { type: "message", epoch, message };
  }

  #hash(): Buffer {
    return createHash("sha256").update(Buffer.concat(this.#transcript)).digest();
  }

  /** Goes by its timer alone, as Chromium does: that the server repeats itself does not make it send. */
  #sendUntilAnswered(delayMs: number): void {
    this.#timer?.cancel();
    this.#sendFlight();
    this.#timer = this.#setting.clock.startTimer(delayMs, () => this.#sendUntilAnswered(2 * delayMs));
  }

  #sendFlight(): void {
    const seal = (type: number, epoch: 0 | 1, fragment: Uint8Array) => this.#layer.seal(type, epoch, fragment);
    for (const datagram of packFlight(this.#flight, this.#setting.mostDatagramBytes ?? 1200, seal)) {
      this.#owner.send(datagram);
    }
  }

  #sendAlert(level: number, code: number): void {
    this.#owner.send(this.#layer.seal(contentType.alert, this.#isEstablished ? 1 : 0, Uint8Array.of(level, code)));
  }

  #fail(why: string): void {
    this.#end();
    this.#owner.onFailed(why);
  }

  #end(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
  }
}
