import { refuse } from "./refuse.ts";
import type { Coverage } from "./operations/coverage.ts";
import type { Operation } from "./operations/operation.ts";
import { compileCheck, type RawRequest } from "./wire/check.ts";
import { modelFor, type ClientKind } from "./former-namespace.ts";
import type { OperationModel } from "./wire/model.ts";

/** An operation with its compiled check. */
export interface PreparedOperation {
  readonly model: OperationModel;
  /** The checked input. Throws `API_BAD_REQUEST`, or `API_UNPROCESSABLE` or `API_GONE` when this server does not answer it. */
  read(request: Omit<RawRequest, "body"> & { readonly body: () => unknown }): object;
  readonly handle: Operation["handle"];
}

/** Finds what answers an operation for a kind of client. */
export type PreparedOperations = (model: OperationModel | undefined, kind: ClientKind) => PreparedOperation | undefined;

/** Combines the operations of the services with those that this server supports. A check is compiled when it is first needed. */
export function prepareOperations(
  operations: readonly Operation[],
  coverage: Readonly<Record<string, Coverage>>,
): PreparedOperations {
  const handlers = new Map(operations.map((operation) => [operation.name, operation]));
  const prepare = (model: OperationModel) => {
    const operation = handlers.get(model.name);
    return operation === undefined ? absentOperation(model, coverage[model.name]) : endpointOf(model, operation);
  };
  const prepared = new Map<string, PreparedOperation>();
  return (model, kind) => {
    if (model === undefined) return undefined;
    const key = `${kind} ${model.name}`;
    const known = prepared.get(key) ?? prepare(modelFor(kind, model));
    prepared.set(key, known);
    return known;
  };
}

function endpointOf(model: OperationModel, operation: Operation): PreparedOperation {
  const check = compileCheck(model);
  const hasBody = model.input.some(({ binding }) => binding.in === "body");
  return {
    model,
    read({ labels, query, body }) {
      const checked = check({ labels, query, body: hasBody ? body() : undefined });
      if (checked.type === "invalid") throw refuse("API_BAD_REQUEST", checked.problems.join(" "));
      return checked.input;
    },
    handle: operation.handle,
  };
}

/** Contract: api-not-served, api-withdrawn */
function absentOperation(model: OperationModel, covered: Coverage | undefined): PreparedOperation {
  const { name } = model;
  if (covered === undefined || !("instead" in covered)) throw new Error(`nothing answers the operation ${name}`);
  const code = covered.state === "withdrawn" ? "API_GONE" : "API_UNPROCESSABLE";
  const read = () => {
    throw refuse(code, `${name} is not available in this server. ${covered.instead}. docs/api.md lists what is.`);
  };
  return { model, read, handle: () => Promise.resolve(undefined) };
}
