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
export function validateReply(
  reply: unknown,
  settings: Pick<MachineConfig, "limits" | "compatibility"> = documented,
): readonly Finding[] {
  const rules = { ...settings, actions, whyUnspeakable };
  const { value, cuts } = boundReply(reply, replyBounds(rules));
  return checkReply(value, true, rules, undefined, cuts).findings;
}
