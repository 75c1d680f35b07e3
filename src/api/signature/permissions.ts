import { refuse } from "../refuse.ts";
import type { AccessKey } from "./access-keys.ts";

/** What a request would do. */
interface Request {
  readonly operation: string;
  /** The ARN of what it names, "*" for one that names nothing. */
  readonly resource: string;
}

/** Throws `API_ACCESS_DENIED` unless a role of the key allows the operation on what the request names; one that names nothing, such as a listing,
 * needs a role on "*". Contract: api-roles */
export function checkPermission({ id, roles }: AccessKey, { operation, resource }: Request): void {
  if (roles === undefined) return;
  const isAllowed = roles.some(
    ({ operations, resources }) =>
      operations.some((pattern) => matches(pattern.replace(/^chime:/, ""), operation)) &&
      resources.some((pattern) => matches(pattern, resource)),
  );
  if (isAllowed) return;
  const names = roles.length === 0 ? "it has no role" : `its roles are ${roles.map(({ name }) => name).join(", ")}`;
  throw refuse(
    "API_ACCESS_DENIED",
    `The access key ${id} may not use chime:${operation} on ${resource}: ${names} (api.roles in the configuration).`,
  );
}

/** Whether a role of the key allows one of our own operations, which are on no resource: it has to name it with its prefix, or to allow everything. */
export function mayUseOwn({ roles }: AccessKey, operation: string): boolean {
  if (roles === undefined) return true;
  const name = `offhook:${operation}`;
  return roles.some(
    ({ operations, resources }) =>
      operations.some((pattern) => pattern === "*" || (pattern.startsWith("offhook:") && matches(pattern, name))) &&
      resources.some((pattern) => matches(pattern, "*")),
  );
}

/** Throws `API_ACCESS_DENIED` unless the key may use one of our own operations. */
export function checkOwnPermission(key: AccessKey, operation: string): void {
  if (mayUseOwn(key, operation)) return;
  const name = `offhook:${operation}`;
  throw refuse(
    "API_ACCESS_DENIED",
    `The access key ${key.id} may not use ${name}: it needs a role with "${name}" among its operations (api.roles in the configuration).`,
  );
}

/** Whether a text fits a pattern in which "*" stands for any characters; linear, since each part is looked for once, from left to right. */
export function matches(pattern: string, text: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
