import assert from "node:assert/strict";
import { test } from "node:test";
import { eventTypes } from "../../contract/index.ts";
import { sampleActionsOf, sampleEvent } from "./sample-event.ts";

for (const type of eventTypes) {
  const actions = sampleActionsOf(type);
  for (const action of actions.length === 0 ? [undefined] : actions) {
    test(`there is a sample of ${type} ${action ?? ""}`.trim(), async () => {
      const event = await sampleEvent(type, action);

      assert.equal(event.InvocationEventType, type);
      if (action !== undefined) assert.equal(event.ActionData?.["Type"], action);
    });
  }
}

test("a sample of the usual action is of Speak, a failure of CallAndBridge", async () => {
  assert.equal((await sampleEvent("ACTION_SUCCESSFUL")).ActionData?.["Type"], "Speak");
  assert.equal((await sampleEvent("ACTION_FAILED")).ActionData?.["Type"], "CallAndBridge");
});

test("a wrong name is refused with the nearest right one", async () => {
  await assert.rejects(sampleEvent("HANG_UP"), /did you mean HANGUP\?/);
  await assert.rejects(sampleEvent("ACTION_FAILED", "CallAndBrige"), /did you mean CallAndBridge\?/);
  await assert.rejects(sampleEvent("RINGING", "Speak"), /about no action/);
});
