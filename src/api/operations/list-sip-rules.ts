import { toWireRule } from "../wire/shapes.ts";
import { defineOperation } from "./operation.ts";
import { readPage, type PageInput } from "./page.ts";

interface Input extends PageInput {
  readonly SipMediaApplicationId?: string;
}

/** Pages through rules in order of creation: all, or those that target one application (none when it does not exist). */
export const listSipRules = defineOperation<Input>("ListSipRules", async (input, { store }) => {
  const applicationId = input.SipMediaApplicationId;
  const { rows, nextToken } = await readPage(input, (page) => store.rules.list({ ...page, applicationId }));
  return { SipRules: rows.map(toWireRule), NextToken: nextToken };
});
