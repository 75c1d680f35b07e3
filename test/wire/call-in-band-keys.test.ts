import assert from "node:assert/strict";
import { silence, concatPcm, tone } from "../../src/testing/index.ts";
import { ownNumber, virtualCallTest, type KitOptions } from "../interop/kit.ts";
import { withBarePhones } from "./bare-phone.ts";
import { storedTone } from "./call-scene.ts";

const source = (Key: string) => ({ Type: "S3", BucketName: "prompts", Key });

const asking: KitOptions = {
  functions: [
    `switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return [{ Type: "PlayAudioAndGetDigits", Parameters: {
         InputDigitsRegex: "^[0-9]{4}$",
         MinNumberOfDigits: 4, MaxNumberOfDigits: 4, Repeat: 1, RepeatDurationInMilliseconds: 3000, PlaybackTerminators: ["4"],
         AudioSource: ${JSON.stringify(source("ask.wav"))},
         FailureAudioSource: ${JSON.stringify(source("ask.wav"))},
       } }];
       case "ACTION_SUCCESSFUL": return event.ActionData.Type !== "PlayAudioAndGetDigits" ? [{ Type: "Hangup" }] : [{
         Type: "RecordAudio",
         Parameters: {
           DurationInSeconds: "20", RecordingTerminators: ["#"],
           RecordingDestination: { Type: "S3", BucketName: "rec" },
         },
       }];
       case "ACTION_FAILED": return [{ Type: "Hangup" }];
       default: return [];
     }`,
  ],
  prompts: { "ask.wav": storedTone(660, 3000) },
};

const withoutEvents = (sdp: string) =>
  sdp.replace(" 101\r\n", "\r\n").replaceAll(/a=(rtpmap|fmtp):101 [^\r]*\r\n/g, "");

// Contract: sip-and-media-keys-in-audio
virtualCallTest(
  "a phone that knows no telephone-events types a PIN and ends a recording by tones in its audio",
  asking,
  async (kit) => {
    await withBarePhones(kit, [{ edit: withoutEvents }], async (caller) => {
      if (caller === undefined) return;
      const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
      caller.startWith(await call.until("200 sdp"));
      const { session } = caller.rtp;

      session.sendDigits("pin", "4077", 80, 60);
      await kit.until("the PIN", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));
      session.play("words", concatPcm(silence(300), tone(500, 1000, -12), silence(200)), 1);
      await caller.rtp.heard("finished words");
      session.sendDigits("end", "5#", 100, 100);
      await call.until("BYE");
      await kit.untilEnded();
    });

    const [pin, recorded] = kit
      .events()
      .flatMap(({ InvocationEventType, ActionData }) =>
        InvocationEventType === "ACTION_SUCCESSFUL" ? [ActionData as unknown as Record<string, unknown>] : [],
      );
    assert.equal(pin?.["ReceivedDigits"], "4077");
    assert.equal(recorded?.["Type"], "RecordAudio");
    assert.equal(recorded["RecordingTerminatorUsed"], "#");
  },
);
