import type { CompatibilitySwitches, FunctionReply } from "../call/index.ts";
import { redactionOfMember, type Redaction } from "../contract/index.ts";
import { findDifferences, type Difference, type Sameness } from "./differences.ts";

/** Where the reply of a function now differs from the recorded one: in its actions, its attributes, or in failing. Equivalent replies count as
 * the same: no reply, an empty list and no list, unless a switch of the call distinguishes them. */
export function compareReplies(
  recorded: FunctionReply,
  now: FunctionReply,
  same: Sameness,
  { redaction, switches }: { readonly redaction: Redaction; readonly switches: Switches },
): readonly Difference[] {
  if (recorded.type === "failed" || now.type === "failed") return compareFailures(recorded, now, same, switches);
  const before = plainForm(recorded.value, switches);
  const after = plainForm(now.value, switches);
  const lists = [listOf(before), listOf(after)] as const;
  if (lists[0] === undefined || lists[1] === undefined) {
    return findDifferences(before, after, { path: "", redaction }, same);
  }
  const rest = findDifferences(
    { ...(before as object), Actions: [] },
    { ...(after as object), Actions: [] },
    { path: "", redaction },
    same,
  );
  const ofActions = redactionOfMember(redaction, before, "Actions");
  return [...compareLists(lists[0], lists[1], ofActions, same), ...rest];
}

type Switches = Pick<CompatibilitySwitches, "acceptBlankReply" | "emptyActionsStopList">;

/** When the types of two lists differ, those are told, and the actions before the first that is of another type are compared. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  redaction: Redaction,
  same: Sameness,
): readonly Difference[] {
  const types = [before.map(typeOf), after.map(typeOf)] as const;
  const isOther = types[0].join() !== types[1].join();
  const alike = isOther ? types[0].findIndex((type, index) => type !== types[1][index]) : before.length;
  const end = alike === -1 ? before.length : alike;
  return [
    ...(isOther ? [{ path: "Actions", recorded: types[0], now: types[1] }] : []),
    ...before
      .slice(0, end)
      .flatMap((action, index) =>
        findDifferences(action, after[index], { path: `Actions[${index}]`, redaction }, same),
      ),
  ];
}

function compareFailures(
  recorded: FunctionReply,
  now: FunctionReply,
  same: Sameness,
  switches: Switches,
): readonly Difference[] {
  if (recorded.type === "failed" && now.type === "failed" && recorded.reason === now.reason) {
    // Only texts of the function itself are compared; redacted ones say nothing.
    if (recorded.reason !== "unhandled" || same.isRedacted || recorded.message === now.message) return [];
  }
  return [{ path: "", recorded: describe(recorded, switches), now: describe(now, switches) }];
}

function describe(reply: FunctionReply, switches: Switches): string {
  if (reply.type === "failed") return `the function failed (${reply.reason}): ${reply.message}`;
  const list = listOf(plainForm(reply.value, switches));
  if (list === undefined) return `answered ${JSON.stringify(reply.value)}`;
  return list.length === 0 ? "answered without actions" : `answered ${list.map(typeOf).join(", ")}`;
}

/** A reply in one of the ways to write it. */
function plainForm(value: unknown, { acceptBlankReply, emptyActionsStopList }: Switches): unknown {
  const isBlank = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  const reply = isBlank && acceptBlankReply ? { SchemaVersion: "1.0" } : value;
  if (typeof reply !== "object" || reply === null || Array.isArray(reply)) return reply;
  const { TransactionAttributes: attributes, ...others } = reply as Readonly<Record<string, unknown>>;
  return {
    ...others,
    ...(emptyActionsStopList ? {} : { Actions: others["Actions"] ?? [] }),
    ...(attributes === null || attributes === undefined ? {} : { TransactionAttributes: attributes }),
  };
}

function listOf(reply: unknown): readonly unknown[] | undefined {
  if (typeof reply !== "object" || reply === null || !("Actions" in reply)) return undefined;
  return Array.isArray(reply.Actions) ? (reply.Actions as unknown[]) : undefined;
}

function typeOf(action: unknown): string {
  if (typeof action !== "object" || action === null || !("Type" in action)) return "(no type)";
  return typeof action.Type === "string" ? action.Type : JSON.stringify(action.Type);
}
