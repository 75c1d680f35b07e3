import assert from "node:assert/strict";
import { DeleteAttendeeCommand, DeleteMeetingCommand, GetMeetingCommand } from "@aws-sdk/client-chime-sdk-meetings";
import { dominantFrequencyHz } from "../../src/testing/index.ts";
import type { WireEvent } from "../interop/kit.ts";
import { hears, shown } from "./hearing.ts";
import { joinByBrowser } from "./member.ts";
import { browserTest, since } from "./scene.ts";

/** Telephones and the unmodified official client in one room, in Chromium, over the running server: what a person would try, in the order
 * in which one would. Times are printed, not judged: they are the machine's. */

const [ada, ben, cy, di] = [430, 610, 890, 1270];
const quiet = -20;

const legs = (event: WireEvent) =>
  event.CallDetails.Participants.map(({ ParticipantTag, Status }) => `${String(ParticipantTag)} ${String(Status)}`);

browserTest("meetings: two browsers and two phones in one room", "chromium", async ({ t, kit, room: openOne }) => {
  const room = await openOne();
  const first = await room.browse("Ada", { tones: [[ada, quiet]], topics: ["chat"] });

  await t.test("1: a browser joins, and sees itself", async (step) => {
    const own = await first.until("presence", { attendeeId: first.attendeeId, present: true });
    assert.equal(own["externalUserId"], "Ada");
    const [joining] = first.events();
    step.diagnostic(`audioVideoDidStart ${since(joining!, await first.until("started"))} after start()`);
  });
  const phone = await room.phone("Cy", { tone: [cy, quiet] });

  await t.test("2: a phone joins by JoinChimeMeeting, and the browser sees it", async () => {
    const joined = await phone.until("ACTION_SUCCESSFUL", "JoinChimeMeeting");
    assert.deepEqual(legs(joined), ["LEG-A Connected", "LEG-B Connected"]);
    const [, legB] = joined.CallDetails.Participants;
    assert.deepEqual([legB?.["To"], legB?.["Direction"]], ["+17035550122", "Outbound"]);
    const seen = await first.until("presence", { externalUserId: "Cy" });
    assert.equal(seen["attendeeId"], phone.attendee.AttendeeId);
  });

  await t.test("3: a browser and a phone hear each other", async (step) => {
    step.diagnostic(`the phone: ${shown(await hears(phone, { tones: [ada], not: [cy] }))}`);
    step.diagnostic(`the browser: ${shown(await hears(first, { tones: [cy], not: [ada] }))}`);
  });

  const second = await room.browse("Ben", { tones: [[ben, quiet]], client: "twoYearsOld", topics: ["chat"] });
  const other = await room.phone("Di", {
    tone: [di, quiet],
    headers: { "X-Attendees": [phone.attendee.AttendeeId, "11111111-2222-4333-8444-555555555555"].join(",") },
  });

  await t.test("4: with two browsers and two phones each hears the three others, and not itself", async (step) => {
    const everybody = [
      ["Ada", first, [ben, cy, di], ada],
      ["Ben, with the client of two years before", second, [ada, cy, di], ben],
      ["Cy", phone, [ada, ben, di], cy],
      ["Di", other, [ada, ben, cy], di],
    ] as const;
    const listening = everybody.map(async ([name, listener, tones, own]) => {
      step.diagnostic(`${name}: ${shown(await hears(listener, { tones, not: [own] }))}`);
    });
    await Promise.all(listening);
  });

  await t.test("5: a browser that mutes is not heard, and everybody sees it", async (step) => {
    const [from, atMs] = [second.mark(), Date.now()];
    await first.mute();
    const seen = await second.until("volume", { attendeeId: first.attendeeId, muted: true }, { from });
    step.diagnostic(`the other browser sees it after ${since({ atMs }, seen)}`);
    await hears(phone, { tones: [ben, di], not: [ada, cy] });
    await first.unmute();
    await second.until("volume", { attendeeId: first.attendeeId, muted: false }, { from: second.mark() - 1 });
    await hears(phone, { tones: [ada, ben, di], not: [cy] });
  });

  await t.test("6: *7 on a phone mutes it by ModifyChimeMeetingAttendees, an update ends that", async () => {
    const from = first.mark();
    await phone.call.pressKeys("*7");
    const { ActionData } = await phone.until("ACTION_SUCCESSFUL", "ModifyChimeMeetingAttendees");
    assert.deepEqual(ActionData?.Parameters, {
      ParticipantTag: "LEG-B",
      CallId: phone.events().at(-1)?.CallDetails.Participants[1]?.["CallId"],
      MeetingId: room.meeting.MeetingId,
      Operation: "Mute",
      AttendeeList: [phone.attendee.AttendeeId],
    });
    await first.until("volume", { attendeeId: phone.attendee.AttendeeId, muted: true }, { from });
    await hears(first, { tones: [ben, di], not: [ada, cy] });
    await hears(phone, { tones: [ada, ben, di], not: [cy] });
    await kit.update(phone.events()[0]!.CallDetails.TransactionId, { do: "*8" });
    await first.until("volume", { attendeeId: phone.attendee.AttendeeId, muted: false }, { from });
    await hears(first, { tones: [ben, cy, di], not: [ada] });
  });

  await t.test("7: an id that is none of the meeting fails the whole action", async () => {
    await other.call.pressKeys("*5");
    const { ActionData } = await other.until("ACTION_FAILED", "ModifyChimeMeetingAttendees");
    assert.equal(ActionData?.ErrorType, "InvalidActionParameter");
    assert.equal(
      (ActionData as { readonly ErrorMessage?: string }).ErrorMessage,
      "One or more attendees are not part of this meeting. All attendees must be part of this meeting.",
    );
  });

  await t.test("9: PlayAudio to a phone in the room is heard by that phone only", async () => {
    await phone.call.pressKeys("*3");
    await hears(phone, { tones: [2000] });
    await phone.until("ACTION_SUCCESSFUL", "PlayAudio");
    await hears(first, { tones: [ben, cy, di], not: [ada, 2000] });
  });

  await t.test("20: data messages reach the others, with their sender", async () => {
    const text = "x".repeat(2_048);
    await second.send("chat", text);
    const message = await first.until("data-message", { senderAttendeeId: second.attendeeId });
    assert.deepEqual([message["text"], message["senderExternalUserId"]], [text, "Ben"]);
  });

  await t.test("12: a browser leaves by stop(), and the phones stay", async () => {
    const from = first.mark();
    await second.leave();
    assert.equal((await second.until("stopped"))["status"], 1);
    const gone = await first.until("presence", { attendeeId: second.attendeeId, present: false }, { from });
    assert.equal(gone["dropped"], false);
    await hears(first, { tones: [cy, di], not: [ada, ben] });
  });

  await t.test("10: Hangup of LEG-B takes the phone out; it joins a second time", async () => {
    const [from, events] = [first.mark(), phone.events().length];
    await phone.call.pressKeys("*1");
    const left = await phone.until("ACTION_SUCCESSFUL", "Hangup", events);
    assert.deepEqual(legs(left), ["LEG-A Connected", "LEG-B Disconnected"]);
    await first.until("presence", { attendeeId: phone.attendee.AttendeeId, present: false }, { from });
    await hears(first, { tones: [di], not: [ada, cy] });
    await phone.call.pressKeys("*2");
    await first.until("presence", { attendeeId: phone.attendee.AttendeeId, present: true }, { from });
    await hears(first, { tones: [cy, di], not: [ada] });
  });

  await t.test("11: a phone that hangs up is gone at once, with one HANGUP", async (step) => {
    const [from, atMs] = [first.mark(), Date.now()];
    other.call.hangUp();
    const gone = await first.until("presence", { attendeeId: other.attendee.AttendeeId, present: false }, { from });
    step.diagnostic(`seen after ${since({ atMs }, gone)}`);
    await other.call.ended;
    await other.until("HANGUP");
    const ends = other.events().filter(({ InvocationEventType }) => InvocationEventType === "HANGUP");
    assert.deepEqual(ends.map(legs), [["LEG-A Disconnected", "LEG-B Disconnected"]]);
  });
});

