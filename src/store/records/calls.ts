import type { Selectable } from "kysely";
import { AppError, errorMessage } from "../../kernel/index.ts";
import type { CallChange, CallRecords, KeptInvocation, KeptLeg, KeptNode, SignOfLife } from "../call-types.ts";
import type { StoreDialect } from "../dialect.ts";
import { sql } from "../kysely.ts";
import type { Db, InvocationRow, LegRow, Tables } from "../tables.ts";
import { lineOfBegun, writeBegunLines } from "./begun-lines.ts";
import { callRowsOf, callTables } from "./call-changes.ts";
import { callColumns, callOf, searchCalls } from "./search-calls.ts";

/** Most calls that a process takes over at one time. */
const mostTakenOver = 500;
/** Old calls that are deleted at one time: what calls that are up write comes in between. */
const mostDeleted = 200;
/** So long after a sign of life, calls are written without another: a page of the database less for each batch, and a row that batches do not wait for. */
const signHoldsMs = 1_000;

/** The records of calls. */
export function createCallRecords(db: Db, dialect: StoreDialect): CallRecords {
  const writeBatch = dialect.prepareBatch(callTables);
  const { begunCalls } = dialect;
  const signedAt = new Map<string, number>();
  const giveSign = async (sign: SignOfLife) => {
    await writeBatch(callRowsOf([], sign));
    signedAt.set(sign.nodeId, sign.at);
  };
  const forget = (changes: readonly CallChange[]) => begunCalls?.forget(changes.map(({ call }) => call.transactionId));
  return {
    begin(change) {
      if (change.requestKey !== undefined) return undefined;
      return begunCalls?.keep(change.call.transactionId, lineOfBegun(change));
    },
    async write(changes, sign) {
      const { nodeId, at } = sign;
      const isDue = Math.abs(at - (signedAt.get(nodeId) ?? -Infinity)) >= signHoldsMs;
      try {
        const unchanged = await writeBatch(callRowsOf(changes, isDue ? sign : undefined));
        if (isDue) signedAt.set(nodeId, at);
        forget(changes);
        return unchanged.flatMap((index) => changes[index]?.call.transactionId ?? []);
      } catch (error) {
        if (!dialect.isRefusal(error)) throw error;
        const [first, ...others] = changes;
        if (others.length === 0) forget(changes);
        const isRepeated = first?.requestKey !== undefined && others.length === 0 && dialect.isUniqueViolation(error);
        if (isRepeated) return [first.call.transactionId];
        throw new AppError("STORE_REFUSED", errorMessage(error), { cause: error });
      }
    },
    async get(transactionId) {
      const of = "transaction_id";
      const [call, legs, invocations, facts] = await Promise.all([
        db.selectFrom("calls").select(callColumns).where(of, "=", transactionId).executeTakeFirst(),
        db.selectFrom("legs").selectAll().where(of, "=", transactionId).orderBy("started_at").orderBy("tag").execute(),
        db.selectFrom("invocations").selectAll().where(of, "=", transactionId).orderBy("seq").execute(),
        db.selectFrom("call_facts").select("facts").where(of, "=", transactionId).orderBy("seq").execute(),
      ]);
      if (call === undefined) return undefined;
      return {
        ...{ ...callOf(call), legs: legs.map(legOf), invocations: invocations.map(invocationOf) },
        facts: facts.flatMap((some) => JSON.parse(some.facts) as readonly object[]),
      };
    },
    async addFacts(transactionId, facts) {
      const call = db.selectFrom("calls").where("transaction_id", "=", transactionId);
      const row = call.select(["transaction_id", sql<string>`${JSON.stringify(facts)}`.as("facts")]);
      await db.insertInto("call_facts").columns(["transaction_id", "facts"]).expression(row).execute();
    },
    search: (search) => searchCalls(db, search),
    async delete(transactionId) {
      const of = "transaction_id";
      await db.deleteFrom("detail_records").where(of, "=", transactionId).execute();
      const result = await db.deleteFrom("calls").where(of, "=", transactionId).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async deleteEndedBefore(time) {
      const old = db.selectFrom("calls").select("seq").where("started_at", "<", time).where("ended_at", "<", time);
      for (let deleted = mostDeleted; deleted === mostDeleted;) {
        const result = await db.deleteFrom("calls").where("seq", "in", old.limit(mostDeleted)).executeTakeFirst();
        deleted = Number(result.numDeletedRows);
      }
    },
    signOfLife: giveSign,
    async signOff(nodeId) {
      signedAt.delete(nodeId);
      await db.deleteFrom("nodes").where("id", "=", nodeId).execute();
    },
    async takeOver(sign, silentSince) {
      // First, lest another one takes them from this one.
      await giveSign(sign);
      await begunCalls?.takeLeft((lines) => writeBegunLines(db, dialect, lines));
      return dialect.oneAtATime(db, "calls without a node", async (alone) => {
        await alone.deleteFrom("nodes").where("seen_at", "<", silentSince).execute();
        const found = alone
          .selectFrom("calls")
          .select("transaction_id")
          .where("state", "is not", null)
          .where("node_id", "not in", alone.selectFrom("nodes").select("id"))
          .where("node_id", "<>", sign.nodeId)
          .orderBy("seq")
          .limit(mostTakenOver);
        const rows = await alone
          .updateTable("calls")
          .set({ node_id: sign.nodeId, is_taken_over: 1 })
          .where("transaction_id", "in", found)
          .returning(["transaction_id", "state"])
          .execute();
        return rows.map(({ transaction_id, state }) => ({ transactionId: transaction_id, state: state ?? "" }));
      });
    },
    async exchangeCards({ nodeId, at }, silentSince, toCard) {
      await dialect.oneAtATime(db, "cards of nodes", async (alone) => {
        const others = alone.selectFrom("nodes").selectAll().where("id", "<>", nodeId).orderBy("id");
        const card = toCard((await others.where("seen_at", ">=", silentSince).execute()).map(nodeFrom));
        await alone
          .insertInto("nodes")
          .values({ id: nodeId, seen_at: at, card })
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ seen_at: at, card }))
          .execute();
      });
    },
    async nodes() {
      return (await db.selectFrom("nodes").selectAll().orderBy("id").execute()).map(nodeFrom);
    },
    async nodeOf(transactionId) {
      const found = db.selectFrom("calls").select("node_id").where("transaction_id", "=", transactionId);
      return (await found.executeTakeFirst())?.node_id;
    },
    async madeBy(requestKey, since) {
      const known = db.updateTable("calls").set({ request_key: null }).where("request_key", "=", requestKey);
      await known.where("started_at", "<", since).execute();
      const found = db.selectFrom("calls").select("transaction_id").where("request_key", "=", requestKey);
      return (await found.executeTakeFirst())?.transaction_id;
    },
    async countOfOthers(nodeId) {
      const { count } = await db
        .selectFrom("calls")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .where("state", "is not", null)
        .where("node_id", "<>", nodeId)
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}

function nodeFrom({ id, seen_at, card }: Readonly<Tables["nodes"]>): KeptNode {
  return { nodeId: id, at: seen_at, card: card ?? undefined };
}

function legOf(row: Selectable<LegRow>): KeptLeg {
  const { id, tag, kind, direction, from_number: from, to_number: to, started_at: startedAt } = row;
  return {
    ...{ id, tag, kind, direction, from, to, startedAt },
    answeredAt: row.answered_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    cause: row.cause ?? undefined,
    sipCallId: row.sip_call_id ?? undefined,
    trunk: row.trunk ?? undefined,
    sipStatus: row.sip_status ?? undefined,
  };
}

function invocationOf(row: Selectable<InvocationRow>): KeptInvocation {
  const { sequence, event, target, asked_at: askedAt, took_ms: tookMs, outcome } = row;
  return {
    ...{ sequence, event, target, askedAt, tookMs, outcome },
    why: row.why ?? undefined,
    mayRepeat: row.may_repeat !== 0,
  };
}
