import type { CompiledQuery, Selectable } from "kysely";
import { LRUCache } from "lru-cache";
import type { CallChange, KeptInvocation, KeptLeg, SignOfLife } from "../call-types.ts";
import type { CallRow, Db, InvocationRow, LegRow, Tables } from "../tables.ts";

/** Gives the statements that write what became of some calls. */
export type CallWriting = (changes: readonly CallChange[], sign: SignOfLife) => readonly CompiledQuery[];

/** Statements that are kept: for each table one for each number of rows. */
const mostKept = 100;

/** Makes what composes them: one for each table, however many calls there are. To compose one takes longer than to run it, so those that were
 * used last are kept; only their parameters are others. */
export function createCallWriting(db: Db): CallWriting {
  const kept = new LRUCache<string, CompiledQuery>({ max: mostKept });
  const write = <Row extends object>(table: string, rows: readonly Row[], compose: () => CompiledQuery) => {
    if (rows.length === 0) return [];
    const name = `${table} ${rows.length}`;
    const statement = kept.get(name) ?? compose();
    kept.set(name, statement);
    return [{ ...statement, parameters: rows.flatMap((row): unknown[] => Object.values(row)) }];
  };
  return (changes, { nodeId, at }) => {
    const calls = changes.map(callRow);
    const legs = changes.flatMap(({ call, legs: some }) => some.map((leg) => legRow(call.transactionId, leg)));
    const invocations = changes.flatMap(({ call, invocations: some }) =>
      some.map((one) => invocationRow(call.transactionId, one)),
    );
    const signs = [{ id: nodeId, seen_at: at }];
    return [
      ...write("calls", calls, () => writeCalls(db, calls)),
      ...write("legs", legs, () => writeLegs(db, legs)),
      ...write("invocations", invocations, () => db.insertInto("invocations").values(invocations).compile()),
      ...write("nodes", signs, () => writeSign(db, signs)),
    ];
  };
}

function writeSign(db: Db, rows: readonly Tables["nodes"][]): CompiledQuery {
  return db
    .insertInto("nodes")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(({ ref }) => ({ seen_at: ref("excluded.seen_at") })))
    .compile();
}

function writeCalls(db: Db, rows: readonly Omit<Selectable<CallRow>, "seq">[]): CompiledQuery {
  return db
    .insertInto("calls")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column("transaction_id")
        .doUpdateSet(({ ref }) => ({
          ended_at: ref("excluded.ended_at"),
          cause: ref("excluded.cause"),
          state: ref("excluded.state"),
        }))
        // Another process has it otherwise, and tells what is owed.
        .whereRef("calls.node_id", "=", "excluded.node_id"),
    )
    .compile();
}

function writeLegs(db: Db, rows: readonly Selectable<LegRow>[]): CompiledQuery {
  return db
    .insertInto("legs")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["transaction_id", "id"]).doUpdateSet(({ ref, fn }) => ({
        answered_at: fn.coalesce("excluded.answered_at", ref("legs.answered_at")),
        ended_at: fn.coalesce("excluded.ended_at", ref("legs.ended_at")),
        cause: fn.coalesce("excluded.cause", ref("legs.cause")),
      })),
    )
    .compile();
}

function callRow({ call, state }: CallChange): Omit<Selectable<CallRow>, "seq"> {
  return {
    transaction_id: call.transactionId,
    node_id: call.nodeId,
    application_id: call.applicationId,
    sip_rule_id: call.sipRuleId ?? null,
    direction: call.direction,
    from_number: call.from,
    to_number: call.to,
    started_at: call.startedAt,
    ended_at: call.endedAt ?? null,
    cause: call.cause ?? null,
    is_taken_over: call.isTakenOver ? 1 : 0,
    state: state ?? null,
  };
}

function legRow(transactionId: string, leg: KeptLeg): Selectable<LegRow> {
  const { id, tag, kind, direction, from, to, startedAt, answeredAt, endedAt, cause } = leg;
  return {
    ...{ transaction_id: transactionId, id, tag, kind, direction, from_number: from, to_number: to },
    ...{ started_at: startedAt, answered_at: answeredAt ?? null, ended_at: endedAt ?? null, cause: cause ?? null },
  };
}

function invocationRow(transactionId: string, one: KeptInvocation): Omit<Selectable<InvocationRow>, "seq"> {
  const { sequence, event, target, askedAt, tookMs, outcome, why, mayRepeat } = one;
  return {
    ...{ transaction_id: transactionId, sequence, event, target, asked_at: askedAt, took_ms: Math.round(tookMs) },
    ...{ outcome, why: why ?? null, may_repeat: mayRepeat ? 1 : 0 },
  };
}
