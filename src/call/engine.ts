import { errorCode, errorMessage, newLegId, newTransactionId, type TransactionId } from "../kernel/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { createAudioLoader } from "./audio-loader.ts";
import { newCallState, type NewCall } from "./call-machine.ts";
import { findRule, type RuleMatch } from "./find-rule.ts";
import { showNumber } from "./numbers.ts";
import type { CallPorts, CallSettings } from "./ports.ts";
import { createCallRunner, type CallRunner } from "./runner.ts";
import { findForbiddenHeaders, showHeaders } from "./sip-headers.ts";
import type { CallEngine, CreateCallOutcome, CreateCallRequest } from "./types.ts";

/** Seconds after which a caller that was turned away may try again. */
const retryAfter = [{ name: "Retry-After", value: "5" }];

/** Makes the engine that runs all calls of this node. */
export function createCallEngine(ports: CallPorts, settings: CallSettings): CallEngine {
  const calls = new Map<TransactionId, CallRunner>();
  const audio = createAudioLoader(ports);
  /** INVITEs whose rule is being looked up. */
  let arriving = 0;
  let closing = false;
  let onIdle: () => void = () => undefined;

  const isFull = () => calls.size + arriving >= settings.maxCalls;

  const createRunner = (call: Omit<NewCall, "transactionId" | "legId" | "at" | "accountId">): CallRunner => {
    const transactionId = newTransactionId();
    const state = newCallState({
      ...call,
      transactionId,
      legId: newLegId(),
      at: ports.clock.now(),
      accountId: settings.accountId,
    });
    return createCallRunner(state, ports, settings, audio, () => {
      calls.delete(transactionId);
      if (calls.size === 0) onIdle();
    });
  };

  const begin = (runner: CallRunner): TransactionId => {
    const { transactionId } = runner.state();
    calls.set(transactionId, runner);
    runner.post({ type: "start" });
    return transactionId;
  };

  const accept = async (call: IncomingCall): Promise<void> => {
    const match = await findRule(call, ports.store, ports.log);
    if (match === undefined) {
      call.reject(404);
      return;
    }
    const refusal = whyMediaCannotBe(call);
    if (refusal !== undefined) {
      ports.log.warn({ from: call.from.text, to: call.to.text }, `call refused with 488: ${refusal}`);
      call.reject(488);
      return;
    }
    await ringAndBegin(call, match);
  };

  const ringAndBegin = async (call: IncomingCall, match: RuleMatch): Promise<void> => {
    const [first, ...others] = match.targets;
    if (first === undefined) {
      ports.log.error({ rule: match.rule.id }, `the rule ${match.rule.name} has no application that exists: 480`);
      call.reject(480);
      return;
    }
    const runner = createRunner({
      direction: "Inbound",
      to: match.to,
      from: showNumber(call.from.user),
      sipRuleId: match.rule.id,
      targets: [first, ...others],
      shownHeaders: showHeaders(call.headers),
      dialHeaders: {},
      arguments: undefined,
    });
    if (!(await runner.adopt(call))) return;
    call.ring();
    begin(runner);
  };

  /** Asks the offer for audio before anybody is told of the call. An INVITE without an offer gets ours in the answer. */
  const whyMediaCannotBe = (call: IncomingCall): string | undefined => {
    if (call.offer === undefined) return undefined;
    const trial = ports.sessionDescriptions.answerOffer(call.offer, {
      address: "127.0.0.1",
      port: 9,
      codecs: ["PCMU", "PCMA"],
      sessionId: "1",
      sessionVersion: 1,
    });
    switch (trial.type) {
      case "agreed":
        return undefined;
      case "no-common-codec":
        return `no common codec; the caller offers ${trial.offered.join(", ")}, this server takes PCMU and PCMA`;
      case "no-audio":
      case "malformed":
        return trial.why;
      default:
        return trial satisfies never;
    }
  };

  const acceptInvite = (call: IncomingCall): void => {
    call.delegate = { onEnded: () => undefined };
    if (closing || isFull()) {
      ports.log.warn(
        { calls: calls.size },
        closing ? "call refused with 503: the server stops" : "call refused with 503: too many calls",
      );
      call.reject(503, { headers: retryAfter });
      return;
    }
    arriving += 1;
    accept(call)
      .catch((error: unknown) => {
        const overloaded = errorCode(error) === "MEDIA_NO_PORTS" || errorCode(error) === "MEDIA_OVERLOADED";
        ports.log.error({ err: error }, `call refused with ${overloaded ? 503 : 500}: ${errorMessage(error)}`);
        call.reject(overloaded ? 503 : 500, overloaded ? { headers: retryAfter } : {});
      })
      .finally(() => {
        arriving -= 1;
      });
  };

  const createCall = async (request: CreateCallRequest): Promise<CreateCallOutcome> => {
    const application = await ports.store.applications.get(request.applicationId);
    if (application === undefined) return { type: "no-application" };
    if (!settings.numbers.includes(request.from)) return { type: "not-owned" };
    const names = findForbiddenHeaders(request.sipHeaders);
    if (names.length > 0) return { type: "bad-headers", names };
    if (settings.route(request.to) === undefined)
      return { type: "no-route", why: `no trunk takes calls to ${request.to}` };
    if (closing) return { type: "over-limit", why: "the server stops" };
    if (isFull()) return { type: "over-limit", why: `${settings.maxCalls} calls are up, more are not allowed` };
    const runner = createRunner({
      direction: "Outbound",
      to: request.to,
      from: request.from,
      sipRuleId: undefined,
      targets: [{ applicationId: application.id, functionArn: application.functionArn, region: application.region }],
      shownHeaders: undefined,
      dialHeaders: request.sipHeaders,
      arguments: request.arguments,
    });
    return { type: "created", transactionId: begin(runner) };
  };

  return {
    acceptInvite,
    createCall,
    updateCall: (applicationId, transactionId, updateArguments) => {
      const runner = calls.get(transactionId as TransactionId);
      const state = runner?.state();
      if (runner === undefined || state === undefined || state.target.applicationId !== applicationId)
        return "not-found";
      if (state.legs.every((leg) => leg.state.type === "ended")) return "not-found";
      runner.post({ type: "update-requested", arguments: updateArguments });
      return "accepted";
    },
    ledger: () => {
      let timers = 0;
      let invocations = 0;
      for (const runner of calls.values()) {
        const counts = runner.counts();
        timers += counts.timers;
        invocations += counts.invocations;
      }
      return { calls: calls.size + arriving, timers, invocations };
    },
    close: async (graceMs) => {
      closing = true;
      if (calls.size === 0) return;
      await new Promise<void>((resolve) => {
        const limit = ports.clock.startTimer(graceMs, resolve);
        onIdle = () => {
          limit.cancel();
          resolve();
        };
        for (const runner of calls.values()) runner.post({ type: "shutdown" });
      });
    },
  };
}
