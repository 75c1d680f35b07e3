import { NotFoundException } from "@aws-sdk/client-chime-sdk-voice";
import assert from "node:assert/strict";
import { virtualCallTest, type CallKit, type KitOptions, type WireAction } from "../interop/kit.ts";
import { withPhone } from "./call-phone.ts";
import {
  callOut,
  createDoorbell,
  hangUp,
  heardTone,
  levelDbfs,
  playAudio,
  storedTone,
  type Doing,
  type FinishedCall,
} from "./call-scene.ts";
import { assertTone, assertTones, soundingParts } from "./heard.ts";

const low = { frequencyHz: 440, levelDbfs };
const high = { frequencyHz: 880, levelDbfs };
const prompts = {
  "long.wav": storedTone(low.frequencyHz, 1500),
  "queued.wav": storedTone(660, 300),
  "news.wav": storedTone(high.frequencyHz, 500),
};

/** A function that plays a tone and has another queued. */
const playing = (repeat: number, replies: Readonly<Record<string, readonly WireAction[]>>): KitOptions => ({
  functions: [
    { CALL_ANSWERED: [playAudio("long.wav", { Repeat: repeat }), playAudio("queued.wav"), hangUp()], ...replies },
  ],
  prompts,
});

/** Calls a phone; `doing` begins when the tone is on its way. */
async function callAndPlay(kit: CallKit, doing: Doing, judge: (call: FinishedCall) => void): Promise<void> {
  const doorbell = createDoorbell();
  await withPhone(
    kit,
    async ({ phone }) => {
      const heardBefore = kit.facts.filter(({ type }) => type === "audio-started").length;
      const finished = await callOut(kit, phone, doorbell, async (call, transactionId) => {
        await kit.until(
          "the tone is on its way",
          () => kit.facts.filter(({ type }) => type === "audio-started").length > heardBefore,
        );
        await doing(call, transactionId);
      });
      judge(finished);
    },
    { onCall: doorbell.take },
  );
}

virtualCallTest(
  "an update stops the tone at once, its list is heard without a break, and what was queued never is",
  playing(4, {
    CALL_UPDATE_REQUESTED: [playAudio("news.wav"), hangUp()],
    // Has no effect: the reply to ACTION_INTERRUPTED is not used.
    ACTION_INTERRUPTED: [hangUp("486")],
  }),
  async (kit) => {
    let acceptedAt = 0;
    await callAndPlay(
      kit,
      async (call, transactionId) => {
        const hear = async () => (acceptedAt += (await call.takeHeard()).samples.length);
        acceptedAt = 0;
        await kit.until("a part of the tone was heard", async () => (await hear()) > 400 * 8);
        assert.equal(await kit.update(transactionId, { word: "now" }), 202);
        await hear();
      },
      ({ report, events, types }) => {
        const parts = soundingParts(report.heard);
        const [start, end] = [parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0];
        const newsAt = end - 500 * 8;
        assertTone(report.heard, { start, end: newsAt - 80 * 8 }, low);
        assertTone(report.heard, { start: newsAt, end }, high);
        const silence = end - start - parts.reduce((sum, part) => sum + part.end - part.start, 0);
        assert.ok(silence <= 60 * 8, `${silence / 8} ms of silence in between`);
        assert.ok(
          newsAt - acceptedAt <= 150 * 8,
          `${(newsAt - acceptedAt) / 8} ms from the API's answer to the new tone`,
        );

        assert.deepEqual(types.slice(0, 4), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "CALL_UPDATE_REQUESTED"]);
        assert.deepEqual(types.slice(4), ["ACTION_INTERRUPTED", "HANGUP"]);
        assert.deepEqual(events[3]?.ActionData, {
          Type: "CallUpdateRequest",
          Parameters: { Arguments: { word: "now" } },
        });
        assert.equal(events[4]?.ActionData?.Type, "PlayAudio");
        assert.equal(events[4]?.ActionData?.Parameters["Repeat"], 4);
        assert.equal(events[5]?.ActionData?.Parameters["SipResponseCode"], 0);
        assert.deepEqual(
          events.map(({ Sequence }) => Sequence),
          [1, 2, 3, 4, 5, 6],
        );
      },
    );
    assert.ok(kit.facts.some((fact) => fact.type === "response-ignored" && /ACTION_INTERRUPTED/.test(fact.why)));
  },
);

virtualCallTest(
  "an update that the function answers with nothing changes nothing: tone and queue are heard to their end",
  playing(1, {}),
  async (kit) => {
    await callAndPlay(
      kit,
      async (_call, transactionId) => void (await kit.update(transactionId, {})),
      ({ report, types }) => {
        assertTones(report.heard, [heardTone(440, 1500), heardTone(660, 300)]);
        assert.deepEqual(types.slice(3), ["CALL_UPDATE_REQUESTED", "HANGUP"]);
      },
    );
  },
);

virtualCallTest(
  "several updates at once are told one after another, and the last list is the one that is heard",
  {
    functions: [
      `switch (event.InvocationEventType) {
        case "CALL_ANSWERED": return ${JSON.stringify([playAudio("long.wav", { Repeat: 9 })])};
        case "CALL_UPDATE_REQUESTED":
          return event.ActionData.Parameters.Arguments.word === "last"
            ? ${JSON.stringify([playAudio("news.wav"), hangUp()])}
            : ${JSON.stringify([playAudio("queued.wav", { Repeat: 9 })])};
      }`,
    ],
    prompts,
  },
  async (kit) => {
    await callAndPlay(
      kit,
      async (_call, transactionId) => {
        for (const word of ["first", "second", "last"]) await kit.update(transactionId, { word });
      },
      ({ report, events }) => {
        const updates = events.filter((event) => event.InvocationEventType === "CALL_UPDATE_REQUESTED");
        assert.deepEqual(
          updates.map((event) => event.ActionData?.Parameters["Arguments"]),
          [{ word: "first" }, { word: "second" }, { word: "last" }],
        );
        const end = soundingParts(report.heard).at(-1)?.end ?? 0;
        assertTone(report.heard, { start: end - 500 * 8, end }, high);
      },
    );
  },
);

virtualCallTest(
  "an update of a call that has ended, or never was, is answered with NotFoundException (404)",
  { functions: [{ CALL_ANSWERED: [hangUp()] }] },
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhone(
      kit,
      async ({ phone }) => {
        const { events } = await callOut(kit, phone, doorbell);

        const ended = events[0]?.CallDetails.TransactionId ?? "";
        for (const transactionId of [ended, "6f2a5c1e-8d4b-4c0a-9a57-0a4a4c1f7c11"]) {
          await assert.rejects(kit.update(transactionId, {}), (error: unknown) => {
            assert.ok(error instanceof NotFoundException);
            assert.equal(error.$metadata.httpStatusCode, 404);
            return true;
          });
        }
        assert.equal(kit.events().length, events.length);
      },
      { onCall: doorbell.take },
    );
  },
);
