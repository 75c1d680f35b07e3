import { describeFinding, type Finding } from "../../contract/index.ts";
import { isFirstTime, observe, type Turn } from "../turn.ts";

/** Tells observers what is not as the contract has it in a reply, each finding once in a call. What the whole reply is refused for is told
 * as that. */
export function tellFindings(turn: Turn, sequence: number, all: readonly Finding[]): void {
  const refusal = all.find(({ consequence }) => consequence.type === "reply-refused");
  const findings = all.filter((finding) => finding !== refusal && isFirstTime(turn, describeFinding(finding)));
  if (findings.length > 0) observe(turn, { type: "response-findings", sequence, findings });
}
