import type { Closed } from "../../control/index.ts";
import type { CreateCallOutcome, CreateCallRequest } from "../../engine/index.ts";
import type { ForbiddenHeader } from "../../call/index.ts";
import type { Store } from "../../store/index.ts";
import { toE164 } from "../../sip-syntax/index.ts";
import { refuse } from "../refuse.ts";
import { noApplication } from "./find.ts";
import { describeInventory } from "./numbers/inventory.ts";
import { defineOperation } from "./operation.ts";

interface Input {
  readonly FromPhoneNumber: string;
  readonly ToPhoneNumber: string;
  readonly SipMediaApplicationId: string;
  readonly SipHeaders?: Readonly<Record<string, string>>;
  readonly ArgumentsMap?: Readonly<Record<string, string>>;
}

/** Starts an outbound call; the answer does not wait for the called party.
 * Contract: api-call-from-inventory, api-call-to, api-call-unknown-application, api-call-arguments */
export const createSipMediaApplicationCall = defineOperation<Input>(
  "CreateSipMediaApplicationCall",
  async (input, { calls, recentCalls, store }, { attempt }) => {
    const request: CreateCallRequest = {
      applicationId: input.SipMediaApplicationId,
      from: toE164(input.FromPhoneNumber) ?? input.FromPhoneNumber,
      to: input.ToPhoneNumber,
      sipHeaders: input.SipHeaders ?? {},
      arguments: input.ArgumentsMap,
    };
    const outcome = await recentCalls.once(attempt, request, (requestKey) =>
      calls.createCall({ ...request, requestKey }),
    );
    if (outcome.type !== "created") throw await toRefusal(outcome, request, store);
    return { SipMediaApplicationCall: { TransactionId: outcome.transactionId } };
  },
);

async function toRefusal(
  outcome: Exclude<CreateCallOutcome, { type: "created" }>,
  request: CreateCallRequest,
  store: Store,
): Promise<Error> {
  switch (outcome.type) {
    case "no-application":
      return noApplication(request.applicationId);
    case "not-owned":
      return refuse(
        "API_BAD_REQUEST",
        `FromPhoneNumber is ${request.from}, which is not in the number inventory. ${await describeInventory(store)}`,
      );
    case "not-dialled":
      return refuse("API_BAD_REQUEST", `ToPhoneNumber cannot be called: ${outcome.why}.`);
    case "no-route":
      return refuse("API_BAD_REQUEST", `There is no route to ToPhoneNumber ${request.to}: ${outcome.why}.`);
    case "bad-headers":
      return badHeaders(outcome.headers);
    case "repeated":
      return refuse("API_NODE_AWAY", "Other attempts of this request are under way at other servers.", 1);
    case "refused":
      return refuseForLoad(outcome.closed);
    default:
      return outcome satisfies never;
  }
}

/** Too many calls at one time are a limit of this server; too many a second are throttled, and clients try again by themselves.
 * Contract: api-call-limits */
function refuseForLoad({ cause, why, retryAfterS }: Closed): Error {
  const message = `The call was not started: ${why}.`;
  switch (cause) {
    case "calls-full":
      return refuse("API_LIMIT_EXCEEDED", message);
    case "overloaded":
    case "no-descriptors":
      return refuse("API_THROTTLED", message, retryAfterS);
    case "starting":
    case "draining":
      return refuse("API_CLOSING", message, retryAfterS);
    default:
      return cause satisfies never;
  }
}

/** Contract: api-call-headers */
function badHeaders(headers: readonly ForbiddenHeader[]): Error {
  const names = headers.map(({ name }) => name).join(", ");
  const reasons = headers.map(({ name, why }) => `${JSON.stringify(name)}: ${why}`).join("; ");
  return refuse("API_BAD_REQUEST", `Invalid SIP header(s) provided: ${names}. ${reasons}.`);
}
