import { describeFinding } from "../../contract/index.ts";
import type { MachineConfig } from "../../call/index.ts";
import { validateReply } from "../validate-reply.ts";
import type { Report } from "./calls.ts";
import type { RawConfig } from "../settings/configuration.ts";

/** Checks `fallbackActions` of each function as a reply is checked. Nobody can mend them in a call, so that each finding is a problem. */
export function checkFallbackActions({ functions }: RawConfig, settings: MachineConfig, report: Report): void {
  for (const [key, written] of Object.entries(functions)) {
    if (typeof written === "string" || written.fallbackActions === undefined) continue;
    const reply = { SchemaVersion: "1.0", Actions: written.fallbackActions };
    for (const finding of validateReply(reply, settings)) {
      const index = Number(/^Actions\[(\d+)\]/.exec(finding.path)?.[1] ?? 0);
      report(["functions", key, "fallbackActions", index], describeFinding(finding));
    }
  }
}
