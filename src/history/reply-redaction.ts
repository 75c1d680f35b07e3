import type { MachineRules } from "../call/index.ts";
import type { Redaction } from "../contract/index.ts";

/** What functions' replies can tell of people, as the parameters of the actions are declared. */
export function replyRedaction(actions: MachineRules["actions"]): Redaction {
  const variants = [...actions].map(([type, { parameters }]): [string, Redaction] => [
    type,
    { members: { Type: "none", Parameters: parameters.redaction } },
  ]);
  const ofActions = { tag: "Type", variants: Object.fromEntries(variants) };
  return { members: { SchemaVersion: "none", Actions: ofActions, TransactionAttributes: "text" } };
}
