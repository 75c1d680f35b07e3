import { actions } from "../actions/index.ts";
import {
  boundReply,
  checkReply,
  replyBounds,
  defaultCompatibility,
  documentedLimits,
  type MachineConfig,
} from "../call/index.ts";
import type { Finding } from "../contract/index.ts";
import { whyUnspeakable } from "../speech/index.ts";

const documented = { limits: documentedLimits, compatibility: defaultCompatibility };

/** Everything that is not as the contract has it in a function's reply, by the checker of the running server.
 * @param settings of a server; default: the documented limits, and the switches as they are by default */
export function validateReply(reply: unknown, settings: MachineConfig = documented): readonly Finding[] {
  const machine = { config: settings, rules: { actions, whyUnspeakable } };
  const { value, cuts } = boundReply(reply, replyBounds(machine));
  return checkReply(value, true, machine, undefined, cuts).findings;
}
