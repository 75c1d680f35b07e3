import { refuse } from "../refuse.ts";
import { noApplication } from "./find.ts";
import { defineOperation } from "./operation.ts";

/** Rules named in a refusal. */
const rulesNamed = 5;

/** Removes an application that no rule targets any more. Contract: api-delete-application */
export const deleteSipMediaApplication = defineOperation<{ readonly SipMediaApplicationId: string }>(
  "DeleteSipMediaApplication",
  async ({ SipMediaApplicationId: id }, { store }) => {
    const outcome = await store.applications.delete(id);
    if (outcome === "deleted") return undefined;
    if (outcome === "not-found") throw noApplication(id);
    const { rows, nextToken } = await store.rules.list({ limit: rulesNamed, token: undefined, applicationId: id });
    const names = rows.map((rule) => `${rule.name} (${rule.id})`).join(", ");
    throw refuse(
      "API_CONFLICT",
      `The SIP media application is the target of SIP rules: ${names}${nextToken === undefined ? "" : " and more"}. Delete or retarget them first.`,
    );
  },
);
