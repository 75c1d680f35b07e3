import { createSocket } from "node:dgram";
import { once } from "node:events";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createUserAgent, type SipAddress } from "../../src/sip/index.ts";

/** A phone whose RTP packets a test sends and gets itself, to measure when. */
export interface RawPhone {
  readonly address: SipAddress;
  /** Calls `uri`; an incoming call is answered by itself. */
  dial(uri: string, nextHop: SipAddress, from: string): void;
  /** Resolves when the call is answered and the far end's RTP address is known. */
  readonly answered: Promise<void>;
  /** The far end's RTP port, once it is answered. */
  readonly farPort: number;
  /** Sends one packet of 20 ms that carries `number` (to 65,535). */
  send(number: number): void;
  /** When each number came, milliseconds of `performance.now`. */
  readonly came: Map<number, number>;
  close(): Promise<void>;
}

const payloadBytes = 160;
/** Four half bytes of a number, as u-law samples that every codec table keeps. */
const firstCode = 0x10;

/** Opens one. */
export async function openRawPhone(): Promise<RawPhone> {
  const host = "127.0.0.1";
  const rtp = createSocket("udp4");
  rtp.bind(0, host);
  await once(rtp, "listening");
  const came = new Map<number, number>();
  rtp.on("message", (bytes) => {
    const at = performance.now();
    const codes = [...bytes.subarray(12, 16)].map((code) => code - firstCode);
    if (codes.length < 4 || codes.some((code) => code < 0 || code > 15)) return;
    const number = codes.reduce((sum, code) => sum * 16 + code, 0);
    if (!came.has(number)) came.set(number, at);
  });

  let remotePort: number | undefined;
  let sequence = 0;
  let tellAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (tellAnswered = resolve));
  const takeSdp = (sdp = "") => {
    remotePort = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    tellAnswered();
  };
  const sdp = [
    ...["v=0", `o=raw 1 1 IN IP4 ${host}`, "s=-", `c=IN IP4 ${host}`, "t=0 0"],
    ...[`m=audio ${rtp.address().port} RTP/AVP 0`, "a=ptime:20", ""],
  ].join("\r\n");

  const agent = await createUserAgent({
    listeners: [{ transport: "udp", host, port: 0 }],
    userAgent: "Raw phone",
    clock: systemClock,
    log: silentLogger,
    onInvite: (call) => {
      call.delegate = { onEnded: () => undefined };
      call.answer(sdp);
      takeSdp(call.offer);
    },
  });
  const address = agent.listeners[0] as SipAddress;
  return {
    address,
    answered,
    came,
    get farPort() {
      return remotePort ?? 0;
    },
    dial: (requestUri, nextHop, from) => {
      const delegate = {
        onAnswered: (answer: { sdp: string | undefined }) => takeSdp(answer.sdp),
        onEnded: () => undefined,
      };
      agent.call({ requestUri, to: requestUri, from, nextHop, headers: [], offer: sdp, delegate });
    },
    send: (number) => {
      const packet = Buffer.alloc(12 + payloadBytes, 0xff);
      packet.writeUInt16BE(0x8000, 0);
      packet.writeUInt16BE(++sequence & 0xffff, 2);
      packet.writeUInt32BE(sequence * payloadBytes, 4);
      packet.writeUInt32BE(1, 8);
      for (let index = 0; index < 4; index++) packet[12 + index] = firstCode + ((number >> (12 - 4 * index)) & 15);
      if (remotePort !== undefined) rtp.send(packet, remotePort, host);
    },
    close: async () => {
      await agent.close();
      rtp.close();
    },
  };
}
