import { batchRowOf, type BatchRow, type BatchTable } from "../batch-table.ts";
import type { CallChange, KeptInvocation, KeptLeg, DetailRecord, SignOfLife } from "../call-types.ts";

/** What is of a call, and of which. */
interface Of<One> {
  readonly transactionId: string;
  readonly one: One;
}

const calls: BatchTable<CallChange> = {
  name: "calls",
  columns: [
    { name: "transaction_id", type: "text", of: ({ call }) => call.transactionId },
    { name: "node_id", type: "text", of: ({ call }) => call.nodeId },
    { name: "application_id", type: "text", of: ({ call }) => call.applicationId },
    { name: "sip_rule_id", type: "text", of: ({ call }) => call.sipRuleId },
    { name: "direction", type: "text", of: ({ call }) => call.direction },
    { name: "from_number", type: "text", of: ({ call }) => call.from },
    { name: "to_number", type: "text", of: ({ call }) => call.to },
    { name: "started_at", type: "bigint", of: ({ call }) => call.startedAt },
    { name: "ended_at", type: "bigint", of: ({ call }) => call.endedAt },
    { name: "cause", type: "text", of: ({ call }) => call.cause },
    { name: "end_type", type: "text", of: ({ call }) => call.endType },
    { name: "is_redacted", type: "integer", of: ({ call }) => (call.isRedacted ? 1 : 0) },
    { name: "is_taken_over", type: "integer", of: ({ call }) => (call.isTakenOver ? 1 : 0) },
    { name: "state", type: "text", of: ({ state }) => state },
    { name: "request_key", type: "text", of: ({ requestKey }) => requestKey },
  ],
  // Where another process has it, that one tells what is owed.
  onConflict: `on conflict (transaction_id) do update
    set ended_at = excluded.ended_at, cause = excluded.cause, end_type = excluded.end_type, state = excluded.state
    where calls.node_id = excluded.node_id`,
};

const legs: BatchTable<Of<KeptLeg>> = {
  name: "legs",
  columns: [
    { name: "transaction_id", type: "text", of: ({ transactionId }) => transactionId },
    { name: "id", type: "text", of: ({ one }) => one.id },
    { name: "tag", type: "text", of: ({ one }) => one.tag },
    { name: "kind", type: "text", of: ({ one }) => one.kind },
    { name: "direction", type: "text", of: ({ one }) => one.direction },
    { name: "from_number", type: "text", of: ({ one }) => one.from },
    { name: "to_number", type: "text", of: ({ one }) => one.to },
    { name: "started_at", type: "bigint", of: ({ one }) => one.startedAt },
    { name: "answered_at", type: "bigint", of: ({ one }) => one.answeredAt },
    { name: "ended_at", type: "bigint", of: ({ one }) => one.endedAt },
    { name: "cause", type: "text", of: ({ one }) => one.cause },
    { name: "sip_call_id", type: "text", of: ({ one }) => one.sipCallId },
    { name: "trunk", type: "text", of: ({ one }) => one.trunk },
    { name: "sip_status", type: "integer", of: ({ one }) => one.sipStatus },
  ],
  onConflict: `on conflict (transaction_id, id) do update
    set answered_at = coalesce(excluded.answered_at, legs.answered_at),
      ended_at = coalesce(excluded.ended_at, legs.ended_at), cause = coalesce(excluded.cause, legs.cause),
      sip_call_id = coalesce(excluded.sip_call_id, legs.sip_call_id), trunk = coalesce(excluded.trunk, legs.trunk),
      sip_status = coalesce(excluded.sip_status, legs.sip_status)`,
};

const invocations: BatchTable<Of<KeptInvocation>> = {
  name: "invocations",
  columns: [
    { name: "transaction_id", type: "text", of: ({ transactionId }) => transactionId },
    { name: "sequence", type: "integer", of: ({ one }) => one.sequence },
    { name: "event", type: "text", of: ({ one }) => one.event },
    { name: "target", type: "text", of: ({ one }) => one.target },
    { name: "asked_at", type: "bigint", of: ({ one }) => one.askedAt },
    { name: "took_ms", type: "bigint", of: ({ one }) => Math.round(one.tookMs) },
    { name: "outcome", type: "text", of: ({ one }) => one.outcome },
    { name: "why", type: "text", of: ({ one }) => one.why },
    { name: "may_repeat", type: "integer", of: ({ one }) => (one.mayRepeat ? 1 : 0) },
  ],
  onConflict: "",
};

const facts: BatchTable<Of<readonly object[]>> = {
  name: "call_facts",
  columns: [
    { name: "transaction_id", type: "text", of: ({ transactionId }) => transactionId },
    { name: "facts", type: "text", of: ({ one }) => JSON.stringify(one) },
  ],
  onConflict: "",
};

const detailRecords: BatchTable<Of<DetailRecord> & { readonly nodeId: string }> = {
  name: "detail_records",
  columns: [
    { name: "id", type: "text", of: ({ one }) => one.id },
    { name: "transaction_id", type: "text", of: ({ transactionId }) => transactionId },
    { name: "node_id", type: "text", of: ({ nodeId }) => nodeId },
    { name: "bucket", type: "text", of: ({ one }) => one.bucket },
    { name: "object_key", type: "text", of: ({ one }) => one.key },
    { name: "document", type: "text", of: ({ one }) => one.document },
  ],
  onConflict: "on conflict (id) do nothing",
};

const nodes: BatchTable<SignOfLife> = {
  name: "nodes",
  columns: [
    { name: "id", type: "text", of: ({ nodeId }) => nodeId },
    { name: "seen_at", type: "bigint", of: ({ at }) => at },
    { name: "card", type: "text", of: ({ card }) => card },
  ],
  onConflict: "on conflict (id) do update set seen_at = excluded.seen_at, card = coalesce(excluded.card, nodes.card)",
};

/** Tables that what became of calls is written to. */
export const callTables: readonly BatchTable[] = [calls, legs, invocations, facts, detailRecords, nodes];

/** Rows of these tables.
 * @param sign undefined: one was written just before */
export function callRowsOf(
  changes: readonly CallChange[],
  sign: SignOfLife | undefined,
): readonly (readonly BatchRow[])[] {
  const of = <One>(transactionId: string, some: readonly One[], table: BatchTable<Of<One>>) =>
    some.map((one) => batchRowOf(table, { transactionId, one }));
  return [
    changes.map((change) => batchRowOf(calls, change)),
    changes.flatMap(({ call, legs: some }) => of(call.transactionId, some, legs)),
    changes.flatMap(({ call, invocations: some }) => of(call.transactionId, some, invocations)),
    changes.flatMap(({ call, facts: some }) => (some.length === 0 ? [] : of(call.transactionId, [some], facts))),
    changes.flatMap(({ call: { transactionId, nodeId }, records }) =>
      records.map((one) => batchRowOf(detailRecords, { transactionId, nodeId, one })),
    ),
    sign === undefined ? [] : [batchRowOf(nodes, sign)],
  ];
}
