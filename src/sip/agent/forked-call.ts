import { startFork, stepFork, type ForkEffect, type ForkInput } from "../dialog/fork-machine.ts";
import { newSipCallId } from "../random.ts";
import type { CallDelegate, CallEnd, OutgoingCall, OutgoingCallRequest } from "../types.ts";
import type { AgentCore } from "./core.ts";
import { assertRequest, createOutgoingCall } from "./outgoing-call.ts";

/** Sends an INVITE to each far end, with one Call-ID. What it throws, and when, stands at `createOutgoingCall`. */
export function createForkedCall(core: AgentCore, requests: readonly OutgoingCallRequest[]): OutgoingCall {
  for (const request of requests) assertRequest(request);
  const fork = new ForkedCall(core, requests);
  return {
    sipCallId: fork.sipCallId,
    hangUp: (reason) => fork.feed({ type: "hang-up", reason }),
    renegotiate: () => fork.renegotiate(),
  };
}

class ForkedCall {
  readonly sipCallId = newSipCallId();
  readonly #requests: readonly OutgoingCallRequest[];
  readonly #calls: readonly OutgoingCall[];
  #state: ReturnType<typeof startFork>;

  constructor(core: AgentCore, requests: readonly OutgoingCallRequest[]) {
    this.#requests = requests;
    this.#state = startFork(requests.length);
    this.#calls = requests.map((request, from) =>
      createOutgoingCall(core, { ...request, delegate: this.#delegate(request.delegate, from) }, this.sipCallId),
    );
  }

  /** @param pass tells the owner of the far end what came from it */
  feed(input: ForkInput, pass: () => void = () => undefined): void {
    const [next, effects] = stepFork(this.#state, input);
    this.#state = next;
    for (const effect of effects) this.#perform(effect, pass);
  }

  renegotiate(): void {
    const { phase } = this.#state;
    if (phase.type === "answered") this.#calls[phase.by]?.renegotiate();
  }

  #perform(effect: ForkEffect, pass: () => void): void {
    switch (effect.do) {
      case "tell":
        return pass();
      case "tell-end":
        return this.#requests[0]?.delegate.onEnded(effect.end);
      case "hang-up":
        return this.#calls[effect.at]?.hangUp(effect.reason);
      default:
        return effect satisfies never;
    }
  }

  /** Only the far end that answered has a dialog in which more comes. */
  #delegate(owner: CallDelegate, from: number): CallDelegate {
    return {
      ...owner,
      onProgress: (progress) => this.feed({ type: "progress", from }, () => owner.onProgress?.(progress)),
      onAnswered: (answer) => this.feed({ type: "answered", from }, () => owner.onAnswered?.(answer)),
      onEnded: (end: CallEnd) => this.feed({ type: "ended", from, end }, () => owner.onEnded(end)),
    };
  }
}
