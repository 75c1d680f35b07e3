import { refuse } from "./refuse.ts";
import { whatInstead } from "./instead.ts";
import type { Operation } from "./operations/operation.ts";
import { compileCheck, type RawRequest } from "./wire/check.ts";
import { modelFor, type ClientKind } from "./former-namespace.ts";
import type { OperationModel } from "./wire/model.ts";

/** An operation with its compiled check. */
export interface PreparedOperation {
  readonly model: OperationModel;
  /** The checked input. Throws `API_BAD_REQUEST`, or `API_NOT_IMPLEMENTED` when this server does not answer it. */
  read(request: Omit<RawRequest, "body"> & { readonly body: () => unknown }): object;
  readonly handle: Operation["handle"];
}

/** Finds what answers an operation for a kind of client. */
export type PreparedOperations = (model: OperationModel | undefined, kind: ClientKind) => PreparedOperation | undefined;

/** Combines the operations of the services with those that this server supports. Checks are compiled once, here. */
export function prepareOperations(
  models: readonly OperationModel[],
  operations: readonly Operation[],
): PreparedOperations {
  const available = operations.map(({ name }) => name).join(", ");
  const handlers = new Map(operations.map((operation) => [operation.name, operation]));
  const prepare = (model: OperationModel) => {
    const operation = handlers.get(model.name);
    return operation === undefined ? absentEndpoint(model, available) : endpointOf(model, operation);
  };
  const mapOf = (kind: ClientKind) => new Map(models.map((model) => [model.name, prepare(modelFor(kind, model))]));
  const maps = { today: mapOf("today"), unsure: mapOf("unsure"), former: mapOf("former") };
  return (model, kind) => model && maps[kind].get(model.name);
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

function absentEndpoint(model: OperationModel, available: string): PreparedOperation {
  const { name } = model;
  const instead = whatInstead(name);
  const hint = instead === undefined ? "" : ` ${instead}.`;
  const read = () => {
    throw refuse("API_NOT_IMPLEMENTED", `${name} is not available in this server.${hint} Available: ${available}.`);
  };
  return { model, read, handle: () => Promise.resolve(undefined) };
}
