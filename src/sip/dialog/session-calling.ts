import { noTries, tryAgain } from "../digest/tries.ts";
import {
  ignoreInput,
  type SessionProvisional,
  type SessionResponse,
  type SessionTransition,
} from "./session-effects.ts";
import { withFarEnd, withInterval } from "./session-refresh.ts";
import type { Moment, SessionPhase, SessionState } from "./session-state.ts";

type Calling = Extract<SessionPhase, { type: "calling" }>;

/** A provisional response to our INVITE. A reliable one counts when it is the next in order, and gets its PRACK; its first description is the answer
 * to our offer. RFC 3262 §4, §5 */
export function takeProvisional(state: SessionState, response: SessionProvisional): SessionTransition {
  const { phase } = state;
  if (phase.type !== "calling") return ignoreInput(state, "no INVITE of ours waits");
  const { status, rseq, sdp } = response;
  const told = { do: "tell-progress", status, sdp } as const;
  const described = sdp === undefined || phase.isAgreed ? state : { ...state, remoteSdp: sdp };
  const noted = withFarEnd(described, response);
  if (rseq === undefined) return [noted, [told]];
  if (phase.rseq !== undefined && rseq !== phase.rseq + 1)
    return ignoreInput(
      state,
      `RSeq ${rseq} does not follow ${phase.rseq}: it came before, or one before it is missing`,
    );
  const next = { ...phase, rseq, isAgreed: phase.isAgreed || sdp !== undefined };
  const [sent, effects] = acknowledgeProvisional(noted, next, rseq);
  return [sent, [...effects, told]];
}

function acknowledgeProvisional(state: SessionState, phase: Calling, rseq: number): SessionTransition {
  const seq = state.dialog.localSeq + 1;
  const next = { ...state, dialog: { ...state.dialog, localSeq: seq }, phase: { ...phase, prackSeq: seq } };
  const headers = [{ name: "RAck", value: `${rseq} ${phase.seq} INVITE` }];
  return [{ ...next, tries: noTries }, [{ do: "send-request", method: "PRACK", seq, headers, sdp: "" }]];
}

/** A PRACK that is challenged is sent again with credentials; whatever else it gets, the INVITE goes on. */
export function takePrackAnswered(state: SessionState, response: SessionResponse): SessionTransition {
  const { phase } = state;
  const tries = tryAgain(state.tries, response.challenges ?? []);
  const isLast = phase.type === "calling" && phase.prackSeq === response.seq;
  if (!isLast || phase.rseq === undefined || tries === undefined) return [state, []];
  const [next, effects] = acknowledgeProvisional(state, phase, phase.rseq);
  return [{ ...next, tries }, effects];
}

/** A 2xx to our INVITE: the session is up. RFC 3261 §13.2.2.4 */
export function takeAnswered(state: SessionState, response: SessionResponse, now: Moment): SessionTransition {
  const { seq, sdp = state.remoteSdp, routes = state.dialog.routes, staysWithPeer = state.staysWithPeer } = response;
  const dialog = { ...state.dialog, routes };
  const made: SessionState = { ...state, phase: { type: "confirmed" }, dialog, remoteSdp: sdp, staysWithPeer };
  return [
    withInterval(withFarEnd(made, response), response.interval, now),
    [
      { do: "acknowledge", seq },
      { do: "tell-answered", sdp: sdp === "" ? undefined : sdp },
    ],
  ];
}
