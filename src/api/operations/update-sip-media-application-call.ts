import { refuse } from "../refuse.ts";
import { defineOperation } from "./operation.ts";

interface Input {
  readonly SipMediaApplicationId: string;
  readonly TransactionId: string;
  readonly Arguments: Readonly<Record<string, string>>;
}

/** Asks that the function of a live call is invoked with CALL_UPDATE_REQUESTED; the answer does not wait for it.
 * Contract: api-update-live-calls */
export const updateSipMediaApplicationCall = defineOperation<Input>(
  "UpdateSipMediaApplicationCall",
  async (input, { calls }) => {
    const { SipMediaApplicationId, TransactionId, Arguments } = input;
    const outcome = await calls.updateCall(SipMediaApplicationId, TransactionId, Arguments);
    if (outcome === "accepted") return { SipMediaApplicationCall: { TransactionId } };
    throw refuse(
      "API_NOT_FOUND",
      `The SIP media application ${JSON.stringify(SipMediaApplicationId)} has no live call with the transaction id ${JSON.stringify(TransactionId)}.`,
    );
  },
);
