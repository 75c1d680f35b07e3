import type { Field } from "./field.ts";
import { object, type Fields, type ObjectShape } from "./object.ts";

/** What authors of functions need to know of an action. */
export interface ActionShape {
  /** `Type` on the wire. */
  readonly type: string;
  readonly parameters: ObjectShape<unknown>;
  /** Members of `ActionData` that a success adds. */
  readonly results?: ObjectShape<unknown>;
  /** A new list stops it. */
  readonly interruptible: boolean;
}

/** The same fields, none of which must be there. */
export function withoutDuties(shape: ObjectShape<unknown> | undefined): Fields {
  const loose = ([name, field]: [string, Field<unknown>]) => [name, { ...field, isRequired: false, isReported: false }];
  return Object.fromEntries(Object.entries(shape?.fields ?? {}).map(loose)) as Fields;
}

/** Whether an action can be sent without parameters. */
export function needsParameters({ parameters }: ActionShape): boolean {
  return Object.values(parameters.fields).some(({ isRequired }) => isRequired);
}

/** The same object printed as events echo it, whatever form is asked for. */
export function echoed(shape: ObjectShape<unknown>): ObjectShape<unknown> {
  return {
    ...object({}),
    fields: shape.fields,
    redaction: shape.redaction,
    schema: ({ limits }) => shape.schema({ form: "echoed", limits }),
    type: ({ limits }) => shape.type({ form: "echoed", limits }),
  };
}
