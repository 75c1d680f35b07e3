import { describeFinding, type Finding } from "../../contract/index.ts";
import { isFirstTime, observe, type Turn } from "../turn.ts";

/** Reports the findings of a reply to observers, each once in a call. The fault for which the whole reply is refused is reported separately. */
export function tellFindings(turn: Turn, sequence: number, all: readonly Finding[]): void {
  const refusal = all.find(({ consequence }) => consequence.type === "reply-refused");
  const findings = all.filter((finding) => finding !== refusal && isFirstTime(turn, describeFinding(finding)));
  if (findings.length > 0) observe(turn, { type: "response-findings", sequence, findings });
}
