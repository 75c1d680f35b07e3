import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/call/index.ts";
import {
  driveCall,
  drivenLegId,
  type CallDriver,
  type CallDriverOptions,
} from "../../src/testing/internal/call-driver.ts";
import {
  respond,
  type FunctionEvent,
  type ScriptedReply,
  type WireAction,
} from "../../src/testing/internal/scripted-reply.ts";
import { callAndBridge } from "../../src/testing/internal/wire-actions.ts";

/** A part of what functions in the wild send and read: each line, with what shows that it holds. */
export function section(title: string, lines: Readonly<Record<string, () => void | Promise<void>>>): void {
  describe(`what functions send and read: ${title}`, () => {
    for (const [line, check] of Object.entries(lines)) it(line, check);
  });
}

/** What came of one action, alone in the first reply of an inbound call. */
export interface Tried {
  readonly call: CallDriver;
  readonly outcome: string;
  readonly data: NonNullable<FunctionEvent["ActionData"]>;
  /** The parameters as the function gets them back. */
  readonly echo: JsonObject;
}

/** Runs one action in virtual time until the function hears of it. `happens`: what the far end does meanwhile. */
export function tryAction(
  action: WireAction,
  happens: (call: CallDriver) => void = () => undefined,
  options: CallDriverOptions = {},
): Tried {
  const call = driveCall({ script: [respond([action])], ...options });
  happens(call);
  for (let waitedMs = 0; call.events.length < 2 && waitedMs < 200_000; waitedMs += 500) call.advance(500);
  const event = call.events[1];
  assert.ok(event?.ActionData, `nothing was told of ${action.Type}`);
  return { call, outcome: event.InvocationEventType, data: event.ActionData, echo: event.ActionData.Parameters };
}

/** Each value works, and comes back as the number that it means. */
export function numbersWork(
  build: (parameters: JsonObject) => WireAction,
  name: string,
  values: readonly (readonly [sent: unknown, echoed: number])[],
  more: JsonObject = {},
): void {
  for (const [sent, echoed] of values) {
    const { outcome, echo } = tryAction(build({ ...more, [name]: sent }));
    assert.deepEqual([outcome, echo[name]], ["ACTION_SUCCESSFUL", echoed], `${name} ${JSON.stringify(sent)}`);
  }
}

/** An inbound call whose legs were joined by its first reply; the second reply, to that success, is the first of the script. */
export function bridged(script: readonly ScriptedReply[] = []): CallDriver {
  const call = driveCall({ script: [respond([callAndBridge()]), ...script] });
  answerPartner(call);
  return call;
}

/** The present LEG-B's CallId. */
export function partnerId(call: CallDriver) {
  const partner = call.state().legs[1];
  assert.ok(partner, "there is no LEG-B");
  return partner.id;
}

/** LEG-B's far end answers. */
export const answerPartner = (call: CallDriver) => call.give({ type: "leg-answered", legId: partnerId(call) });
/** LEG-B's far end hangs up. */
export const endPartner = (call: CallDriver) =>
  call.give({ type: "leg-ended", legId: partnerId(call), end: { type: "bye" } });

/** The events that the function got, told apart: HANGUP with its leg, those of actions with the action. */
export function story(call: CallDriver): readonly string[] {
  return call.events.map(({ InvocationEventType: type, ActionData: data }) => {
    if (type === "HANGUP") return `HANGUP ${String(data?.Parameters["ParticipantTag"])}`;
    return type.startsWith("ACTION_") ? `${type} ${data?.Type}` : type;
  });
}

/** The participants of an event: tag and status. */
export function participants(event: FunctionEvent | undefined): readonly string[] {
  return (event?.CallDetails.Participants ?? []).map(({ ParticipantTag, Status }) => `${ParticipantTag} ${Status}`);
}

/** Which legs were hung up by the function, by tag. */
export function hungUp(call: CallDriver): readonly string[] {
  return call.did("hang-up-leg").map(({ legId }) => (legId === drivenLegId ? "LEG-A" : "LEG-B"));
}
