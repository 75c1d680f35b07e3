import { toWireApplication } from "../wire/shapes.ts";
import { defineOperation } from "./operation.ts";
import { readPage, type PageInput } from "./page.ts";

/** Pages through all applications in order of creation. */
export const listSipMediaApplications = defineOperation<PageInput>(
  "ListSipMediaApplications",
  async (input, { store, accountId }) => {
    const { rows, nextToken } = await readPage(input, (page) => store.applications.list(page));
    return { SipMediaApplications: rows.map((row) => toWireApplication(row, accountId)), NextToken: nextToken };
  },
);
