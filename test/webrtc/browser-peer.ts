import { randomBytes } from "node:crypto";
import { parse } from "sdp-transform";
import type { Clock, Timer } from "../../src/kernel/index.ts";
import type { PacketAddress, PacketIo, PacketSocket } from "../../src/media/io/packet-io.ts";
import { createCertificate, type DtlsCertificate } from "../../src/media/dtls/certificate.ts";
import { writeStun, type StunAttribute } from "../../src/media/ice/stun-answer.ts";
import { isIntact, readStun, stunAttributes, stunTypes } from "../../src/media/ice/stun-message.ts";
import { isRtcp, protocolOf } from "../../src/media/link/demux.ts";
import type { BrowserTransport } from "../../src/media/index.ts";
import type { IceNames } from "../../src/sdp/index.ts";
import type { SrtpKeys } from "../../src/media/srtp/profile.ts";
import { createSrtpReceiver, type SrtpReceiver } from "../../src/media/srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES, type SrtpSender } from "../../src/media/srtp/srtp-sender.ts";
import { DtlsClient } from "./dtls-client.ts";

/** What a peer is made with. */
export interface BrowserPeerSetting {
  readonly io: PacketIo;
  readonly clock: Clock;
  readonly address: string;
  /** The codec that it offers and speaks; default PCMU. */
  readonly codec?: { readonly payloadType: number; readonly map: string; readonly ticks: number };
  /** Its own, where a test has no time to make one for each peer. */
  readonly certificate?: DtlsCertificate;
}

/** How often a browser checks: until the first answer, and as its consent afterwards. RFC 8445 §14, RFC 7675 §5.1 */
const CHECK_MS = { first: 50, later: 2_500 } as const;
const PCMU = { payloadType: 0, map: "PCMU/8000", ticks: 160 };

/** Keys cost the most of a handshake. */
const sharedCertificate = createCertificate(Date.now());

/** A browser as a server of meetings sees it: it offers audio, checks the candidate of the answer, shakes hands, and speaks and hears SRTP. Time and
 * network are those of the test. */
export class BrowserPeer {
  ufrag = randomBytes(3).toString("base64");
  readonly certificate: DtlsCertificate;
  /** Packets that were opened, in order, and reports. */
  readonly heard: Uint8Array[] = [];
  readonly reports: Uint8Array[] = [];
  /** Why packets of the server were not opened. */
  readonly refused: string[] = [];
  failure: string | undefined;
  isConnected = false;
  isClosed = false;
  readonly #setting: BrowserPeerSetting;
  /** Of what it says. */
  ssrc = randomBytes(4).readUInt32BE();
  /** The last datagram that left. */
  lastSent: Uint8Array = new Uint8Array(0);
  #socket: PacketSocket | undefined;
  #server: PacketAddress | undefined;
  #names = { username: "", password: "" };
  #dtls: DtlsClient | undefined;
  #srtp: { readonly sender: SrtpSender; readonly receiver: SrtpReceiver } | undefined;
  #keys: SrtpKeys | undefined;
  #checks: Timer | undefined;
  #sequence = 1;
  /** Packets of padding so far. */
  #padded = 0;

  constructor(setting: BrowserPeerSetting) {
    this.#setting = setting;
    this.certificate = setting.certificate ?? sharedCertificate;
  }

  /** Its description, in the form of Chromium. */
  offer({ video = "inactive" } = {}): string {
    const { payloadType, map } = this.#setting.codec ?? PCMU;
    const transport = [
      ...[`a=ice-ufrag:${this.ufrag}`, `a=ice-pwd:${"p".repeat(24)}`, "a=ice-options:trickle"],
      ...[`a=fingerprint:${this.certificate.fingerprint}`, "a=setup:actpass", "a=rtcp-mux"],
    ];
    const lines = [
      ...["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"],
      ...[`m=audio 9 UDP/TLS/RTP/SAVPF ${payloadType}`, "c=IN IP4 0.0.0.0", ...transport, "a=mid:0", "a=sendrecv"],
      ...["a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", `a=rtpmap:${payloadType} ${map}`],
      ...["m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", ...transport, "a=mid:1", `a=${video}`],
      "a=rtpmap:96 VP8/90000",
    ];
    return `${lines.join("\r\n")}\r\n`;
  }

  /** Opens its socket, and searches the way to where the answer says. */
  async connect(answer: string): Promise<void> {
    const [audio] = parse(answer).media;
    const { ip = "", port = 0 } = audio?.candidates?.[0] ?? {};
    const { type = "", hash = "" } = audio?.fingerprint ?? {};
    const names = { iceUfrag: String(audio?.iceUfrag), icePassword: String(audio?.icePwd) };
    await this.connectTo({ ...names, fingerprint: `${type} ${hash}`, address: ip, port });
  }

