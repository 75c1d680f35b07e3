import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { virtualCallTest, type KitOptions, type WireAction, type WireEvent } from "../interop/kit.ts";
import { concatPcm, silence, tone, type Pcm } from "../../src/testing/index.ts";
import { withPhone } from "./call-phone.ts";
import { callIn, hangUp, heardTone, levelDbfs, pause, playAudio, storedTone } from "./call-scene.ts";
import { assertNear, assertTone, assertTones, soundingParts } from "./heard.ts";
import { readRecording } from "./read-recording.ts";

const record = (more: Readonly<Record<string, unknown>> = {}): WireAction => ({
  Type: "RecordAudio",
  Parameters: {
    DurationInSeconds: "2",
    RecordingDestination: { Type: "S3", BucketName: "rec", Prefix: "mail/" },
    ...more,
  },
});
const recordCall = (Track: string): WireAction => ({
  Type: "StartCallRecording",
  Parameters: { Track, Destination: { Type: "S3", Location: "rec/calls" } },
});
const change = (what: "Stop" | "Pause" | "Resume"): WireAction => ({ Type: `${what}CallRecording`, Parameters: {} });

/** Does `actions`; then, if a recording was made by RecordAudio, plays it. Hangs up at the end. */
const answering = (...actions: readonly WireAction[]): KitOptions => ({
  functions: [
    `const { RecordingDestination: made, Type } = event.ActionData ?? {};
    const up = event.CallDetails.Participants.some(({ Status }) => Status === "Connected");
    switch (event.InvocationEventType) {
      case "NEW_INBOUND_CALL": return ${JSON.stringify(actions)};
      case "ACTION_SUCCESSFUL":
        if (!up || made === undefined) return up ? [{ Type: "Hangup" }] : [];
        return [{ Type: "PlayAudio", Parameters: { AudioSource: made } }, { Type: "Hangup" }];
      case "ACTION_FAILED": return up ? [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] : [];
      default: return [];
    }`,
  ],
  prompts: { "prompt.wav": storedTone(660, 500) },
});

const destinationOf = (event: WireEvent | undefined) => {
  const data = event?.ActionData as { readonly RecordingDestination?: { BucketName: string; Key: string } } | undefined;
  assert.ok(data?.RecordingDestination !== undefined, `no RecordingDestination in ${JSON.stringify(event)}`);
  return `${data.RecordingDestination.BucketName}/${data.RecordingDestination.Key}`;
};
const usedKey = (event: WireEvent | undefined) =>
  (event?.ActionData as { readonly RecordingTerminatorUsed?: string } | undefined)?.RecordingTerminatorUsed;

virtualCallTest(
  "RecordAudio records to the sample what the caller says, and PlayAudio can play the file at once",
  answering(record()),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await call.play(tone(500, 700, levelDbfs));
      });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
      assert.match(destinationOf(events[1]), /^rec\/mail\/[0-9a-f-]{36}-recordings-\d+\.wav$/);
      assert.equal(usedKey(events[1]), undefined);
      const { samples, channels } = await readRecording(kit, destinationOf(events[1]));
      assert.equal(samples, 16_000);
      assert.equal(channels.length, 1);
      assertTones(channels[0] as Pcm, [heardTone(500, 700)]);
      assertTones(report.heard, [heardTone(500, 700)]);
    });
  },
);

virtualCallTest(
  "a terminator ends RecordAudio, is named, and is not in the file",
  answering(record({ DurationInSeconds: 10, RecordingTerminators: ["#"] })),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { events } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await call.play(tone(500, 400, levelDbfs));
        await call.pressKeys("#");
      });

      assert.equal(usedKey(events[1]), "#");
      const { channels, samples } = await readRecording(kit, destinationOf(events[1]));
      assert.ok(samples < 5 * 8_000, `${samples} samples`);
      assertTones(channels[0] as Pcm, [heardTone(500, 400)]);
    });
  },
);

virtualCallTest(
  "silence ends RecordAudio",
  answering(record({ DurationInSeconds: 10, SilenceDurationInSeconds: "1" })),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { events } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await call.play(tone(500, 400, levelDbfs));
      });

      const { channels, samples } = await readRecording(kit, destinationOf(events[1]));
      const [part] = soundingParts(channels[0] as Pcm);
      assertNear((samples - (part?.end ?? 0)) / 8, 1_000, 41, "silence at the end");
    });
  },
);

virtualCallTest(
  "a caller who hangs up during RecordAudio leaves a file: ACTION_SUCCESSFUL, then HANGUP (Contract: events-leg-leaves-action)",
  answering(record({ DurationInSeconds: 30 })),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { events, types } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await call.play(concatPcm(tone(500, 600, levelDbfs), silence(200)));
        call.hangUp();
      });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
      assert.equal(events[1]?.CallDetails.Participants[0]?.["Status"], "Disconnected");
      const { channels } = await readRecording(kit, destinationOf(events[1]));
      assertTones(channels[0] as Pcm, [heardTone(500, 600)]);
    });
  },
);

