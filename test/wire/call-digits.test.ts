import assert from "node:assert/strict";
import { virtualCallTest, type CallKit, type KitOptions, type WireAction, type WireEvent } from "../interop/kit.ts";
import { concatPcm, encodeWav, errorCode, silence, tone, type Phone, type PhoneCall } from "../../src/testing/index.ts";
import { withPhone } from "./call-phone.ts";
import { callIn, callOut, createDoorbell, hangUp, heardTone, levelDbfs, playAudio, storedTone } from "./call-scene.ts";
import { assertTone, assertTones, soundingParts } from "./heard.ts";

/** Prompts sound for a moment and leave time for keys, so that each is heard as one tone. */
const prompts = {
  "prompt.wav": encodeWav(concatPcm(tone(440, 300, levelDbfs), silence(8_000))),
  "bad.wav": storedTone(660, 300),
  "thanks.wav": storedTone(880, 500),
  "hold.wav": storedTone(330, 20_000),
};
const prompt = heardTone(440, 300);
const bad = heardTone(660, 300);
const thanks = heardTone(880, 500);

const source = (Key: string) => ({ Type: "S3", BucketName: "prompts", Key });
const getDigits = (parameters: Readonly<Record<string, unknown>>): WireAction => ({
  Type: "PlayAudioAndGetDigits",
  Parameters: {
    AudioSource: source("prompt.wav"),
    FailureAudioSource: source("bad.wav"),
    RepeatDurationInMilliseconds: 5_000,
    ...parameters,
  },
});
const pin = { InputDigitsRegex: "^\\d{4}$", MinNumberOfDigits: 4, MaxNumberOfDigits: 4 };

/** A function that does this with a call, in either direction, and then says thanks and hangs up. */
const asking = (...actions: WireAction[]): KitOptions => ({
  functions: [
    {
      ...{ NEW_INBOUND_CALL: actions, CALL_ANSWERED: actions },
      ACTION_SUCCESSFUL: [playAudio("thanks.wav"), hangUp()],
      DIGITS_RECEIVED: [playAudio("thanks.wav"), hangUp()],
      ACTION_FAILED: [hangUp()],
    },
  ],
  prompts,
});

/** Waits until the `count`th playback of this call is on its way. */
async function untilPlaying(kit: CallKit, before: number, count: number): Promise<void> {
  await kit.until(`playback ${count}`, () => playbacks(kit) >= before + count);
}
const playbacks = (kit: CallKit) => kit.facts.filter(({ type }) => type === "audio-started").length;

/** Presses keys half a second into each of these playbacks. */
async function callAndPress(kit: CallKit, phone: Phone, presses: Readonly<Record<number, string>>) {
  const before = playbacks(kit);
  return callIn(kit, phone, async (call: PhoneCall) => {
    for (const [playback, keys] of Object.entries(presses)) {
      await untilPlaying(kit, before, Number(playback));
      // The call may be over with the last key.
      await call.pressKeys(`,${keys}`).catch((error: unknown) => assert.equal(errorCode(error), "PHONE_CALL_OVER"));
    }
  });
}

const digitsOf = (event: WireEvent | undefined) =>
  (event?.ActionData as { readonly ReceivedDigits?: string } | undefined)?.ReceivedDigits;

virtualCallTest(
  "keys that are pressed during the prompt stop it, and the function gets them",
  asking(getDigits(pin)),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callAndPress(kit, phone, { 1: "1234" });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
      assert.equal(digitsOf(events[1]), "1234");
      assert.equal(events[1]?.ActionData?.Parameters["InBetweenDigitsDurationInMilliseconds"], 5_000);
      const [, between = Infinity] = assertTones(report.heard, [prompt, thanks]);
      assert.ok(between < 4_000, `${between} ms after the tone: the prompt was not stopped`);
    });
  },
);

virtualCallTest(
  "a wrong input is answered with the failure prompt and the prompt again; the second attempt succeeds",
  asking(getDigits({ ...pin, Repeat: 2 })),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callAndPress(kit, phone, { 1: "12#", 3: "5678" });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
      assert.equal(digitsOf(events[1]), "5678");
      assertTones(report.heard, [prompt, bad, prompt, thanks]);
    });
  },
);

