import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger } from "../../src/kernel/index.ts";
import { createSpeech } from "../../src/speech/index.ts";
import { concatPcm, pcmFromSamples, silence, slicePcm, type Pcm } from "../../src/testing/index.ts";
import { mixAt, noises, speechToDistortionDb } from "../../src/testing/internal/noises.ts";
import { ownNumber, peerNumber, virtualCallTest, type CallKit, type KitOptions } from "../interop/kit.ts";
import { withBarePhones, type BarePhone } from "./bare-phone.ts";

/** How long VoiceFocus is off, on, and off again. */
const PART_MS = 5000;

const focusing: KitOptions = {
  functions: [
    `const { Type } = event.ActionData ?? {};
     const pause = { Type: "Pause", Parameters: { DurationInMilliseconds: "${PART_MS}" } };
     const focus = (Enable) => ({ Type: "VoiceFocus", Parameters: { Enable, ParticipantTag: "LEG-A" } });
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return [{ Type: "CallAndBridge", Parameters: {
         CallerIdNumber: "${ownNumber}",
         Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${peerNumber}" }],
       } }];
       case "ACTION_SUCCESSFUL": return Type !== "CallAndBridge" ? [] : [
         { Type: "StartCallRecording", Parameters: { Track: "INCOMING", Destination: { Type: "S3", Location: "rec/calls" } } },
         pause, focus(true), pause, focus("False"), pause,
         { Type: "StopCallRecording" }, { Type: "Hangup", Parameters: { ParticipantTag: "LEG-B" } },
         { Type: "Hangup", Parameters: { ParticipantTag: "LEG-A" } },
       ];
       default: return [];
     }`,
  ],
};

/** A sentence of less than one part, from 600 ms of it on. */
async function aSentence({ world }: CallKit): Promise<Pcm> {
  const speech = await world.during(createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger }));
  const made = await world.during(
    speech.synthesize({
      ...{ text: "There is a fan in this room, but I can hear you well enough.", textType: "text" },
      ...{ voiceId: "Joanna", languageCode: undefined, engine: "standard" },
    }),
  );
  await world.during(speech.close());
  const spoken = concatPcm(silence(600), made);
  return concatPcm(spoken, silence(PART_MS - spoken.samples.length / 8));
}

/** How much the speech of one part stands out, dB; `heard` may be late by up to half a second. */
function clarityDb(clean: Pcm, heard: Pcm, part: number): number {
  const from = part * PART_MS;
  const wanted = slicePcm(clean, from + 600, from + PART_MS - 500).samples;
  const around = slicePcm(heard, from + 600, from + PART_MS).samples;
  let best = { lag: 0, product: -Infinity };
  for (let lag = 0; lag <= around.length - wanted.length; lag++) {
    let product = 0;
    for (let index = 0; index < wanted.length; index += 3) product += (wanted[index] ?? 0) * (around[lag + index] ?? 0);
    if (product > best.product) best = { lag, product };
  }
  return speechToDistortionDb(wanted, around.subarray(best.lag, best.lag + wanted.length));
}

async function recordingOf(kit: CallKit): Promise<Pcm> {
  const folder = join(kit.folder, "objects", "rec");
  const files = await readdir(folder, { recursive: true });
  const bytes = await readFile(join(folder, files.find((name) => name.endsWith(".wav")) ?? ""));
  return pcmFromSamples(
    Int16Array.from({ length: (bytes.length - 44) / 2 }, (_, at) => bytes.readInt16LE(44 + 2 * at)),
  );
}

async function conversation(
  kit: CallKit,
  body: (caller: BarePhone, callee: BarePhone) => Promise<void>,
): Promise<void> {
  await withBarePhones(kit, [{}, {}], async (caller, callee) => {
    if (caller === undefined || callee === undefined) return;
    kit.routeTo(callee.sip.address);
    const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
    const incoming = await callee.sip.incoming();
    incoming.respond(200, callee.answerTo(incoming));
    await incoming.until("ACK");
    caller.startWith(await call.until("200 sdp"));
    await body(caller, callee);
    await incoming.until("BYE");
    await call.until("BYE");
    await kit.untilEnded();
  });
}

// Contract: actions-voice-focus-effect
virtualCallTest(
  "VoiceFocus clears what one party says, for the other and in the recording, from when to when it is on",
  focusing,
  async (kit, t) => {
    const sentence = await aSentence(kit);
    const clean = concatPcm(sentence, sentence, sentence);
    const noisy = pcmFromSamples(mixAt(10, clean.samples, noises["fan and hum"](9, clean.samples.length)));
    let heard: Pcm | undefined;

    await conversation(kit, async (caller, callee) => {
      callee.rtp.session.startCapture();
      caller.rtp.session.play("words", noisy, 1);
      await caller.rtp.heard("finished words");
      heard = await callee.rtp.session.stopCapture();
    });

    const recorded = await recordingOf(kit);
    for (const [what, pcm] of [
      ["the other party", heard ?? silence(1)],
      ["the recording", recorded],
    ] as const) {
      const [before = 0, on = 0, after = 0] = [0, 1, 2].map((part) => clarityDb(clean, pcm, part));
      const figures = [before, on, after].map((clarity) => `${clarity.toFixed(1)} dB`).join(", ");
      t.diagnostic(`${what}: ${figures}`);
      assert.ok(on > before + 3.5 && on > after + 3.5 && Math.abs(before - after) < 0.7, `${what}: ${figures}`);
    }
  },
);
