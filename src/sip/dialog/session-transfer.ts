import { reasonPhrase, type SipHeader } from "../../sip-syntax/index.ts";
import {
  ignoreInput,
  refuseRequest,
  type RequestContent,
  type SessionEffect,
  type SessionRequest,
  type SessionTransition,
} from "./session-effects.ts";
import { isOver, isUp, type SessionState } from "./session-state.ts";

type Refer = Extract<RequestContent, { type: "refer" }>;

/** A REFER asks the owner, one at a time. RFC 3515 §2.4.2 */
export function takeRefer(state: SessionState, request: SessionRequest, refer: Refer): SessionTransition {
  if (!isUp(state)) return refuseRequest(state, refused("the call is not answered"));
  if (state.transfer !== undefined) return refuseRequest(state, refused("another transfer is on its way"));
  const transfer = { seq: request.seq, isTold: refer.isTold, isTaken: false };
  const asked: SessionEffect = { do: "ask-transfer", request: refer.request };
  return [{ ...state, peer: request.peer, transfer }, [{ do: "note-flow", of: "request" }, asked]];
}

function refused(why: string) {
  return { cause: "transfer-refused", why } as const;
}

/** The owner takes the transfer, which makes a subscription to its progress, or refuses it: `whyNot`. RFC 3515 §2.4.4, RFC 4488 §4 */
export function answerTransfer(state: SessionState, whyNot: string | undefined): SessionTransition {
  const { transfer } = state;
  if (transfer === undefined || transfer.isTaken) return ignoreInput(state, "no transfer is in hand");
  if (whyNot !== undefined)
    return [{ ...state, transfer: undefined }, [{ do: "refuse", to: "refer", refusal: refused(whyNot) }]];
  const lines = transfer.isTold ? "" : "Refer-Sub: false\r\n";
  const taken: SessionEffect = { do: "respond", to: "refer", form: "refer", status: 202, sdp: "", lines };
  const [next, told] = tellTransfer({ ...state, transfer: { ...transfer, isTaken: true } }, 100);
  return [next, [taken, ...told]];
}

/** Tells how the transfer goes; a final status ends it. RFC 3515 §2.4.5 */
export function tellTransfer(state: SessionState, status: number): SessionTransition {
  const { transfer } = state;
  if (transfer?.isTaken !== true || isOver(state)) return ignoreInput(state, "nobody asks how a transfer goes");
  const isLast = status >= 200;
  const next = { ...state, transfer: isLast ? undefined : transfer };
  if (!transfer.isTold) return [next, []];
  const seq = state.dialog.localSeq + 1;
  const headers: readonly SipHeader[] = [
    { name: "Event", value: `refer;id=${transfer.seq}` },
    { name: "Subscription-State", value: isLast ? "terminated;reason=noresource" : "active;expires=180" },
  ];
  const body = `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`;
  return [
    { ...next, dialog: { ...state.dialog, localSeq: seq } },
    [{ do: "send-request", method: "NOTIFY", seq, headers, sdp: body }],
  ];
}