browserTest(
  "meetings: how people are taken out, and who is not let in",
  "chromium",
  async ({ t, client, browser, room: openOne }) => {
    const room = await openOne();
    const MeetingId = room.meeting.MeetingId;
    const staying = await room.browse("Ada", { tones: [[ada, quiet]] });
    const attendee = await room.attend("Ben");
    const doubled = await room.browse("Ben", { attendee, tones: [[ben, quiet]] });

    await t.test("15: a token that is used a second time ends its first session", async () => {
      const again = await room.browse("Ben", { attendee, tones: [[ben, quiet]] });
      assert.equal((await doubled.until("stopped"))["status"], 2);
      await hears(staying, { tones: [ben], not: [ada] });
      await hears(again, { tones: [ada], not: [ben] });
    });

    await t.test("14: DeleteAttendee takes out a browser and a phone, and others stay", async () => {
      const removed = await room.browse("Cy");
      await client.send(new DeleteAttendeeCommand({ MeetingId, AttendeeId: removed.attendeeId }));
      assert.equal((await removed.until("stopped"))["status"], 22);
      const phone = await room.phone("Di", { tone: [di, quiet] });
      await client.send(new DeleteAttendeeCommand({ MeetingId, AttendeeId: phone.attendee.AttendeeId }));
      const hangup = await phone.until("HANGUP");
      assert.deepEqual(legs(hangup), ["LEG-A Connected", "LEG-B Disconnected"]);
      await hears(staying, { tones: [ben], not: [ada, di] });
    });

    await t.test("16: a wrong token gets status 11", async () => {
      const wrong = { ...attendee, JoinToken: `${attendee.JoinToken!.slice(0, -4)}AAAA` };
      const stranger = await joinByBrowser(browser, { meeting: room.meeting, attendee: wrong });
      assert.equal((await stranger.until("stopped"))["status"], 11);
      await stranger.close();
    });

    await t.test("13: DeleteMeeting ends it for browsers and phones", async () => {
      const phone = await room.phone("Cy", { headers: { "X-After": "hang up" } });
      await client.send(new DeleteMeetingCommand({ MeetingId }));
      assert.equal((await staying.until("stopped"))["status"], 5);
      const hangup = await phone.until("HANGUP");
      assert.deepEqual(legs(hangup), ["LEG-A Connected", "LEG-B Disconnected"]);
      const { end, heard } = await phone.call.ended;
      assert.deepEqual(end, { type: "bye" });
      assert.equal(dominantFrequencyHz(heard, heard.samples.length / 8 - 600), 2_000, "the prompt of the function");
      await assert.rejects(client.send(new GetMeetingCommand({ MeetingId })), { name: "NotFoundException" });
    });

    await t.test("13: whoever comes after that gets status 5", async () => {
      const late = await joinByBrowser(browser, { meeting: room.meeting, attendee });
      assert.equal((await late.until("stopped"))["status"], 5);
      await late.close();
    });
  },
);
