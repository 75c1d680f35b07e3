import assert from "node:assert/strict";
import { test } from "node:test";
import { dial, eachWay, type Handler } from "./index.ts";

const hangup = (ParticipantTag: string) => ({ Type: "Hangup", Parameters: { ParticipantTag } });

/** Calls somebody, and hangs up on them at an update. */
const handler: Handler = async ({ InvocationEventType: type }: { InvocationEventType: string }) => ({
  SchemaVersion: "1.0",
  Actions:
    type === "NEW_INBOUND_CALL"
      ? [
          {
            Type: "CallAndBridge",
            Parameters: {
              CallerIdNumber: "+12065550100",
              Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550123" }],
            },
          },
        ]
      : type === "CALL_UPDATE_REQUESTED"
        ? [hangup("LEG-B")]
        : [],
});

test("a scene that holds in every position of every switch goes through, each in a call of its own", async () => {
  const tried: object[] = [];
  await eachWay(async (options) => {
    tried.push(options);
    const call = await dial(handler, options);
    await (await call.dials("+12065550123")).answers();
    await call.updates();
    await call.isTold("HANGUP");
  });

  assert.deepEqual(tried[0], {});
  assert.ok(tried.length > 30, String(tried.length));
});

test("the positions in which it fails are named, with the first line of the reason", async () => {
  const scene = eachWay(async (options) => {
    const call = await dial(handler, options);
    await (await call.dials("+12065550123")).answers();
    await call.updates();
    await call.isTold("HANGUP");
    await call.isTold("ACTION_SUCCESSFUL", { ActionData: { Type: "Hangup" } });
  });

  await assert.rejects(scene, (error) => {
    assert.ok(error instanceof AggregateError);
    assert.match(
      error.message,
      /^ {2}successAfterHangupOfLegB: "never": expected the function to get ACTION_SUCCESSFUL/m,
    );
    assert.equal(error.errors.length, 1);
    return true;
  });
});

test("a scene that fails by default fails with its own error", async () => {
  await assert.rejects(
    eachWay(async (options) => (await dial(handler, options)).hears("Hello", { withinMs: 1 })),
    { name: "SceneError" },
  );
});
