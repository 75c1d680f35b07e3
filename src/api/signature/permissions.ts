import { refuse } from "../refuse.ts";
import { readNumberId } from "../operations/numbers/inventory.ts";
import type { AccessKey } from "./access-keys.ts";

/** What a request would do, and who asks for it. */
interface Request {
  readonly operation: string;
  /** The checked input, whose ids say on what. */
  readonly input: object;
  /** Of the signature's scope. */
  readonly region: string;
  readonly accountId: string;
}

/** How ARNs call what a member of a request names. */
const kinds: readonly (readonly [member: string, kind: string])[] = [
  ["SipMediaApplicationId", "sma"],
  ["SipRuleId", "sip-rule"],
  ["VoiceConnectorId", "vc"],
  ["VoiceConnectorGroupId", "vcg"],
  ["PhoneNumberId", "phone-number"],
  ["PhoneNumberOrderId", "phone-number-order"],
  ["MeetingId", "meeting"],
];

/** Throws `API_ACCESS_DENIED` unless a role of the key allows the operation on what the request names; one that names nothing, such as a listing,
 * needs a role on "*". Contract: api-roles */
export function checkPermission({ id, roles }: AccessKey, request: Request): void {
  if (roles === undefined) return;
  const resource = resourceOf(request);
  const isAllowed = roles.some(
    ({ operations, resources }) =>
      operations.some((pattern) => matches(pattern.replace(/^chime:/, ""), request.operation)) &&
      resources.some((pattern) => matches(pattern, resource)),
  );
  if (isAllowed) return;
  const names = roles.length === 0 ? "it has no role" : `its roles are ${roles.map(({ name }) => name).join(", ")}`;
  throw refuse(
    "API_ACCESS_DENIED",
    `The access key ${id} may not use chime:${request.operation} on ${resource}: ${names} (api.roles in the configuration).`,
  );
}

/** Throws `API_ACCESS_DENIED` unless a role of the key allows one of our own operations, which are on no resource: it has to name it with its prefix, or
 * to allow everything. */
export function checkOwnPermission({ id, roles }: AccessKey, operation: string): void {
  const name = `offhook:${operation}`;
  const isAllowed = roles?.some(
    ({ operations, resources }) =>
      operations.some((pattern) => pattern === "*" || (pattern.startsWith("offhook:") && matches(pattern, name))) &&
      resources.some((pattern) => matches(pattern, "*")),
  );
  if (isAllowed ?? true) return;
  throw refuse(
    "API_ACCESS_DENIED",
    `The access key ${id} may not use ${name}: it needs a role with "${name}" among its operations (api.roles in the configuration).`,
  );
}

/** The ARN of what a request is about; "*" when it names nothing. */
function resourceOf({ input, region, accountId }: Request): string {
  const members = input as Readonly<Record<string, unknown>>;
  const { ResourceARN: arn } = members;
  if (typeof arn === "string") return arn;
  for (const [member, kind] of kinds) {
    const id = members[member];
    if (typeof id !== "string") continue;
    const name = kind === "phone-number" ? (readNumberId(id) ?? id) : id;
    return `arn:aws:chime:${region}:${accountId}:${kind}/${name}`;
  }
  return "*";
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
