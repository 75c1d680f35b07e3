import type { Selectable, SelectQueryBuilder } from "kysely";
import type { StoreDialect } from "../dialect.ts";
import type { FoundNumber, NumberFilter, PhoneNumber, PhoneNumberRecords } from "../number-types.ts";
import { parseToken, toPage } from "../paging.ts";
import type { Db, PhoneNumberRow } from "../tables.ts";
import { listAbsent } from "./absent-numbers.ts";

/** The records of the inventory and its deletion queue. */
export function createPhoneNumberRecords(db: Db, dialect: StoreDialect): PhoneNumberRecords {
  return {
    async insert(number) {
      try {
        await db.insertInto("phone_numbers").values(toRow(number)).execute();
        return true;
      } catch (error) {
        if (dialect.isUniqueViolation(error)) return false;
        throw error;
      }
    },
    async get(e164) {
      const row = await selectNumbers(db).where("number.e164", "=", e164).executeTakeFirst();
      return row && fromRow(row);
    },
    async list({ limit, token, filter }) {
      const rows = await narrow(selectNumbers(db), filter)
        .where("number.seq", ">", parseToken("phone-numbers", token))
        .orderBy("number.seq")
        .limit(limit + 1)
        .execute();
      return toPage("phone-numbers", rows, limit, fromRow);
    },
    async count() {
      const owned = db.selectFrom("phone_numbers").where("deleted_at", "is", null);
      const counting = owned.select(({ fn }) => fn.countAll().as("count"));
      return Number((await counting.executeTakeFirstOrThrow()).count);
    },
    listAbsent: (search) =>
      listAbsent(search, async (some) => {
        const rows = await db.selectFrom("phone_numbers").select("e164").where("e164", "in", some).execute();
        return new Set(rows.map(({ e164 }) => e164));
      }),
    async update(number) {
      const { e164, ...changes } = toRow(number);
      const update = db.updateTable("phone_numbers").set(changes).where("e164", "=", e164);
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async delete(e164) {
      const result = await db.deleteFrom("phone_numbers").where("e164", "=", e164).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async deleteForGood(before) {
      await db.deleteFrom("phone_numbers").where("deleted_at", "<", before).execute();
    },
  };
}

/** Numbers with their rules, in one statement. */
function selectNumbers(db: Db) {
  return db
    .selectFrom("phone_numbers as number")
    .leftJoin("rules as rule", (join) =>
      join.onRef("rule.trigger_key", "=", "number.e164").on("rule.trigger_type", "=", "ToPhoneNumber"),
    )
    .selectAll("number")
    .select(["rule.id as rule_id", "rule.created_at as rule_created_at"]);
}

type NumberQuery = ReturnType<typeof selectNumbers>;
type FoundRow = NumberQuery extends SelectQueryBuilder<infer _Tables, infer _From, infer Row> ? Row : never;

function narrow(query: NumberQuery, { status, product, association }: NumberFilter): NumberQuery {
  let found = query;
  if (product !== undefined) found = found.where("number.product", "=", product);
  if (association?.kind === "SipRuleId") found = found.where("rule.id", "=", association.id);
  else if (association !== undefined)
    found = found.where("number.owner_kind", "=", association.kind).where("number.owner_id", "=", association.id);
  if (status === undefined) return found;
  found = found.where("number.deleted_at", status === "ReleaseInProgress" ? "is not" : "is", null);
  if (status === "Assigned")
    return found.where(({ or, eb }) => or([eb("number.owner_id", "is not", null), eb("rule.id", "is not", null)]));
  if (status === "Unassigned") return found.where("number.owner_id", "is", null).where("rule.id", "is", null);
  return found;
}

function toRow(number: PhoneNumber): Omit<Selectable<PhoneNumberRow>, "seq"> {
  return {
    e164: number.e164,
    product: number.product,
    name: number.name,
    calling_name: number.callingName,
    calling_name_at: number.callingNameAt ?? null,
    owner_kind: number.owner?.kind ?? null,
    owner_id: number.owner?.id ?? null,
    owner_at: number.owner?.at ?? null,
    order_id: number.orderId ?? null,
    tags: JSON.stringify(number.tags),
    origin: number.origin,
    created_at: number.createdAt,
    updated_at: number.updatedAt,
    deleted_at: number.deletedAt ?? null,
  };
}

function fromRow(row: FoundRow): FoundNumber {
  const { owner_kind: kind, owner_id: id, rule_id: ruleId } = row;
  return {
    e164: row.e164,
    product: row.product,
    name: row.name,
    callingName: row.calling_name,
    callingNameAt: row.calling_name_at ?? undefined,
    owner: kind === null || id === null ? undefined : { kind, id, at: row.owner_at ?? row.updated_at },
    orderId: row.order_id ?? undefined,
    tags: JSON.parse(row.tags) as FoundNumber["tags"],
    origin: row.origin,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at ?? undefined,
    rule: ruleId === null ? undefined : { id: ruleId, createdAt: row.rule_created_at ?? row.created_at },
  };
}
