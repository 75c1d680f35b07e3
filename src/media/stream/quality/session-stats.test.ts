import assert from "node:assert/strict";
import { test } from "node:test";
import { audioTo, createMediaScene } from "../../../testing/internal/media-scene.ts";
import type { Roughness } from "../../../testing/internal/rough-packets.ts";

/** A minute between two sessions, of which one sends through a relay that does this. */
async function through(roughness: Roughness, seed: number) {
  const scene = await createMediaScene(seed);
  const [far, near] = [await scene.open(), await scene.open()];
  scene.packets.treat(far.port, roughness);
  far.session.start(audioTo(near.port));
  near.session.start(audioTo(far.port));
  scene.pass(60_000);
  const theirs = await scene.settled(far.session.close());
  // What is on its way arrives.
  scene.pass(500);
  const ours = await scene.settled(near.session.stats());
  return { theirs, ours, did: scene.packets.did(far.port) };
}

const rough: Readonly<Record<string, Roughness>> = {
  "nothing wrong": {},
  "a few losses": { lossRatio: 0.01, delayMs: 30 },
  "many losses and jitter": { lossRatio: 0.1, delayMs: 80, jitterMs: 18 },
  "bursts of loss": { burstOf100: 5, delayMs: 20, jitterMs: 5 },
  "jitter and reordering": { delayMs: 20, jitterMs: 70, reorders: true },
  "all of it": { lossRatio: 0.03, duplicateRatio: 0.05, delayMs: 50, jitterMs: 50, reorders: true },
};
for (const [name, roughness] of Object.entries(rough)) {
  test(`what the statistics say of a way with ${name} is what a relay did there: loss within 0.1 %, jitter within 20 %`, async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { ours, theirs, did } = await through(roughness, seed);

    const ratioOf = (lost: number, all: number) => (100 * lost) / all;
    const relay = { lossPercent: ratioOf(did.lost, did.sent), jitterMs: did.delayChangesMs / did.delayChanges };
    const heard = {
      lossPercent: ratioOf(ours.packetsLost, ours.packetsLost + ours.packetsReceived),
      jitterMs: ours.jitterMs,
    };
    // A duplicate makes up for a loss there, as the standard has it. RFC 3550 §6.4.1
    const hidden = Math.min(did.lost, did.duplicated);
    const reported = {
      lossPercent: ratioOf(theirs.remotePacketsLost ?? Number.NaN, theirs.packetsSent),
      jitterMs: theirs.remoteJitterMs ?? Number.NaN,
    };
    context.diagnostic(`seed ${seed} ${JSON.stringify({ relay, heard, reported, roundTripMs: theirs.roundTripMs })}`);
    assert.ok(did.sent > 2900);
    assert.ok(Math.abs(heard.lossPercent - relay.lossPercent) <= 0.1, "loss");
    assert.ok(Math.abs(heard.jitterMs - relay.jitterMs) <= 0.2 * relay.jitterMs + 0.2, "jitter");
    // Reports are up to seven of the sixty seconds old, and their jitter is that of some moments.
    const relayed = ratioOf(did.lost - hidden, did.sent);
    assert.ok(Math.abs(reported.lossPercent - relayed) <= 0.5 + 0.15 * relayed, "reported loss");
    assert.ok(Math.abs(reported.jitterMs - relay.jitterMs) <= 0.35 * relay.jitterMs + 1, "reported jitter");
    assert.ok(ours.packetsDuplicated === did.duplicated, "duplicates");
    assert.ok(ours.packetsLate === did.overtaken, "late");
  });
}
