import assert from "node:assert/strict";
import { silence, slicePcm, tone, toneLevelDbfs, type Pcm } from "../../src/testing/index.ts";
import { openCutLine } from "./cut-line.ts";
import { hears } from "./hearing.ts";
import type { PageEvent } from "./page-server.ts";
import { browserTest, since } from "./scene.ts";

/** What happens to a browser in a meeting: who speaks, a camera, a screen, a network that breaks. */

const [ada, ben, cy] = [430, 610, 890];
const quiet = -20;

/** The share of 20 ms frames in which a tone is heard. */
function shareWith(heard: Pcm, frequencyHz: number): number {
  const frames = Math.floor(heard.samples.length / 160);
  const loud = Array.from({ length: frames }, (_, index) => slicePcm(heard, index * 20, index * 20 + 20)).filter(
    (frame) => toneLevelDbfs(frame, frequencyHz) > -32,
  );
  return loud.length / frames;
}

browserTest("meetings: browsers see who speaks, and keep their audio", "chromium", async ({ t, room: openOne }) => {
  const room = await openOne();
  const first = await room.browse("Ada", { topics: ["chat"] });
  const phone = await room.phone("Cy");
  const id = phone.attendee.AttendeeId!;

  await t.test(
    "8: the volume of a phone that speaks is seen, and it is the active speaker until it stops",
    async (step) => {
      const from = first.mark();
      const atMs = Date.now();
      const speaking = phone.call.play(tone(cy, 3_000, -20));
      const loud = await first.until("volume", (event) => event["attendeeId"] === id && Number(event["volume"]) > 0.2, {
        from,
      });
      const isFirst = (event: PageEvent) => (event["speakers"] as string[])[0] === id;
      const seen = await first.until("active-speakers", isFirst, { from });
      step.diagnostic(`volume ${since({ atMs }, loud)}, active speaker ${since({ atMs }, seen)} after it began`);
      await speaking;
      const [stoppedAtMs, before] = [Date.now(), first.mark()];
      const none = await first.until("active-speakers", (event) => (event["speakers"] as string[]).length === 0, {
        from: before,
      });
      step.diagnostic(`no active speaker ${since({ atMs: stoppedAtMs }, none)} after it stopped`);
    },
  );

  await t.test("19: a camera is refused, and the audio goes on", async (step) => {
    await first.speak([[ada, quiet]]);
    await hears(phone, { tones: [ada] });
    await first.startCamera();
    await first.until("video-unavailable");
    await hears(phone, { tones: [ada] });
    let heard: Pcm = silence(0);
    await phone.takeHeard();
    const from = first.mark();
    await first.shareScreen();
    await first.until("share-stopped", {}, { from });
    heard = await phone.takeHeard();
    step.diagnostic(`while it tried: ${(100 * shareWith(heard, ada)).toFixed(0)} % of ${heard.samples.length / 8} ms`);
    await hears(phone, { tones: [ada] });
    assert.ok(!first.events().some(({ type }) => type === "stopped"));
  });

  await t.test("20: a data message with a lifetime reaches who comes later", async () => {
    await first.send("chat", "before you came", 60_000);
    const late = await room.browse("Ben", { tones: [[ben, quiet]], topics: ["chat"] });
    const message = await late.until("data-message");
    assert.deepEqual([message["text"], message["senderAttendeeId"]], ["before you came", first.attendeeId]);
    await late.leave();
    await late.until("stopped");
  });
});

browserTest(
  "meetings: a browser whose signalling is cut comes back, and nobody sees it go",
  "chromium",
  async ({ t, room: openOne }) => {
    const room = await openOne();
    const line = await openCutLine(room.meeting.MediaPlacement!.SignalingUrl!);
    try {
      const placement = { ...room.meeting.MediaPlacement, SignalingUrl: line.url };
      const cut = await room.browse("Ada", {
        tones: [[ada, quiet]],
        meeting: { ...room.meeting, MediaPlacement: placement },
      });
      const other = await room.browse("Ben", { tones: [[ben, quiet]] });
      await hears(other, { tones: [ada], not: [ben] });
      await t.test("17: the signalling socket is cut", async (step) => {
        const [from, seenFrom, atMs] = [cut.mark(), other.mark(), Date.now()];
        line.cut();
        await cut.until("connecting", { reconnecting: true }, { from });
        step.diagnostic(`back ${since({ atMs }, await cut.until("started", {}, { from }))} after the cut`);
        await hears(other, { tones: [ada], not: [ben] });
        await hears(cut, { tones: [ben], not: [ada] });
        step.diagnostic(`both hear each other by ${Date.now() - atMs} ms`);
        const gone = other
          .events()
          .slice(seenFrom)
          .filter((event) => event.type === "presence" && event["present"] === false);
        assert.deepEqual(gone, []);
      });
    } finally {
      await line.close();
    }
  },
);
