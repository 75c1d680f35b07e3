import { isOver, type SessionState } from "../dialog/session-state.ts";
import { replacedBy, type ReplacedDialog } from "../method/replaces.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";
import type { SipMessage } from "../../sip-syntax/index.ts";
import { guard, type AgentCore } from "./core.ts";
import type { IncomingCall, SipAddress } from "../types.ts";
import type { DialogRegistry, Replaceable } from "./registry.ts";

/** What an INVITE finds that is to replace this dialog. */
export function replaceStateOf(state: SessionState): Replaceable["state"] {
  if (isOver(state)) return "over";
  const { type } = state.phase;
  return type === "early" ? "called" : type === "calling" ? "calling" : "up";
}

/** The dialog that an INVITE is to replace, or why it may not. undefined: it is to replace none. RFC 3891 §3
 * @param isKnown whether its sender has proved who he is */
export function findReplaced(
  core: AgentCore,
  invite: SipMessage,
  peer: SipAddress,
  isKnown: boolean,
): Replaceable | { readonly refusal: RequestRefusal } | undefined {
  const wanted = replacedBy(invite);
  if (wanted === undefined) return undefined;
  const isOurs = core.registry.find(invite.callId, invite.fromTag) !== undefined;
  if (!isKnown && !isOurs && core.guard.isStranger(peer))
    return refused("stranger", "a stranger may not take a place in a call");
  const found = findDialog(core.registry, wanted);
  if (found === undefined) return refused("no-dialog", "no call has the Call-ID and tags of its Replaces");
  if (found.state === "called") return refused("no-dialog", "the call that it is to replace is not answered here yet");
  if (found.state === "over") return refused("transfer-refused", "the call that it is to replace is over");
  if (found.state === "up" && wanted.isEarlyOnly)
    return refused("call-answered", "the call that it is to replace is answered, and it is early-only");
  return found;
}

/** The dialog that a Replaces means. */
export function findDialog(
  registry: Pick<DialogRegistry, "find">,
  { sipCallId, localTag, remoteTag }: ReplacedDialog,
): Replaceable | undefined {
  return registry.find(sipCallId, localTag)?.findReplaceable(remoteTag);
}

/** Asks the owner of a dialog to give its place to a call. */
export function replaceCall(core: AgentCore, { delegate }: Replaceable, call: IncomingCall): void {
  const answer = guard(core, "onReplace", () => delegate.onReplace?.(call));
  const whyNot = answer === undefined ? "the owner of the call lets nobody take a place in it" : answer.whyNot;
  if (whyNot !== undefined) call.reject(603, { cause: "transfer-refused", why: whyNot });
}

function refused(cause: RequestRefusal["cause"], why: string): { readonly refusal: RequestRefusal } {
  return { refusal: { cause, why } };
}
