import assert from "node:assert/strict";
import { silentLogger, type Logger } from "../../src/kernel/index.ts";
import { settle } from "../../src/testing/internal/settle.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import { audioTo } from "../../src/testing/internal/media-scene.ts";
import { createMemoryPackets } from "../../src/testing/internal/memory-packets.ts";
import { createMedia } from "../../src/media/media.ts";
import type { NegotiatedAudio } from "../../src/sdp/index.ts";
import type { PacketIo } from "../../src/media/io/packet-io.ts";
import type { MediaMixer, MediaSession } from "../../src/media/index.ts";
import { BrowserPeer, type BrowserPeerSetting } from "./browser-peer.ts";

/** Where the media room is, and where browsers are. */
export const ours = "192.0.2.9";
export const home = "203.0.113.5";

/** A media room on a network in memory, and browsers in it. */
export async function aBrowserWorld(isLost: () => boolean = () => false) {
  const clock = createManualClock();
  const io = lossy(createMemoryPackets(clock, 10), isLost);
  const faults: string[] = [];
  const log: Logger = { ...silentLogger, error: (facts) => void faults.push(JSON.stringify(facts)) };
  const media = await createMedia({ address: ours, portRange: { min: 0, max: 0 }, log, local: { clock, io } });
  const pass = (ms: number) => {
    for (let step = 0; step < ms; step++) clock.advance(1);
  };
  const settled = <Value>(work: Promise<Value>) => settle(work, () => pass(1));

  /** A session for a browser, and what it told. */
  const open = async (setting: Partial<BrowserPeerSetting> = {}, near?: MediaSession | MediaMixer) => {
    const browser = new BrowserPeer({ io, clock, address: home, ...setting });
    const { ufrag: iceUfrag, certificate } = browser;
    const remote = { iceUfrag, fingerprint: certificate.fingerprint, audio: agreed };
    const told: string[] = [];
    const session = await settled(
      media.openBrowserSession(
        { onConnected: () => void told.push("connected"), onLost: (why) => void told.push(`lost: ${why}`) },
        remote,
        near === undefined ? {} : { near },
      ),
    );
    return { browser, session, told };
  };
  /** A browser that has its keys. */
  const connect = async (setting: Partial<BrowserPeerSetting> = {}, near?: MediaSession | MediaMixer) => {
    const leg = await open(setting, near);
    await leg.browser.connectTo(leg.session.transport);
    pass(200);
    assert.deepEqual(leg.told, ["connected"]);
    return leg;
  };
  return { clock, io, media, faults, pass, settled, open, connect };
}

/** A network that loses packets. */
function lossy(io: PacketIo, isLost: () => boolean): PacketIo {
  return {
    open: async (address, port, receive) => {
      const socket = await io.open(address, port, receive);
      const send: typeof socket.send = (packet, to) => void (isLost() || socket.send(packet, to));
      return { ...socket, send };
    },
  };
}

/** What is agreed with a browser. */
export const agreed: NegotiatedAudio = audioTo(0, { remoteAddress: "", telephoneEventPayloadType: undefined });

/** 20 ms of one code. */
export const word = (code: number) => new Uint8Array(160).fill(code);
/** What was not used so far, by cause. */
export const dropped = ({ media }: Awaited<ReturnType<typeof aBrowserWorld>>) => media.ledger().packets.dropped;
/** The codes that packets have. */
export const codesOf = (packets: readonly Uint8Array[]) => [
  ...new Set(packets.flatMap((packet) => [...packet.subarray(12)])),
];
