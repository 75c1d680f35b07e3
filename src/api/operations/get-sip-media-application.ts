import { toWireApplication } from "../wire/shapes.ts";
import { findApplication } from "./find.ts";
import { defineOperation } from "./operation.ts";

/** Reads one application. */
export const getSipMediaApplication = defineOperation<{ readonly SipMediaApplicationId: string }>(
  "GetSipMediaApplication",
  async (input, { store, accountId }) => {
    const application = await findApplication(store, input.SipMediaApplicationId);
    return { SipMediaApplication: toWireApplication(application, accountId) };
  },
);
