import type { OperationModel } from "./model.ts";

/** One method and path of the server, with the operations that share it. */
export interface Route {
  readonly method: string;
  /** For the router: labels are `:p1`, `:p2` ... */
  readonly url: string;
  /** Those with more static query pairs first. */
  readonly operations: readonly OperationModel[];
}

/** Groups operations by method and path; routes that differ only in label names are one. */
export function createRouteTable(operations: readonly OperationModel[]): readonly Route[] {
  const routes = new Map<string, { method: string; url: string; operations: OperationModel[] }>();
  for (const operation of operations) {
    let count = 0;
    const url = operation.path.replace(/\{[^{}]+\}/g, () => `:p${(count += 1)}`);
    const key = `${operation.method} ${url}`;
    const route = routes.get(key) ?? { method: operation.method, url, operations: [] };
    routes.set(key, route);
    route.operations.push(operation);
    route.operations.sort((a, b) => b.staticQuery.length - a.staticQuery.length);
  }
  return [...routes.values()];
}

/** The operation of a route that a query asks for: all its static pairs are there, in any order among others. */
export function pickOperation(
  route: Route,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): OperationModel | undefined {
  return route.operations.find(({ staticQuery }) =>
    staticQuery.every(([name, value]) => {
      const given = query[name];
      return given === value || (Array.isArray(given) && given.includes(value));
    }),
  );
}

/** Path labels by member name. The router has decoded them once; a caller who encoded an id before handing it to its
 * client sends it encoded twice, so what still is percent-encoded is decoded again. Contract: api-percent-encoding */
export function readLabels(
  operation: OperationModel,
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    operation.labels.map((name, index) => [name, decodeAgain(parameters[`p${index + 1}`] ?? "")]),
  );
}

function decodeAgain(label: string): string {
  if (!/%[0-9a-f]{2}/i.test(label)) return label;
  try {
    return decodeURIComponent(label);
  } catch {
    return label;
  }
}
