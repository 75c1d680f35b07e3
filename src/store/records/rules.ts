import { AppError } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { parseToken, toPage } from "../paging.ts";
import type { Db, RuleRow, Tables } from "../tables.ts";
import { countRows } from "./count-rows.ts";
import type { RuleRecords, SipRule, SipRuleTarget } from "../types.ts";
import type { Selectable, SelectQueryBuilder } from "kysely";

/** The records of SIP rules. The database itself keeps triggers unique and targets existing, so races cannot break either. */
export function createRuleRecords(db: Db, dialect: StoreDialect): RuleRecords {
  // Each call asks this; composing a query costs more than running it.
  const byTrigger = composeRules(db, (rules) =>
    rules.where("trigger_type", "=", "ToPhoneNumber").where("trigger_key", "=", "").where("disabled", "=", 0),
  ).compile();
  return {
    insert: (rule) => insertRule(db, dialect, rule),
    async get(id) {
      return (await readRules(db, (rules) => rules.where("id", "=", id)))[0]?.rule;
    },
    async list({ limit, token, applicationId, triggerKey }) {
      const after = parseToken("rules", token);
      const found = await readRules(db, (rules) => {
        const withTrigger = triggerKey === undefined ? rules : rules.where("trigger_key", "=", triggerKey);
        const page = withTrigger
          .where("seq", ">", after)
          .orderBy("seq")
          .limit(limit + 1);
        if (applicationId === undefined) return page;
        const targeting = db.selectFrom("rule_targets").select("rule_id").where("application_id", "=", applicationId);
        return page.where("id", "in", targeting);
      });
      return toPage("rules", found, limit, ({ rule }) => rule);
    },
    count: () => countRows(db, "rules"),
    update: (rule) => updateRule(db, dialect, rule),
    async delete(id) {
      const result = await db.deleteFrom("rules").where("id", "=", id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async findByTrigger(type, triggerKey) {
      const { rows } = await db.executeQuery<RuleWithTarget>({ ...byTrigger, parameters: [type, triggerKey, 0] });
      return groupRules(rows)[0]?.rule;
    },
  };
}

/** Runs work in the transaction that is open, else in one of its own. */
function inTransaction<Out>(db: Db, work: (transaction: Db) => Promise<Out>): Promise<Out> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

async function insertRule(db: Db, dialect: StoreDialect, rule: SipRule): ReturnType<RuleRecords["insert"]> {
  try {
    return await inTransaction(db, async (transaction) => {
      const inserted = await transaction
        .insertInto("rules")
        .values(toRow(rule))
        .onConflict((conflict) => conflict.columns(["trigger_type", "trigger_key"]).doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 0n) return "conflict";
      await insertTargets(transaction, rule);
      return "inserted";
    });
  } catch (error) {
    if (dialect.isForeignKeyViolation(error)) return "no-application";
    if (!dialect.isUniqueViolation(error)) throw error;
    throw new AppError("STORE_DUPLICATE_ID", `A rule with the id ${rule.id} exists.`, { cause: error });
  }
}

async function updateRule(db: Db, dialect: StoreDialect, rule: SipRule): ReturnType<RuleRecords["update"]> {
  const { name, disabled, updated_at } = toRow(rule);
  try {
    return await inTransaction(db, async (transaction) => {
      const result = await transaction
        .updateTable("rules")
        .set({ name, disabled, updated_at })
        .where("id", "=", rule.id)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) return "not-found";
      await transaction.deleteFrom("rule_targets").where("rule_id", "=", rule.id).execute();
      await insertTargets(transaction, rule);
      return "updated";
    });
  } catch (error) {
    if (dialect.isForeignKeyViolation(error)) return "no-application";
    throw error;
  }
}

async function insertTargets(db: Db, rule: SipRule): Promise<void> {
  if (rule.targets.length === 0) return;
  const rows = rule.targets.map(({ applicationId, priority, region }, position) => ({
    rule_id: rule.id,
    position,
    application_id: applicationId,
    priority,
    region,
  }));
  await db.insertInto("rule_targets").values(rows).execute();
}

type RuleQuery = SelectQueryBuilder<Tables, "rules", Selectable<RuleRow>>;

/** Reads rules with their targets in one statement, so that a rule is never seen between two versions. */
async function readRules(db: Db, narrow: (rules: RuleQuery) => RuleQuery): Promise<{ seq: number; rule: SipRule }[]> {
  return groupRules(await composeRules(db, narrow).execute());
}

function composeRules(db: Db, narrow: (rules: RuleQuery) => RuleQuery) {
  return db
    .selectFrom(narrow(db.selectFrom("rules").selectAll()).as("rule"))
    .leftJoin("rule_targets as target", "target.rule_id", "rule.id")
    .selectAll("rule")
    .select(["target.application_id", "target.priority", "target.region"])
    .orderBy("rule.seq")
    .orderBy("target.position");
}

type RuleWithTarget = Awaited<ReturnType<ReturnType<typeof composeRules>["execute"]>>[number];

function groupRules(rows: readonly RuleWithTarget[]): { seq: number; rule: SipRule }[] {
  const found: { seq: number; rule: SipRule; targets: SipRuleTarget[] }[] = [];
  for (const row of rows) {
    let entry = found.at(-1);
    if (entry?.rule.id !== row.id) {
      const targets: SipRuleTarget[] = [];
      entry = { seq: row.seq, rule: fromRow(row, targets), targets };
      found.push(entry);
    }
    if (entry === undefined || row.application_id === null) continue;
    entry.targets.push({ applicationId: row.application_id, priority: row.priority ?? 1, region: row.region ?? "" });
  }
  return found;
}

function toRow(rule: SipRule): Omit<Selectable<RuleRow>, "seq"> {
  return {
    id: rule.id,
    name: rule.name,
    disabled: rule.disabled ? 1 : 0,
    trigger_type: rule.triggerType,
    trigger_value: rule.triggerValue,
    trigger_key: rule.triggerKey,
    origin: rule.origin,
    created_at: rule.createdAt,
    updated_at: rule.updatedAt,
  };
}

function fromRow(row: Selectable<RuleRow>, targets: readonly SipRuleTarget[]): SipRule {
  return {
    id: row.id,
    name: row.name,
    disabled: row.disabled !== 0,
    triggerType: row.trigger_type,
    triggerValue: row.trigger_value,
    triggerKey: row.trigger_key,
    targets,
    origin: row.origin,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
