import { closedCircuit, stepCircuit, type Clock, type Logger } from "../kernel/index.ts";
import type { TtsEngine } from "./types.ts";

/** A dead engine costs few texts its time-out, and one after each pause. */
const rules = { failures: 2, pauseMs: 30_000 };

/** Which engines are left alone since they are away. Those of this machine never are: a failure of theirs says nothing of the next text. */
export interface EngineCircuits {
  /** Why an engine is not asked now; undefined: it is, and its outcome must be told. */
  whyNotAsked(engine: TtsEngine): string | undefined;
  /** It answered, were it with a refusal. */
  reached(engine: TtsEngine): void;
  /** It did not. */
  failed(engine: TtsEngine, cause: string): void;
}

/** Makes the circuits of engines. The log has the first failure, and when an engine is back. */
export function createEngineCircuits(clock: Pick<Clock, "monotonicMs">, log: Logger): EngineCircuits {
  const states = new Map<TtsEngine, typeof closedCircuit>();
  const take = (engine: TtsEngine, input: { type: "asked" | "reached" } | { type: "failed"; cause: string }) => {
    const before = states.get(engine) ?? closedCircuit;
    const [next, effects] = stepCircuit(rules, before, { ...input, atMs: clock.monotonicMs() });
    states.set(engine, next);
    const facts = { engine: engine.name };
    if (input.type === "failed" && before.failures === 0)
      log.warn(facts, `${engine.name} did not speak: ${input.cause}`);
    for (const effect of effects) {
      if (effect.do === "tell-open") log.warn(facts, `${engine.name} is left alone: ${effect.message}`);
      if (effect.do === "tell-closed") log.info(facts, `${engine.name} speaks again`);
    }
    return effects;
  };
  return {
    whyNotAsked: (engine) =>
      engine.isLocal
        ? undefined
        : take(engine, { type: "asked" }).flatMap((effect) => (effect.do === "refuse" ? [effect.message] : []))[0],
    reached: (engine) => void (engine.isLocal || take(engine, { type: "reached" })),
    failed: (engine, cause) => void (engine.isLocal || take(engine, { type: "failed", cause })),
  };
}
