import type { CallState } from "../../../src/call/index.ts";
import type { Invariant } from "../watch.ts";

/** No input is swallowed. */
export const inputs: Invariant = {
  name: "an input is used, or ignored with a reason",
  rule: "ARCHITECTURE, Functional core, imperative shell: what does not fit leaves the state as it is, and the reason is told",
  watch(_view, fail) {
    return {
      step({ input, before, after, effects }) {
        const ignored = effects.find((effect) => effect.do === "ignore");
        if (ignored === undefined) {
          if (effects.length === 0 && isSame(before, after)) fail(`${input.type} is swallowed`);
          return;
        }
        if (ignored.input !== input.type || ignored.why === "") fail(`${input.type} is ignored as ${ignored.input}`);
        if (effects.length > 1) fail(`${input.type} is ignored and used`);
      },
    };
  },
};

function isSame(before: CallState, after: CallState): boolean {
  const names = Object.keys(before) as (keyof CallState)[];
  return names.every((name) => before[name] === after[name]);
}
