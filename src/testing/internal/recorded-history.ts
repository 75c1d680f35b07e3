import { createHistoryPrinter, parseHistory, replyRedaction, type History } from "../../history/index.ts";
import type { CallDriver } from "./call-driver.ts";

/** The history of a driven call so far, as it would be read from its file. */
export function recordedHistory(call: CallDriver, redact = false): History {
  return parseHistory(historyText(call, redact));
}

/** The text of that file. */
export function historyText({ config, rules, initialState, steps }: CallDriver, redact = false): string {
  const printer = createHistoryPrinter(config, redact ? replyRedaction(rules.actions) : undefined);
  const lines = [printer.head(initialState), ...steps.map((step) => printer.step(step.before, step))];
  return lines.map((line) => `${line}\n`).join("");
}
