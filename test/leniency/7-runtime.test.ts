import assert from "node:assert/strict";
import { driveCall } from "../../src/testing/call-driver.ts";
import { keepSilent, later, respond } from "../../src/testing/scripted-reply.ts";
import { speak } from "../../src/testing/wire-actions.ts";
import { hungUp, section, story } from "./kit.ts";

section("7: time", {
  "an answer that takes 18 s (a long poll) is used": () => {
    const call = driveCall({ script: [later(18_000, respond([speak()]))] });
    call.advance(18_000);
    assert.equal(call.did("play-audio").length, 1);
    assert.equal(call.invocations.length, 1);
  },
  "two invocations of one call never run side by side: there is no second after 5 s": () => {
    // The driver fails at an invocation while one is open.
    const call = driveCall({ script: [later(19_000, respond([speak()]))] });
    call.update();
    call.advance(18_999);
    assert.equal(call.invocations.length, 1);
    call.advance(1);
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED"]);
  },
  "no answer within 20 s hangs up": () => {
    const call = driveCall({ script: [respond([speak()]), keepSilent] });
    call.advance(1_000 + 19_999);
    assert.deepEqual(hungUp(call), []);
    call.advance(1);
    assert.deepEqual(hungUp(call), ["LEG-A"]);
  },
  "a call that cannot be invoked is tried once more, then ends with 480": () => {
    const refused = {
      afterMs: 0,
      reply: { type: "failed", reason: "throttled", message: "429", stack: undefined },
    } as const;
    const call = driveCall({ script: [refused, refused] });
    assert.deepEqual(
      call.events.slice(0, 2).map(({ Sequence, InvocationEventType }) => [Sequence, InvocationEventType]),
      Array(2).fill([1, "NEW_INBOUND_CALL"]),
    );
    assert.deepEqual(
      call.did("reject-leg").map(({ status }) => status),
      [480],
    );
  },
});
