import { errorCode } from "../../kernel/index.ts";
import type { Page, PageRequest } from "../../store/index.ts";
import { refuse } from "../refuse.ts";

/** The paging members of a listing's request. */
export interface PageInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Entries on a page when the request does not say. Contract: api-pages */
const defaultPageSize = 100;

/** Reads one page; a token that is not ours is a bad request. */
export async function readPage<Row>(
  input: PageInput,
  list: (page: PageRequest) => Promise<Page<Row>>,
): Promise<Page<Row>> {
  try {
    return await list({ limit: input.MaxResults ?? defaultPageSize, token: input.NextToken });
  } catch (error) {
    if (errorCode(error) !== "STORE_BAD_TOKEN") throw error;
    throw refuse(
      "API_BAD_REQUEST",
      "NextToken was not made by this operation; it must be the NextToken of its last answer.",
    );
  }
}
