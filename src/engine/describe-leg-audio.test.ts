import assert from "node:assert/strict";
import { test } from "node:test";
import { legAudio } from "../testing/internal/leg-audio.ts";
import type { MediaStats } from "../media/index.ts";
import { describeLegAudio } from "./describe-leg-audio.ts";

const lines: Readonly<Record<string, readonly [change: Partial<MediaStats>, line: string]>> = {
  "a far end without reports": [{}, "heard 500 packets, lost 0, jitter 2 ms, MOS 4.4; sent 500"],
  "loss is a share of what should have come": [
    { packetsReceived: 512, packetsLost: 3, mos: 4.32 },
    "heard 512 packets, lost 3 (0.6 %), jitter 2 ms, MOS 4.3; sent 500",
  ],
  "a far end with reports": [
    { remotePacketsLost: 10, remoteMos: 4.2, remoteJitterMs: 4, roundTripMs: 31.4 },
    "heard 500 packets, lost 0, jitter 2 ms, MOS 4.4; sent 500, of which it lost 10 (2.0 %), MOS 4.2, round trip 31 ms",
  ],
  "its media worker ended": [{ isUnknown: true }, "nobody knows how it was, since its media worker ended"],
  "nothing came": [{ packetsReceived: 0, jitterMs: 0, mos: undefined }, "heard 0 packets, lost 0; sent 500"],
};
for (const [title, [change, line]] of Object.entries(lines)) {
  test(`the audio of a leg in one line: ${title}`, () => assert.equal(describeLegAudio(legAudio(change)), line));
}