virtualCallTest(
  "when no attempt brings keys, the failure prompt is heard after the last one too, then ACTION_FAILED",
  asking(
    getDigits({
      ...{ AudioSource: source("bad.wav"), FailureAudioSource: source("thanks.wav") },
      ...{ RepeatDurationInMilliseconds: 300, Repeat: 2 },
    }),
  ),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callIn(kit, phone);

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      assert.equal(events[1]?.ActionData?.ErrorType, "InvalidDigitsReceived");
      const [, waited = 0] = assertTones(report.heard, [bad, thanks, bad, thanks]);
      assert.ok(waited >= 260, `${waited} ms between the prompt and the failure prompt`);
    });
  },
);

virtualCallTest(
  "SpeakAndGetDigits on an outbound call: the phone hears words, presses keys, and a terminator ends them",
  asking({
    Type: "SpeakAndGetDigits",
    Parameters: {
      SpeechParameters: { Text: "Please enter your number, and then press the hash key." },
      FailureSpeechParameters: { Text: "No." },
      RepeatDurationInMilliseconds: 5_000,
    },
  }),
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhone(
      kit,
      async ({ phone }) => {
        const before = playbacks(kit);
        const { events, types } = await callOut(kit, phone, doorbell, async (call) => {
          await untilPlaying(kit, before, 1);
          await call.pressKeys(",42#");
        });

        assert.deepEqual(types, ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "ACTION_SUCCESSFUL", "HANGUP"]);
        assert.equal(digitsOf(events[3]), "42");
      },
      { onCall: doorbell.take },
    );
  },
);

virtualCallTest(
  "a listener hears keys while a prompt plays: DIGITS_RECEIVED, and the new list takes over at once",
  asking(
    {
      Type: "ReceiveDigits",
      Parameters: {
        InputDigitsRegex: "^\\d{2}#$",
        InBetweenDigitsDurationInMilliseconds: 300,
        FlushDigitsDurationInMilliseconds: 5_000,
      },
    },
    playAudio("hold.wav"),
  ),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callAndPress(kit, phone, { 1: "11#" });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "DIGITS_RECEIVED", "ACTION_INTERRUPTED", "HANGUP"]);
      assert.equal(events[1]?.ActionData?.Type, "ReceiveDigits");
      assert.equal(digitsOf(events[1]), "11#");
      const parts = soundingParts(report.heard);
      const [start, end] = [parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0];
      assert.ok(end - start < 10_000 * 8, `${(end - start) / 8} ms: the prompt was not stopped`);
      assertTone(report.heard, { start, end: start + 800 * 8 }, { frequencyHz: 330, levelDbfs });
      // The last tone has 500 ms.
      assertTone(report.heard, { start: end - 500 * 8, end }, { frequencyHz: 880, levelDbfs });
    });
  },
);

virtualCallTest(
  "SendDigits is heard by the phone as keys, and the list goes on when all are sent",
  asking({ Type: "SendDigits", Parameters: { Digits: "1,29*0#ABCD", ToneDurationInMilliseconds: "60" } }),
  async (kit) => {
    const keys: string[] = [];
    await withPhone(
      kit,
      async ({ phone }) => {
        keys.length = 0;
        const { report, events, types } = await callIn(kit, phone);

        assert.equal(keys.join(""), "129*0#ABCD");
        assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
        assert.equal(events[1]?.ActionData?.Parameters["ToneDurationInMilliseconds"], 60);
        assertTones(report.heard, [thanks]);
      },
      { onDigit: (_call, digit) => void keys.push(digit) },
    );
  },
);

virtualCallTest(
  "a hostile pattern is given up: ACTION_FAILED with the documented text, the reason for a person beside it",
  asking(getDigits({ InputDigitsRegex: "^(((\\d+)+)+)+x$" })),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { events, types } = await callAndPress(kit, phone, { 1: "1111111111111111#" });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      const data = events[1]?.ActionData as { ErrorType: string; ErrorMessage: string } | undefined;
      assert.deepEqual(
        [data?.ErrorType, data?.ErrorMessage],
        ["InvalidActionParameter", "The InputDigitsRegex parameter is invalid."],
      );
      const ended = kit.facts.find((fact) => fact.type === "action-ended" && fact.outcome === "failed");
      assert.match(ended?.type === "action-ended" ? (ended.message ?? "") : "", /takes too long/);
    });
  },
);
