import { actions } from "../../src/actions/index.ts";
import {
  createCallMachine,
  defaultCompatibility,
  documentedLimits,
  newCallState,
  type CallEffect,
  type CallInput,
  type FunctionReply,
  type MachineConfig,
} from "../../src/call/index.ts";
import type { LegId, TransactionId } from "../../src/kernel/index.ts";

const config: MachineConfig = { limits: documentedLimits, compatibility: defaultCompatibility };
const machine = createCallMachine({ actions });
const legId = "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03" as LegId;
const at = 1_800_000_000_000;
const target = {
  applicationId: "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02",
  functionArn: "arn:aws:lambda:us-east-1:111122223333:function:app",
  region: "us-east-1",
};
const firstReply: FunctionReply = {
  type: "response",
  value: {
    SchemaVersion: "1.0",
    Actions: [
      { Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "second.wav" } } },
      { Type: "Hangup", Parameters: { SipResponseCode: "0" } },
    ],
  },
};
const laterReply: FunctionReply = { type: "response", value: { SchemaVersion: "1.0", Actions: [] } };

/** Runs a whole call through the pure machine, the one of the load figure, with ports that answer at once.
 * @returns how many steps it took */
export function runEngineCall(): number {
  let state = newCallState({
    transactionId: "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11" as TransactionId,
    legId,
    at,
    accountId: "111122223333",
    direction: "Inbound",
    to: "+12065550100",
    from: "+15105550101",
    sipRuleId: "5d0e8b6e-1f0f-4b54-8d0c-6c6d5a0f2c01",
    targets: [target],
    shownHeaders: undefined,
    dialHeaders: {},
    arguments: undefined,
  });
  const mailbox: CallInput[] = [{ type: "start", at }];
  let isEnded = false;
  let steps = 0;
  for (let input = mailbox.shift(); input !== undefined; input = mailbox.shift()) {
    const [next, effects] = machine(config, state, input);
    state = next;
    steps++;
    for (const effect of effects) {
      const result = perform(effect);
      if (result !== undefined) mailbox.push(result);
      if (effect.do === "end-call") isEnded = true;
    }
  }
  if (!isEnded) throw new Error("the call did not end");
  return steps;
}

/** What comes back of an effect. Writing events and reading replies as JSON is the work of the real ports. */
function perform(effect: CallEffect): CallInput | undefined {
  switch (effect.do) {
    case "invoke": {
      const reply = effect.event["InvocationEventType"] === "NEW_INBOUND_CALL" ? firstReply : laterReply;
      return { type: "function-replied", at, invocationId: effect.invocationId, reply };
    }
    case "answer-leg":
      return { type: "leg-answered", at, legId };
    case "play-audio":
      return { type: "playback-finished", at, playbackId: effect.playbackId };
    default:
      return undefined;
  }
}
