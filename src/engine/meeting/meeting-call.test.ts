import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MediaSession } from "../../media/index.ts";
import { bedRule, openEngineBed, type EngineBed } from "../../testing/internal/engine-bed.ts";
import { doorMeeting, openTestDoor, type TestDoor } from "../../testing/internal/meeting-door.ts";
import { aRequest, aResponse, sipHeader, tagOf } from "../../testing/internal/sip-testbed.ts";

const requestUri = "sip:+17035550122@192.0.2.1";
const token = "X-chime-join-token: token-one";

interface Bed extends EngineBed {
  readonly door: TestDoor;
  /** Sessions that are open. */
  readonly open: () => number;
  /** An INVITE for the number of meetings, which no rule takes. */
  call(lines?: readonly string[]): Promise<void>;
}

async function setUp(door: TestDoor = openTestDoor(), start: () => void = () => undefined): Promise<Bed> {
  let open = 0;
  const session = () =>
    ({
      ...{ localAddress: "192.0.2.1", localPort: 4000 },
      ...{ start, answered: () => undefined },
      close: async () => {
        open -= 1;
        return { packetsReceived: 0 };
      },
    }) as unknown as MediaSession;
  const bed = await openEngineBed({
    meetings: door,
    media: async () => {
      open += 1;
      return session();
    },
  });
  return {
    ...bed,
    ...{ door, open: () => open },
    async call(lines = [token]) {
      await bed.send(aRequest({ requestUri, lines }));
      await bed.answerLookups(undefined);
    },
  };
}

async function acknowledge({ peer, send }: Bed): Promise<string> {
  const toTag = tagOf(sipHeader(peer.last("200 OK"), "To"));
  await send(aRequest({ method: "ACK", requestUri, toTag, branch: "ack" }));
  return toTag;
}

function assertNothingLeft({ counts, engine, open, door }: Bed): void {
  assert.deepEqual(
    [counts.permits, counts.invocations, engine.ledger().calls, open(), door.members.size],
    [0, 0, 0, 0, 0],
  );
}

// Contract: sip-and-media-meeting-number, sip-and-media-meeting-number-refused, sip-and-media-meeting-number-rule
describe("a call to the number of meetings", () => {
  it("takes part as the attendee of its token, without a function, until it hangs up (Contract: sip-and-media-meeting-number)", async () => {
    const bed = await setUp();
    await bed.call([token, `X-chime-meeting-id: ${doorMeeting.meetingId}`]);
    const toTag = await acknowledge(bed);

    assert.deepEqual([...bed.door.members.keys()], ["attendee-one"]);
    assert.deepEqual([bed.counts.permits, bed.engine.ledger().calls, bed.open()], [1, 1, 1]);
    await bed.send(aRequest({ method: "BYE", requestUri, toTag, cseq: 2 }));
    await bed.settle();

    assert.deepEqual(bed.door.left, ["attendee-one"]);
    assertNothingLeft(bed);
  });

  it("gets a BYE when the meeting ends (Contract: sip-and-media-meeting-number-refused)", async () => {
    const bed = await setUp();
    await bed.call();
    await acknowledge(bed);

    bed.door.end("the meeting was deleted");
    await bed.settle();

    await bed.send(aResponse(bed.peer.last("BYE"), "200 OK"));
    assert.deepEqual(bed.door.left, []);
    assertNothingLeft(bed);
  });

  for (const [what, lines, cause] of [
    ["without a token", [], "no-join-token"],
    ["with an empty token", ["X-chime-join-token: "], "no-join-token"],
    ["with a token that nobody has", ["X-chime-join-token: another"], "not-let-in"],
    ["with another meeting", [token, "X-chime-meeting-id: another"], "not-let-in"],
  ] as const) {
    it(`${what} is refused with 403 before the answer (Contract: sip-and-media-meeting-number-refused)`, async () => {
      const bed = await setUp();
      await bed.call(lines);

      assert.equal(bed.peer.count("403"), 1);
      assert.equal(bed.peer.count("200 OK"), 0);
      assert.deepEqual(bed.agent.refusals(), { [cause]: 1 });
      await bed.settle();
      assertNothingLeft(bed);
    });
  }

  it("of which the meeting has ended is refused with 403", async () => {
    const door = openTestDoor();
    door.end("the meeting was deleted");
    const bed = await setUp(door);
    await bed.call();

    assert.deepEqual(bed.agent.refusals(), { "not-let-in": 1 });
    await bed.settle();
    assertNothingLeft(bed);
  });

  it("is refused with 500 when the room breaks", async () => {
    const door = openTestDoor();
    const bed = await setUp({ ...door, join: () => Promise.reject(new Error("The room broke.")) });
    await bed.call();

    assert.deepEqual(bed.agent.refusals(), { "server-error": 1 });
    await bed.settle();
    assertNothingLeft(bed);
  });

  it("is ended, and the meeting is left, when its audio fails at the answer", async () => {
    const bed = await setUp(openTestDoor(), () => {
      throw new Error("The worker ended.");
    });
    await bed.call();
    await bed.settle();

    assert.deepEqual(bed.door.left, ["attendee-one"]);
    assertNothingLeft(bed);
  });

  it("that is given up while it joins is left when it is joined", async () => {
    const door = openTestDoor();
    let letIn = (): void => undefined;
    const bed = await setUp({
      ...door,
      join: async (...request) => {
        await new Promise<void>((resolve) => {
          letIn = resolve;
        });
        return door.join(...request);
      },
    });
    await bed.call();
    await bed.send(aRequest({ method: "CANCEL", requestUri, branch: "INVITE1" }));
    letIn();
    await bed.settle();

    assert.equal(bed.peer.count("487"), 1);
    assertNothingLeft({ ...bed, door });
  });

  it("is of the application where a rule takes it (Contract: sip-and-media-meeting-number-rule)", async () => {
    const bed = await setUp();
    await bed.send(aRequest({ requestUri, lines: [token] }));
    await bed.answerLookups(bedRule);

    assert.equal(bed.counts.invocations, 1);
    assert.equal(bed.door.members.size, 0);
  });

  it("is ended when the server stops", async () => {
    const bed = await setUp();
    await bed.call();
    await acknowledge(bed);

    const closed = bed.engine.close(1_000);
    await bed.settle();
    await closed;

    assert.equal(bed.peer.count("BYE"), 1);
    assertNothingLeft(bed);
  });

  it("is a number like any other for a server without meetings: 404", async () => {
    const bed = await openEngineBed();
    await bed.send(aRequest({ requestUri, lines: [token] }));
    await bed.answerLookups(undefined);

    assert.equal(bed.peer.count("404"), 1);
  });

  it("would be taken, says an OPTIONS", async () => {
    const bed = await setUp();
    await bed.send(aRequest({ method: "OPTIONS", requestUri }));
    await bed.answerLookups(undefined);

    assert.equal(bed.peer.count("200 OK"), 1);
  });
});