virtualCallTest(
  "a file that the store refuses is kept: ACTION_FAILED, and it is told where (Contract: actions-record-audio)",
  answering(record({ DurationInSeconds: 1 })),
  async (kit) => {
    // The place of the bucket is taken by a file.
    await mkdir(join(kit.folder, "objects"), { recursive: true });
    await writeFile(join(kit.folder, "objects", "rec"), "");
    await withPhone(kit, async ({ phone }) => {
      const { events, types } = await callIn(kit, phone);

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      assert.equal(events[1]?.ActionData?.ErrorType, "InvalidActionParameter");
      const lost = kit.facts.filter((fact) => fact.type === "recording-lost").at(-1);
      assert.ok(lost?.path !== undefined);
      assert.equal((await readFile(lost.path)).length, 44 + 2 * 8_000);
    });
  },
);

virtualCallTest(
  "StartCallRecording into a place where nothing can be written fails at once: NoAccessToDestination, as Error too (Contract: events-error-member)",
  answering(recordCall("BOTH")),
  async (kit) => {
    await writeFile(join(kit.folder, "objects", "rec"), "");
    await withPhone(kit, async ({ phone }) => {
      const { events, types } = await callIn(kit, phone);

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      const data: Readonly<Record<string, unknown>> = { ...events[1]?.ActionData };
      assert.equal(data["ErrorType"], "NoAccessToDestination");
      assert.equal(data["ErrorMessage"], "Error while accessing destination");
      assert.equal(data["Error"], "NoAccessToDestination: Error while accessing destination");
      assert.deepEqual(await readdir(join(kit.folder, ".offhook", "recordings")), []);
    });
  },
);

virtualCallTest(
  "StartCallRecording BOTH has the caller on the left and what it heard on the right, over the whole call",
  answering(recordCall("BOTH"), pause(100), playAudio("prompt.wav"), pause(1_500), hangUp()),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await call.play(tone(440, 600, levelDbfs));
      });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "HANGUP"]);
      const participant = events[0]?.CallDetails.Participants[0];
      const time = new Date(Number(participant?.["StartTimeInMilliseconds"])).toISOString();
      const name = `${time.slice(0, -1).replaceAll(/[T:.]/g, "-")}_${events[0]?.CallDetails.TransactionId}_${String(participant?.["CallId"])}.wav`;
      const place = `rec/calls/${time.slice(0, 10).replaceAll("-", "/")}/${name}`;
      await kit.until("the file is stored", () =>
        kit.facts.some((fact) => fact.type === "recording-stored" && place.endsWith(fact.key)),
      );
      const { metadata, samples, channels } = await readRecording(kit, place);
      assert.equal(metadata["transaction-id"], events[0]?.CallDetails.TransactionId);
      assert.equal(metadata["call-id"], participant?.["CallId"]);
      assert.equal(metadata["recording-audio-file-format"], "audio/wav");
      assert.equal(metadata["recording-duration"], String(Math.round(samples / 8_000)));
      assert.equal(channels.length, 2);
      assertTones(channels[0] as Pcm, [heardTone(440, 600)]);
      assertTones(channels[1] as Pcm, [heardTone(660, 500)]);
      assertTones(report.heard, [heardTone(660, 500)]);
    });
  },
);

virtualCallTest(
  "a paused recording has a tone, silence and a tone, and stays as long as the call (Contract: actions-call-recording-pause)",
  answering(
    recordCall("INCOMING"),
    playAudio("prompt.wav"),
    change("Pause"),
    pause(1_000),
    change("Resume"),
    pause(600),
    change("Stop"),
  ),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const before = kit.facts.length;
      await callIn(kit, phone, async (call) => {
        await call.answered;
        // The call ends before the tone does.
        await call.play(tone(500, 10_000, levelDbfs)).catch(() => undefined);
      });
      await kit.until("the file is stored", () =>
        kit.facts.slice(before).some(({ type }) => type === "recording-stored"),
      );

      const fact = kit.facts.slice(before).find((one) => one.type === "recording-stored");
      assert.ok(fact !== undefined);
      const { channels } = await readRecording(kit, `${fact.bucket}/${fact.key}`);
      const [heard] = channels as [Pcm];
      const [first, second, ...others] = soundingParts(heard);
      assert.ok(first !== undefined && second !== undefined && others.length === 0);
      const marker = { frequencyHz: 1_400, levelDbfs };
      const speech = { frequencyHz: 500, levelDbfs };
      const markerSamples = 1_600;
      assertTone(heard, { start: first.start, end: first.end - markerSamples - 160 }, speech);
      assertTone(heard, { start: first.end - markerSamples, end: first.end }, marker);
      assertTone(heard, { start: second.start, end: second.start + markerSamples }, marker);
      assertTone(heard, { start: second.start + markerSamples + 160, end: second.end }, speech);
      assert.ok(second.start - first.end >= 8 * 590, "1,000 ms without the two tones");
    });
  },
);

virtualCallTest(
  "an update interrupts RecordAudio: ACTION_INTERRUPTED names the file, which is kept (Contract: actions-record-audio-interrupted)",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [record({ DurationInSeconds: 30 })],
        CALL_UPDATE_REQUESTED: [playAudio("prompt.wav"), hangUp()],
      },
    ],
    prompts: { "prompt.wav": storedTone(660, 500) },
  },
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await call.play(concatPcm(tone(500, 600, levelDbfs), silence(200)));
        await kit.update(kit.events().at(-1)?.CallDetails.TransactionId ?? "", {});
      });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED", "HANGUP"]);
      const { channels } = await readRecording(kit, destinationOf(events[2]));
      assertTones(channels[0] as Pcm, [heardTone(500, 600)]);
      assertTones(report.heard, [heardTone(660, 500)]);
    });
  },
);
