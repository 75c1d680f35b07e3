import type { RawBuilder, Selectable, SelectQueryBuilder } from "kysely";
import { AppError, nameOfDialog } from "../../kernel/index.ts";
import type { CallFilter, CallSearch, FoundCalls, KeptCall } from "../call-types.ts";
import { sql } from "../kysely.ts";
import type { CallRow, Db, Tables } from "../tables.ts";

/** Most calls that one question goes through; `next` goes on from there. So nobody waits long, however many there are. */
const mostSearched = 20_000;

/** All columns but the state, which is long. */
export const callColumns = [
  ...(["seq", "transaction_id", "node_id", "application_id", "sip_rule_id", "direction"] as const),
  ...([
    "from_number",
    "to_number",
    "started_at",
    "ended_at",
    "cause",
    "end_type",
    "is_redacted",
    "is_taken_over",
  ] as const),
] as const;

type ListedRow = Pick<Selectable<CallRow>, (typeof callColumns)[number]>;
type CallQuery = SelectQueryBuilder<Tables, "calls", object>;
/** Where a call stands among the others. */
type Place = Pick<ListedRow, "started_at" | "seq">;

/** What an index leads to, in order, and what of it is meant. */
interface Candidates {
  readonly among: (calls: CallQuery) => CallQuery;
  readonly only?: RawBuilder<unknown>;
}

/** Finds a page of calls, the latest first. Rejects with `STORE_BAD_TOKEN`. */
export async function searchCalls(db: Db, search: CallSearch): Promise<FoundCalls> {
  const found = await Promise.all(candidatesOf(search).map((candidates) => findAmong(db, search, candidates)));
  const page = merge(found, search.limit);
  // A part of a number may look like a whole one.
  const { number, id, text } = search;
  if (!isWholeNumber(number) || (id ?? text) !== undefined || page.calls.length > 0 || page.next !== undefined)
    return page;
  return merge([await findAmong(db, search, { among: (calls) => calls, only: isParty(number) })], search.limit);
}

function candidatesOf({ number, id, text }: CallFilter): readonly Candidates[] {
  const only = number === undefined ? [] : [isParty(number)];
  const among = (calls: CallQuery) => calls;
  if (id !== undefined) {
    const whole = { among: (calls: CallQuery) => calls.where(isOf(id)), ...allOf([...only, ...saying(text)]) };
    return isBeginning(id) ? [whole, { among, ...allOf([begins(id), ...only, ...saying(text)]) }] : [whole];
  }
  if (text !== undefined)
    return [
      { among: (calls) => calls.where(isOf(text)), ...allOf(only) },
      { among, ...allOf([...only, ...saying(text)]) },
    ];
  if (!isWholeNumber(number)) return [{ among, ...allOf(only) }];
  return (["from_number", "to_number"] as const).map((party) => ({
    among: (calls) => calls.where(party, "=", number),
  }));
}

/** Calls with the transaction, with the leg, or with the dialog of an id. */
function isOf(id: string) {
  return sql<boolean>`transaction_id in (select ${id} union all select transaction_id from legs where id = ${id}
    union all select transaction_id from legs where sip_call_id in (${id}, ${nameOfDialog(id)}))`;
}

/** What was found among some candidates, and how far it was looked. */
interface Found {
  readonly rows: readonly ListedRow[];
  /** The last candidate that was looked at; undefined: there are no more. */
  readonly end: Place | undefined;
}

async function findAmong(db: Db, search: CallSearch, { among, only }: Candidates): Promise<Found> {
  const { limit, isEnded } = search;
  const within = among(behind(db.selectFrom("calls"), search))
    .orderBy("started_at", "desc")
    .orderBy("seq", "desc");
  const narrow = narrowing(search, only);
  // Found in the index alone; what follows stops as soon as the page is full.
  const end =
    narrow &&
    (await within
      .select(["started_at", "seq"])
      .offset(mostSearched - 1)
      .limit(1)
      .executeTakeFirst());
  const rows = await within
    .select(callColumns)
    .$if(narrow !== undefined, (calls) => calls.where(narrow ?? sql<boolean>`true`))
    .$if(end !== undefined, (calls) =>
      calls.where(sql<boolean>`(started_at, seq) >= (${end?.started_at}, ${end?.seq})`),
    )
    .$if(isEnded !== undefined, (calls) => calls.where("ended_at", isEnded === true ? "is not" : "is", null))
    .limit(limit + 1)
    .execute();
  return { rows, end: rows.length > limit ? undefined : end };
}

