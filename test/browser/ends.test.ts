import assert from "node:assert/strict";
import { openBrowser } from "./browser.ts";
import { hears } from "./hearing.ts";
import type { Member } from "./member.ts";
import { browserTest } from "./scene.ts";

/** Browsers that vanish without a word, and what is left of them. What is open at the end of each test is judged by `browserTest`. */

const [ada, ben] = [430, 610];
const quiet = -20;

/** How far a page has come when it is loaded again: from before its socket to after its audio. */
const stages = ["joining", "connecting", "started", "presence"] as const;
const reloads = 20;

browserTest("meetings: browsers that vanish", "chromium", async ({ t, kit, room: openOne }) => {
  const room = await openOne();
  const staying = await room.browse("Ada");
  const silentFrom = await staying.received();

  await t.test("28: two pages that load again and again leave nothing behind", async (step) => {
    const reloadOften = async (name: string, ahead: number) => {
      let member: Member = await room.browse(name);
      for (let count = 0; count < reloads; count++) {
        await member.until(stages[(count + ahead) % stages.length] as string);
        member = await member.reload();
      }
      await member.until("started");
      return member;
    };
    const members = await Promise.all([reloadOften("Ben", 0), reloadOften("Cy", 2)]);
    const open = kit.server.ledger();
    step.diagnostic(`${members.length} pages, ${reloads} times each; then ${JSON.stringify(open)}`);
    await kit.until("three of everything", () => {
      const { meetingMembers, meetingSockets, rtpSessions, mixers, meetingRooms } = kit.server.ledger();
      return [meetingMembers, meetingSockets, rtpSessions].every((many) => many === 3) && mixers + meetingRooms === 2;
    });
    for (const member of members) {
      await staying.until("presence", { attendeeId: member.attendeeId, present: true });
      await member.close();
    }
    await kit.until("one of everything", () => kit.server.ledger().meetingMembers === 1);
  });

  await t.test("24: who is in a silent room gets 50 packets a second", async (step) => {
    const [from, to] = [silentFrom, await staying.received()];
    const seconds = (to.atMs - from.atMs) / 1_000;
    const perSecond = (to.packets - from.packets) / seconds;
    step.diagnostic(`${perSecond.toFixed(2)} a second for ${seconds.toFixed(1)} s, ${to.lost} lost`);
    // A tick that the machine was too late for is left out; the client warns below half.
    assert.ok(perSecond > 25 && perSecond < 55, `${perSecond} packets a second`);
    assert.ok(!staying.events().some(({ type }) => type === "connection-poor"));
  });

  await t.test("28: a browser that is killed is gone for the others, and leaves nothing behind", async (step) => {
    const other = await openBrowser("chromium");
    const killed = await room.browse("Di", { tones: [[ben, quiet]] }, other);
    await staying.speak([[ada, quiet]]);
    await hears(staying, { tones: [ben], not: [ada] });
    const from = staying.mark();
    const killedAtMs = kit.clock.monotonicMs();
    await other.kill();
    // Its place is kept for ten seconds.
    kit.clock.run(4);
    const gone = await staying.until("presence", { attendeeId: killed.attendeeId, present: false }, { from });
    step.diagnostic(
      `gone ${Math.round(kit.clock.monotonicMs() - killedAtMs)} ms of the server's time after it was killed`,
    );
    assert.equal(gone["dropped"], true);
    kit.clock.run(1);
    await kit.until("one of everything", () => {
      const { meetingMembers, meetingSockets, rtpSessions } = kit.server.ledger();
      return [meetingMembers, meetingSockets, rtpSessions].every((many) => many === 1);
    });
    await other.close();
  });
});
