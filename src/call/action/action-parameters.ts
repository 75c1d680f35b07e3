import {
  object,
  optional,
  text,
  keyword,
  type Fields,
  type Finding,
  type JsonObject,
  type ObjectRule,
  type ObjectShape,
  type ReadContext,
  type ValuesOf,
} from "../../contract/index.ts";
import { invalidLeg, type ActionError, type CheckContext } from "./action.ts";

const target = {
  CallId: optional(text("name"), {
    description: "The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag.",
    error: invalidLeg,
  }),
  ParticipantTag: optional(keyword(["LEG-A", "LEG-B"]), {
    description: "The leg that is meant. Without it and CallId, the leg that the event is about.",
    error: invalidLeg,
    isAlwaysReported: true,
    ignoredWhen: { present: "CallId" },
  }),
};

/** The parameters of an action: the leg that is meant, which every action can name, and its own. Contract: actions-leg */
export function parametersOf<F extends Fields>(
  fields: F,
  rules: readonly ObjectRule<F>[] = [],
): ObjectShape<ValuesOf<F>> {
  return object({ ...target, ...fields }, rules as readonly ObjectRule<Fields>[]) as unknown as ObjectShape<
    ValuesOf<F>
  >;
}

/** Parameters as they were read. `echo`: as events show them. */
export type ReadParameters<T> =
  | { readonly type: "good"; readonly values: T; readonly echo: JsonObject }
  | ({ readonly type: "bad" } & ActionError);

/** Reads the parameters of an action whose turn it is; the first fault counts. */
export function readParameters<T>(shape: ObjectShape<T>, sent: JsonObject, context: CheckContext): ReadParameters<T> {
  const { limits, compatibility, facts: call } = context;
  const findings: Finding[] = [];
  const read = shape.read(sent, scopeFor("", { limits, compatibility, call }, findings));
  if (read !== undefined) return { type: "good", values: read.value, echo: read.echo as JsonObject };
  for (const { path, withoutValue, consequence } of findings) {
    if (consequence.type !== "action-fails") continue;
    const { errorType, errorMessage } = consequence;
    return { type: "bad", errorType, errorMessage, why: `${path}: ${withoutValue ?? "is not allowed so"}.` };
  }
  throw new Error("parameters are wrong, but nothing says why");
}

/** Finds all faults in the parameters of an action whose turn has not come. `path`: their position in the reply. */
export function findFaults(
  shape: ObjectShape<unknown>,
  sent: JsonObject,
  path: string,
  context: ReadContext,
): readonly Finding[] {
  const findings: Finding[] = [];
  shape.read(sent, scopeFor(path, context, findings));
  return findings;
}

function scopeFor(path: string, context: ReadContext, findings: Finding[]) {
  return { path, context, error: invalidLeg, findings };
}
