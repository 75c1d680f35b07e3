import { refuse } from "./refuse.ts";
import { whatInstead } from "./instead.ts";
import type { Operation } from "./operations/operation.ts";
import { compileCheck, type RawRequest } from "./wire/check.ts";
import type { OperationModel } from "./wire/model.ts";

/** An operation of the service with its compiled check. */
export interface PreparedOperation {
  /** The checked input. Throws `API_BAD_REQUEST`, or `API_NOT_IMPLEMENTED` when this server does not answer it. */
  read(request: Omit<RawRequest, "body"> & { readonly body: () => unknown }): object;
  readonly handle: Operation["handle"];
}

/** Combines the operations of the service with those that this server supports. Checks are compiled once, here. */
export function prepareOperations(
  models: readonly OperationModel[],
  operations: readonly Operation[],
): ReadonlyMap<string, PreparedOperation> {
  const available = operations.map(({ name }) => name).join(", ");
  const handlers = new Map(operations.map((operation) => [operation.name, operation]));
  return new Map(
    models.map((model) => {
      const operation = handlers.get(model.name);
      return [
        model.name,
        operation === undefined ? absentEndpoint(model.name, available) : endpointOf(model, operation),
      ];
    }),
  );
}

function endpointOf(model: OperationModel, operation: Operation): PreparedOperation {
  const check = compileCheck(model);
  const hasBody = model.input.some(({ binding }) => binding.in === "body");
  return {
    read({ labels, query, body }) {
      const checked = check({ labels, query, body: hasBody ? body() : undefined });
      if (checked.type === "invalid") throw refuse("API_BAD_REQUEST", checked.problems.join(" "));
      return checked.input;
    },
    handle: operation.handle,
  };
}

function absentEndpoint(name: string, available: string): PreparedOperation {
  const instead = whatInstead(name);
  const hint = instead === undefined ? "" : ` ${instead}.`;
  const read = () => {
    throw refuse("API_NOT_IMPLEMENTED", `${name} is not available in this server.${hint} Available: ${available}.`);
  };
  return { read, handle: () => Promise.resolve(undefined) };
}
