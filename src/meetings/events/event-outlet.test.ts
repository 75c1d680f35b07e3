import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InvocationResult } from "../../invoke/index.ts";
import { silentLogger } from "../../kernel/index.ts";
import type { Meeting } from "../../store/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { createEventOutlet } from "./event-outlet.ts";
import type { MeetingEvent } from "./meeting-event.ts";

const here = "arn:aws:lambda:us-east-1:000000000000:function:here";
const absent = "arn:aws:lambda:us-east-1:000000000000:function:absent";
const topic = "arn:aws:sns:us-east-1:000000000000:topic";

function aMeeting(notifications: Meeting["notifications"]): Meeting {
  return {
    ...{ id: "m", externalMeetingId: "secret name", mediaRegion: "us-east-1", createdAt: 0 },
    ...{ features: {}, notifications, tenantIds: [], tags: [] },
  };
}

function anOutlet(answers: InvocationResult[] = []) {
  const invoked: { arn: string; type: string }[] = [];
  const lines: string[] = [];
  const clock = createManualClock();
  const outlet = createEventOutlet({
    ...{ accountId: "000000000000", region: "us-east-1", webhook: undefined, clock },
    invoker: {
      whyUnknown: (arn) => (arn === here ? undefined : `There is no function ${arn}.`),
      invoke: (arn, event) => {
        invoked.push({ arn, type: (event as MeetingEvent).detail.eventType });
        return Promise.resolve(answers.shift() ?? { type: "response", payload: "null" });
      },
    },
    log: {
      ...silentLogger,
      info: (facts: object, message: string) => void lines.push(`${message} ${JSON.stringify(facts)}`),
      warn: (facts: object, message: string) => void lines.push(`${message} ${JSON.stringify(facts)}`),
    },
  });
  const settle = async () => {
    while (outlet.waiting() > 0) {
      clock.runNext();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { outlet, invoked, lines, settle };
}

// Contract: meetings-events-where
describe("events of meetings", () => {
  it("go to the function that the meeting names, in order, again when it failed", async () => {
    const failure = { type: "failed", reason: "unhandled", message: "it threw", stack: undefined } as const;
    const { outlet, invoked, settle } = anOutlet([failure]);
    const meeting = aMeeting({ functionArn: here });
    outlet.tell({ type: "chime:MeetingStarted", meeting, at: 1 });
    outlet.tell({ type: "chime:MeetingEnded", meeting, at: 2 });
    await settle();

    assert.deepEqual(
      invoked.map(({ arn, type }) => [arn, type]),
      [
        [here, "chime:MeetingStarted"],
        [here, "chime:MeetingStarted"],
        [here, "chime:MeetingEnded"],
      ],
    );
  });

  it("go nowhere where the function is not here, and the log says so once", async () => {
    const { outlet, invoked, lines, settle } = anOutlet();
    const meeting = aMeeting({ functionArn: absent, topicArn: topic });
    outlet.tell({ type: "chime:MeetingStarted", meeting, at: 1 });
    outlet.tell({ type: "chime:MeetingEnded", meeting, at: 2 });
    await settle();

    assert.deepEqual(invoked, []);
    const warnings = lines.filter((line) => line.startsWith("a receiver that a meeting names gets none of its events"));
    assert.equal(warnings.length, 2);
    assert.match(warnings.join("\n"), new RegExp(`nothing to ${topic}.*\n.*no function ${absent}`));
  });

  it("are in the log, without the names that programs gave", () => {
    const { outlet, lines } = anOutlet();
    outlet.tell({ type: "chime:MeetingStarted", meeting: aMeeting({}), at: 1 });

    assert.deepEqual(lines, ['meeting event {"eventType":"chime:MeetingStarted","meetingId":"m"}']);
  });
});
