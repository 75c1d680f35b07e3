import { documentedLimits, findForbiddenHeaders } from "../../call/index.ts";
import type { CallControl, CreateCallOutcome, CreateCallRequest } from "../../engine/index.ts";
import { newTransactionId } from "../../kernel/index.ts";

/** A call engine that records what it is asked and answers as told. */
export interface FakeCallControl extends CallControl {
  /** Every call asked for, in order. */
  readonly created: readonly CreateCallRequest[];
  readonly updates: readonly {
    readonly applicationId: string;
    readonly transactionId: string;
    readonly arguments: Readonly<Record<string, string>>;
  }[];
  /** Decides the outcome of the next calls; undefined creates them. A function that throws makes `createCall` reject. */
  decide: ((request: CreateCallRequest) => CreateCallOutcome) | undefined;
  /** Ends a call, so that updates no longer find it. */
  end(transactionId: string): void;
}

/** Makes a fake whose calls all succeed and live until `end`; headers are judged as by the real one. */
export function createFakeCallControl(): FakeCallControl {
  const created: CreateCallRequest[] = [];
  const updates: FakeCallControl["updates"][number][] = [];
  const live = new Map<string, string>();
  return {
    created,
    updates,
    decide: undefined,
    end: (transactionId) => void live.delete(transactionId),
    async createCall(request) {
      await Promise.resolve();
      const headers = findForbiddenHeaders(request.sipHeaders, documentedLimits.sipHeaderLength);
      if (headers.length > 0) return { type: "bad-headers", headers };
      created.push(request);
      if (this.decide !== undefined) return this.decide(request);
      const transactionId = newTransactionId();
      live.set(transactionId, request.applicationId);
      return { type: "created", transactionId };
    },
    updateCall(applicationId, transactionId, updateArguments) {
      if (live.get(transactionId) !== applicationId) return "not-found";
      updates.push({ applicationId, transactionId, arguments: updateArguments });
      return "accepted";
    },
  };
}
