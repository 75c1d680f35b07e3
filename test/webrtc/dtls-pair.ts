import type { AgreedKeys } from "../../src/media/dtls/server-handshake.ts";
import { createCertificate, type DtlsCertificate } from "../../src/media/dtls/certificate.ts";
import {
  createDtlsServer,
  type DtlsDropCause,
  type DtlsServer,
  type DtlsServerSetting,
} from "../../src/media/dtls/dtls-server.ts";
import type { DtlsFailure } from "../../src/media/dtls/refusal.ts";
import { createManualClock, type ManualClock } from "../../src/testing/index.ts";
import { DtlsClient, type DtlsClientSetting } from "./dtls-client.ts";

/** Keys cost the most of a handshake, and tests need no fresh ones. */
const certificates = { server: createCertificate(0), client: createCertificate(0), other: createCertificate(0) };

/** What happens to a datagram: when it arrives, milliseconds after it was sent, once for each number; none when it is lost. */
export type Network = (from: "client" | "server", datagram: Buffer) => readonly number[];

export interface DtlsPairSetting {
  readonly network?: Network;
  readonly client?: Partial<DtlsClientSetting>;
  readonly server?: Partial<DtlsServerSetting>;
  /** Whether the client sends packets of SRTP as soon as it can; default true. */
  readonly hasMedia?: boolean;
}

/** A client and a server of DTLS on one manual clock, with a network between them. */
export class DtlsPair {
  readonly clock: ManualClock = createManualClock();
  readonly server: DtlsServer;
  readonly client: DtlsClient;
  /** What each side has sent, in order. */
  readonly sent: { readonly client: Buffer[]; readonly server: Buffer[] } = { client: [], server: [] };
  readonly dropped: DtlsDropCause[] = [];
  /** The address that the client sends from. */
  source = "192.0.2.1:5000";
  serverKeys: AgreedKeys | undefined;
  clientKeys: AgreedKeys | undefined;
  failure: DtlsFailure | undefined;
  clientFailure: string | undefined;
  closed: ("client" | "server")[] = [];
  readonly #network: Network;
  readonly #hasMedia: boolean;

  constructor({ network = () => [1], client = {}, server = {}, hasMedia = true }: DtlsPairSetting = {}) {
    this.#network = network;
    this.#hasMedia = hasMedia;
    const { clock } = this;
    const expectedFingerprint = certificates.client.fingerprint;
    this.server = createDtlsServer(
      { certificate: certificates.server, clock, expectedFingerprint, ...server },
      {
        send: (datagram) => this.#send("server", datagram),
        onKeys: (keys) => void (this.serverKeys = keys),
        onFailed: (failure) => void (this.failure = failure),
        onClosed: () => void this.closed.push("server"),
        onDropped: (cause) => void this.dropped.push(cause),
      },
    );
    this.client = new DtlsClient(
      { certificate: certificates.client, clock, serverFingerprint: certificates.server.fingerprint, ...client },
      {
        send: (datagram) => this.#send("client", datagram),
        onKeys: (keys) => {
          this.clientKeys = keys;
          this.#sendMedia(10);
        },
        onFailed: (why) => void (this.clientFailure = why),
        onClosed: () => void this.closed.push("client"),
      },
    );
  }

  /** Whether nothing more can come of the handshake. */
  get isOver(): boolean {
    const isDone = this.serverKeys !== undefined && this.clientKeys !== undefined;
    return isDone || this.failure !== undefined || this.clientFailure !== undefined;
  }

  /** Lets the client begin, and time go on until the handshake is over or so many milliseconds have passed. @returns how many */
  run(mostMs = 60_000): number {
    this.client.start();
    this.until(() => this.isOver, mostMs);
    return this.clock.monotonicMs();
  }

  until(isReached: () => boolean, mostMs = 60_000): void {
    while (!isReached() && this.clock.monotonicMs() < mostMs && this.clock.runNext());
  }

  /** What the client says by its keys, as the server sees it: somebody has used them. */
  #sendMedia(times: number): void {
    if (times === 0 || !this.#hasMedia) return;
    for (const delayMs of this.#network("client", Buffer.of(0x80))) {
      this.clock.startTimer(delayMs, () => this.server.confirm());
    }
    this.clock.startTimer(20, () => this.#sendMedia(times - 1));
  }

  #send(from: "client" | "server", datagram: Uint8Array): void {
    const copy = Buffer.from(datagram);
    this.sent[from].push(copy);
    for (const delayMs of this.#network(from, copy)) {
      this.clock.startTimer(delayMs, () => {
        if (from === "client") this.server.receive(Buffer.from(copy), this.source);
        else this.client.receive(copy);
      });
    }
  }
}

/** A certificate that is not the one whose fingerprint the other side has. */
export const strangersCertificate: DtlsCertificate = certificates.other;