/** Calls of a time, behind the page before. */
function behind(calls: CallQuery, { since, until, after }: CallSearch): CallQuery {
  let some = calls;
  if (since !== undefined) some = some.where("started_at", ">=", since);
  if (until !== undefined) some = some.where("started_at", "<=", until);
  if (after === undefined) return some;
  const [, at, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(after) ?? [];
  if (at === undefined || seq === undefined)
    throw new AppError("STORE_BAD_TOKEN", `${JSON.stringify(after.slice(0, 80))} is no "next" of a page of calls.`);
  return some.where(sql<boolean>`(started_at, seq) < (${Number(at)}, ${Number(seq)})`);
}

/** What no index helps with; undefined: nothing is asked for. */
function narrowing({ applicationId, cause }: CallFilter, only: RawBuilder<unknown> | undefined) {
  const { only: all } = allOf([
    ...(only === undefined ? [] : [only]),
    ...(applicationId === undefined ? [] : [sql`application_id = ${applicationId}`]),
    ...(cause === undefined ? [] : [any(sql`end_type = ${cause}`, has("cause", cause))]),
  ]);
  return all && sql<boolean>`${all}`;
}

function isParty(number: string) {
  return any(has("from_number", number), has("to_number", number));
}

function saying(text: string | undefined): readonly RawBuilder<unknown>[] {
  if (text === undefined) return [];
  return [
    any(has("from_number", text), has("to_number", text), begins(text), sql`end_type = ${text}`, has("cause", text)),
  ];
}

function has(column: string, part: string): RawBuilder<unknown> {
  return sql`lower(${sql.ref(column)}) like ${`%${escaped(part)}%`} escape '\\'`;
}

function begins(part: string): RawBuilder<unknown> {
  return sql`transaction_id like ${`${escaped(part)}%`} escape '\\'`;
}

function any(...terms: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql`(${sql.join(terms, sql` or `)})`;
}

function allOf(terms: readonly RawBuilder<unknown>[]): Pick<Candidates, "only"> {
  return terms.length === 0 ? {} : { only: sql`${sql.join(terms, sql` and `)}` };
}

/** What is looked for as it stands, in lower case. */
function escaped(text: string): string {
  return text.toLowerCase().replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}

function isWholeNumber(number: string | undefined): number is string {
  return number !== undefined && /^\+[1-9]\d{7,14}$/.test(number);
}

/** Whether it may be the beginning of an id of ours, and not all of it. */
function isBeginning(id: string): boolean {
  return id.length < 36 && /^[0-9a-f-]+$/.test(id);
}

/** One page of what was found in one way or several: no further than each of them was looked through. */
function merge(found: readonly Found[], limit: number): FoundCalls {
  const ends = found.flatMap(({ end }) => end ?? []).toSorted(byTime);
  const [end] = ends;
  const all = new Map(found.flatMap(({ rows }) => rows.map((row) => [row.seq, row])));
  const rows = [...all.values()].filter((row) => end === undefined || byTime(row, end) <= 0).toSorted(byTime);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : end;
  return { calls: shown.map(callOf), next: last && `${last.started_at}.${last.seq}` };
}

/** The latest first. */
function byTime(a: Place, b: Place): number {
  return b.started_at - a.started_at || b.seq - a.seq;
}

/** A call as its row has it. */
export function callOf(row: ListedRow): KeptCall {
  return {
    transactionId: row.transaction_id,
    nodeId: row.node_id,
    applicationId: row.application_id,
    sipRuleId: row.sip_rule_id ?? undefined,
    direction: row.direction,
    from: row.from_number,
    to: row.to_number,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    cause: row.cause ?? undefined,
    endType: row.end_type ?? undefined,
    isRedacted: row.is_redacted !== 0,
    isTakenOver: row.is_taken_over !== 0,
  };
}
