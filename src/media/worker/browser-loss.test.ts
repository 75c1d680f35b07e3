import assert from "node:assert/strict";
import { test } from "node:test";
import { BrowserPeer } from "../../../test/webrtc/browser-peer.ts";
import { silentLogger } from "../../kernel/index.ts";
import { audioTo } from "../../testing/internal/media-scene.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import type { PacketIo } from "../io/packet-io.ts";
import { protocolOf } from "../link/demux.ts";
import { createMedia } from "../media.ts";

/** A network that loses a share of the datagrams of DTLS. */
function losing(io: PacketIo, share: number, random: () => number): PacketIo {
  return {
    open: async (address, port, receive, options) => {
      const socket = await io.open(address, port, receive, options);
      return {
        ...socket,
        send: (packet, to) => {
          if (protocolOf(packet) !== "dtls" || random() >= share) socket.send(packet, to);
        },
      };
    },
  };
}

const audio = audioTo(0, { remoteAddress: "", telephoneEventPayloadType: undefined });
/** Fewer than the hundreds of handshakes of `dtls-server.test.ts`: each is a whole join with ICE and keys. */
const browsers = 60;
const atOnce = 10;
/** A session without keys for so long counts as hung; the official client has given up by then. */
const patienceMs = 10_000;

// Acceptance: 25
test(`of ${browsers} browsers that join while a quarter of their DTLS is lost none hangs`, async (context) => {
  const clock = createManualClock();
  const io = losing(createMemoryPackets(clock, 20), 0.25, createRandom(1));
  const media = await createMedia({
    ...{ address: "192.0.2.9", portRange: { min: 0, max: 0 }, log: silentLogger, local: { clock, io } },
  });
  const passWhile = async (isOpen: () => boolean) => {
    while (isOpen()) {
      clock.advance(5);
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  };
  const join = async (index: number): Promise<number> => {
    const peer = new BrowserPeer({ io, clock, address: `203.0.113.${1 + (index % 250)}` });
    const remote = { iceUfrag: peer.ufrag, fingerprint: peer.certificate.fingerprint, audio };
    let isConnected = false;
    const session = await media.openBrowserSession({ onConnected: () => void (isConnected = true) }, remote);
    const startedMs = clock.monotonicMs();
    await peer.connectTo(session.transport);
    for (;;) {
      await new Promise<void>((resolve) => void clock.startTimer(20, resolve));
      // A microphone is on from the first moment.
      peer.say(new Uint8Array(160));
      const tookMs = clock.monotonicMs() - startedMs;
      if (!(isConnected && peer.hasKeys) && tookMs < patienceMs) continue;
      await peer.leave();
      await session.close();
      return tookMs;
    }
  };

  const times: number[] = [];
  for (let first = 0; first < browsers; first += atOnce) {
    const joins = Promise.all(Array.from({ length: atOnce }, (_, index) => join(first + index)));
    let isDone = false;
    void joins.finally(() => (isDone = true));
    await passWhile(() => !isDone);
    times.push(...(await joins));
  }
  times.sort((one, other) => one - other);
  context.diagnostic(
    `median ${times[browsers / 2]} ms, 95 % within ${times[browsers * 0.95]} ms, slowest ${times.at(-1)} ms`,
  );
  assert.ok((times.at(-1) ?? Infinity) < patienceMs, `the slowest took ${times.at(-1)} ms`);
  assert.ok((times[browsers * 0.95] ?? Infinity) < 3_000);
  assert.equal(media.ledger().sessions, 0);
  await media.close();
});
