import { defineOperation } from "../operation.ts";

/** The validation failed. Source: the service model. */
const failed = 2;

/** No directory of addresses is here, and emergency calls are not made: every address has failed, and none is proposed.
 * Contract: api-e911 */
export const validateE911Address = defineOperation("ValidateE911Address", () =>
  Promise.resolve({ ValidationResult: failed, CandidateAddressList: [] }),
);