  /** The same, with what the answer says. */
  async connectTo(server: Omit<BrowserTransport, "ssrc" | "playbackRateHz">): Promise<void> {
    this.#names = { username: `${server.iceUfrag}:${this.ufrag}`, password: server.icePassword };
    this.#server = { address: server.address, port: server.port };
    const { clock } = this.#setting;
    this.#dtls = new DtlsClient(
      { certificate: this.certificate, clock, serverFingerprint: server.fingerprint },
      {
        send: (datagram) => this.#send(datagram),
        onKeys: ({ client, server }) => this.#begin(client, server),
        onFailed: (why) => void (this.failure = why),
        onClosed: () => void (this.isClosed = true),
      },
    );
    await this.#bind();
    this.#check(CHECK_MS.first);
  }

  /** Goes on from another port, as after a change of its network. */
  async move(): Promise<void> {
    const before = this.#socket;
    await this.#bind();
    await before?.close();
    this.#check(CHECK_MS.first);
  }

  /** Has another name, as for an offer that begins ICE anew. */
  rename(): void {
    this.ufrag = randomBytes(3).toString("base64");
  }

  /** Begins ICE anew with what the answer to that says, from another port. */
  async restart({ iceUfrag, icePassword }: IceNames): Promise<void> {
    this.#names = { username: `${iceUfrag}:${this.ufrag}`, password: icePassword };
    await this.move();
  }

  /** Checks no more, as a browser whose network is gone. */
  fallSilent(): void {
    this.#checks?.cancel();
  }

  /** Sends one packet with this payload, and this header extension. */
  say(payload: Uint8Array, sequence = this.#sequence++, extension: readonly number[] = []): void {
    const { payloadType, ticks } = this.#setting.codec ?? PCMU;
    const packet = new Uint8Array(12 + extension.length + payload.length);
    const view = new DataView(packet.buffer);
    view.setUint16(0, (extension.length > 0 ? 0x9000 : 0x8000) | payloadType);
    view.setUint16(2, sequence & 0xffff);
    view.setUint32(4, (sequence - this.#padded) * ticks);
    view.setUint32(8, this.ssrc);
    packet.set(extension, 12);
    packet.set(payload, 12 + extension.length);
    this.#protect(packet, "protectRtp");
  }

  /** Sends a packet that is padding only, as Chromium does to try out its way: it has the timestamp of the one before. */
  pad(bytes: number): void {
    const { payloadType, ticks } = this.#setting.codec ?? PCMU;
    const packet = new Uint8Array(12 + bytes);
    const view = new DataView(packet.buffer);
    view.setUint16(0, 0xa000 | payloadType);
    const sequence = this.#sequence++;
    view.setUint16(2, sequence & 0xffff);
    view.setUint32(4, (sequence - ++this.#padded) * ticks);
    view.setUint32(8, this.ssrc);
    packet[packet.length - 1] = bytes;
    this.#protect(packet, "protectRtp");
  }

  /** Sends one report. */
  report(packet: Uint8Array): void {
    this.#protect(packet, "protectRtcp");
  }

  /** Sends a datagram as it is. */
  sendRaw(datagram: Uint8Array): void {
    this.#send(datagram);
  }

  /** Closes the connection, as `RTCPeerConnection.close`. */
  async leave(): Promise<void> {
    this.#dtls?.close();
    await this.vanish();
  }

  /** Is gone without a word. */
  async vanish(): Promise<void> {
    this.#checks?.cancel();
    await this.#socket?.close();
  }

  async #bind(): Promise<void> {
    const { io, address } = this.#setting;
    this.#socket = await io.open(address, 0, (packet) => this.#receive(packet));
  }

  /** A connectivity check as it sends them. */
  checkOf(): Uint8Array {
    const attributes: StunAttribute[] = [
      { type: stunAttributes.username, value: Buffer.from(this.#names.username) },
      { type: stunAttributes.controlling, value: new Uint8Array(8) },
      { type: stunAttributes.useCandidate, value: new Uint8Array(0) },
      { type: stunAttributes.priority, value: Uint8Array.of(0x6e, 0, 1, 0xff) },
    ];
    return writeStun(stunTypes.request, randomBytes(12), attributes, this.#names.password);
  }

  #check(againMs: number): void {
    this.#checks?.cancel();
    this.#send(this.checkOf());
    this.#checks = this.#setting.clock.startTimer(againMs, () => this.#check(againMs));
  }

  #receive(packet: Uint8Array): void {
    const protocol = protocolOf(packet);
    if (protocol === "stun") this.#takeAnswer(packet);
    else if (protocol === "dtls") this.#dtls?.receive(packet);
    else if (protocol === "media") this.#open(packet);
  }

  #takeAnswer(packet: Uint8Array): void {
    const message = readStun(packet);
    const isRight = message?.type === stunTypes.success && isIntact(message, this.#names.password);
    if (!isRight) return void this.refused.push("stun");
    this.#checks?.cancel();
    this.#checks = this.#setting.clock.startTimer(CHECK_MS.later, () => this.#check(CHECK_MS.later));
    if (this.isConnected) return;
    this.isConnected = true;
    this.#dtls?.start();
  }

  /** Speaks with its keys as if it had never done so, which no honest end does. */
  forgetNumbers(): void {
    if (this.#srtp !== undefined && this.#keys !== undefined)
      this.#srtp = { ...this.#srtp, sender: createSrtpSender(this.#keys) };
  }

  #begin(client: SrtpKeys, server: SrtpKeys): void {
    this.#keys = client;
    this.#srtp = { sender: createSrtpSender(client), receiver: createSrtpReceiver(server) };
  }

  /** Keys are agreed. */
  get hasKeys(): boolean {
    return this.#srtp !== undefined;
  }

  #open(packet: Uint8Array): void {
    const memory = packet.slice();
    const isReport = isRtcp(memory);
    const length = this.#srtp?.receiver[isReport ? "openRtcp" : "openRtp"](memory, memory.length) ?? "no-keys";
    if (typeof length === "string") this.refused.push(length);
    else (isReport ? this.reports : this.heard).push(memory.subarray(0, length));
  }

  #protect(packet: Uint8Array, how: "protectRtp" | "protectRtcp"): void {
    const memory = new Uint8Array(packet.length + MOST_SRTP_OVERHEAD_BYTES);
    memory.set(packet);
    const length = this.#srtp?.sender[how](memory, packet.length);
    if (typeof length === "number") this.#send(memory.subarray(0, length));
  }

  #send(datagram: Uint8Array): void {
    const [socket, server] = [this.#socket, this.#server];
    if (socket !== undefined && server !== undefined) {
      this.lastSent = datagram.slice();
      socket.send(this.lastSent, socket.prepare(server.address, server.port));
    }
  }
}
