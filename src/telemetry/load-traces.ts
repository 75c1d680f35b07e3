import type { TraceParts, Traces, TraceSettings } from "./traces/open-traces.ts";

/** Opens traces, and loads what only they need. */
export async function loadTraces(settings: TraceSettings, parts: TraceParts): Promise<Traces> {
  const { openTraces } = await import("./traces/open-traces.ts");
  return openTraces(settings, parts);
}
