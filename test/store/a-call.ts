import type { CallChange, KeptCall } from "../../src/store/index.ts";

/** A call that is up, but for what is changed of it. */
export function aCall(transactionId: string, changes: Partial<KeptCall> = {}): KeptCall {
  return {
    ...{ transactionId, nodeId: "n1", applicationId: "app", sipRuleId: undefined, direction: "Inbound" },
    ...{ from: "+12065550111", to: "+12065550100", startedAt: 1_700_000_000_001, endedAt: undefined },
    ...{ cause: undefined, endType: undefined, isRedacted: false, isTakenOver: false, ...changes },
  };
}

/** What is written of it. */
export const aChange = (call: KeptCall, more: Partial<CallChange> = {}): CallChange => ({
  ...{ call, state: call.endedAt === undefined ? `{"of":"${call.transactionId}"}` : undefined },
  ...{ legs: [], invocations: [], facts: [], records: [], ...more },
});
