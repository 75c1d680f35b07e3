import type { CallState } from "../../call/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import { summarizeLive } from "../describe-call.ts";
import type { AdminCall } from "../operation.ts";
import type { callPage } from "../shapes/calls.ts";
import type { ValueOf } from "../shapes/schema-node.ts";

/** What is asked of calls. */
export interface LiveQuery {
  readonly number?: string | undefined;
  readonly id?: string | undefined;
  readonly text?: string | undefined;
  readonly cause?: string | undefined;
  readonly application?: string | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

type Page = ValueOf<typeof callPage>;
type Summary = Page["calls"][number];

/** What calls that are up are sorted by, the latest first, and where a page goes on: `after` has the same form on all nodes. */
function keyOf(startedAtMs: number, id: string): string {
  return `${String(startedAtMs).padStart(16, "0")}.${id}`;
}

/** Where a page goes on behind a call. */
export function keyOfSummary({ startedAt, id }: Summary): string {
  return keyOf(Date.parse(startedAt), id);
}

/** Whether a page is to go on behind a call that is up, not at a place in the database. */
export function isKeyOfLive(after: string): boolean {
  return /^\d{16}\./.test(after);
}

/** Calls by their beginning. */
export function latestFirst(calls: readonly Summary[]): readonly Summary[] {
  return calls.toSorted((a, b) => (keyOfSummary(a) < keyOfSummary(b) ? 1 : -1));
}

/** A page of those of these calls that fit. */
export async function listLive(
  query: LiveQuery,
  calls: readonly CallState[],
  source: AdminCall["source"],
): Promise<Page> {
  const { limit, after } = query;
  const { ids, notes } = await withId(query.id, source);
  const found = calls
    .filter((call) => fits(call, query, ids))
    .map((call) => summarizeLive(call, source.now()))
    .filter((call) => after === undefined || keyOfSummary(call) < after);
  const page = latestFirst(found).slice(0, limit);
  const last = page.at(-1);
  return { calls: page, ...(found.length > limit && last !== undefined ? { next: keyOfSummary(last) } : {}), notes };
}

function fits(call: CallState, query: LiveQuery, ids: ReadonlySet<string>): boolean {
  const { number = "", id = "", text = "", cause, application, since = -Infinity, until = Infinity } = query;
  const [leg] = call.legs;
  const has = (part: string) => leg?.from.includes(part) === true || leg?.to.includes(part) === true;
  const isIn = since <= call.startedAt && call.startedAt <= until;
  const isFor = application === undefined || call.target.applicationId === application;
  const isBy = cause === undefined || call.endType === cause || call.cause?.includes(cause) === true;
  const isNamed = call.transactionId.startsWith(id) || ids.has(call.transactionId);
  const isTold = has(text) || call.transactionId.startsWith(text) || call.cause?.includes(text) === true;
  return has(number) && isIn && isFor && isBy && isNamed && isTold;
}

/** Calls that are up are told apart by what they are now; whose leg or dialog an id is, is in the database. */
async function withId(id: string | undefined, { records }: AdminCall["source"]) {
  const none = { ids: new Set<string>(), notes: [] };
  if (id === undefined) return none;
  try {
    const { calls } = await records.search({ isEnded: false, id, limit: 1_000 });
    return { ...none, ids: new Set(calls.map(({ transactionId }) => transactionId)) };
  } catch (error) {
    return { ...none, notes: [withoutLegs(errorMessage(error))] };
  }
}

function withoutLegs(why: string): string {
  return `Ids of legs and dialogs are not found, only those of transactions: the database does not answer: ${why}`;
}
