import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { encodeWav } from "../wav/encode-wav.ts";
import { createMedia } from "../media.ts";
import { pcmFromSamples } from "../pcm.ts";
import type { Media, MediaSession } from "../types.ts";

const audioTo = (port: number): NegotiatedAudio => ({
  ...{ remoteAddress: "127.0.0.1", remotePort: port, remoteRtcpAddress: "127.0.0.1", remoteRtcpPort: port + 1 },
  ...{ codec: { name: "PCMU", payloadType: 0 }, telephoneEventPayloadType: 101, ptimeMs: 20, direction: "sendrecv" },
});

test("media in the calling thread carry sound and digits by their own clock and sockets, and leave nothing open", async () => {
  const clock = createManualClock();
  const local = { clock, io: createMemoryPackets(clock) };
  const media: Media = await createMedia({
    address: "127.0.0.1",
    portRange: { min: 0, max: 0 },
    local,
    log: silentLogger,
  });
  /** Lets time pass until something has settled. */
  const settled = async <T>(work: Promise<T>): Promise<T> => {
    let isSettled = false;
    void work.finally(() => (isSettled = true)).catch(() => undefined);
    for (let turn = 0; !isSettled && turn < 10_000; turn++) {
      clock.advance(1);
      for (let step = 0; step < 10; step++) await Promise.resolve();
    }
    return work;
  };
  const digits: string[] = [];
  const one = await settled<MediaSession>(media.openSession({}));
  const other = await settled<MediaSession>(media.openSession({ onDigit: (digit) => digits.push(digit) }));
  one.start(audioTo(other.localPort));
  other.start(audioTo(one.localPort));

  other.startCapture();
  one.play("sound", pcmFromSamples(Array.from({ length: 1_600 }, () => 4_000)), 1);
  one.sendDigits("keys", "42", 100, 100);
  clock.advance(1_000);
  const heard = await settled(other.stopCapture());

  assert.equal(heard.samples.filter((sample) => Math.abs(sample - 4_000) < 200).length, 1_600);
  assert.deepEqual(digits, ["4", "2"]);
  assert.deepEqual((await media.decodeWav(encodeWav(pcmFromSamples([1, 2])))).samples, pcmFromSamples([1, 2]).samples);
  const { packets, ...open } = media.ledger();
  assert.deepEqual(open, { sessions: 2, mixers: 0, members: 0, sockets: 4, workers: 1 });
  assert.deepEqual([packets.sent > 90, packets.received > 90, packets.dropped], [true, true, {}]);
  await settled(media.close());
  const { packets: counted, ...left } = media.ledger();
  assert.deepEqual(left, { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 0 });
  assert.ok(counted.sent >= packets.sent);
  assert.equal(clock.pendingTimers(), 0);
});
