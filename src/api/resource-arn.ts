import type { OperationContext } from "./operations/operation.ts";
import { readNumberId } from "./operations/numbers/inventory.ts";

/** What an ARN names: `kind` is how it calls it, such as "sma". */
export interface NamedResource {
  readonly kind: string;
  readonly id: string;
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

/** What an ARN names, of this service or of its former name in policies (`voiceconnector`), whatever the Region and the account in it; undefined:
 * nothing of this service. */
export function readResourceArn(arn: string): NamedResource | undefined {
  const [, kind, id] = /^arn:[^:]*:(?:chime|voiceconnector):[^:]*:[^:]*:([\w-]+)[/:](.+)$/.exec(arn) ?? [];
  return kind === undefined || id === undefined ? undefined : { kind, id };
}

/** The ARN of what a request is about, as the API gives it back: with the Region of the record, whatever Region its client signs for or writes
 * into an ARN. "*" when it names nothing. Contract: api-roles
 * @param input the checked input, whose members say on what */
export async function resourceOf(
  input: object,
  { store, region, accountId }: Pick<OperationContext, "store" | "region" | "accountId">,
): Promise<string> {
  const members = input as Readonly<Record<string, unknown>>;
  const { ResourceARN: arn } = members;
  const named = typeof arn === "string" ? readResourceArn(arn) : nameOf(members);
  if (named === undefined) return typeof arn === "string" ? arn : "*";
  const { kind, id } = named;
  const record = await recordOf(named, store);
  const name = kind === "phone-number" ? (readNumberId(id) ?? id) : id;
  return `arn:aws:chime:${record?.region ?? region}:${accountId}:${kind}/${name}`;
}

function nameOf(members: Readonly<Record<string, unknown>>): NamedResource | undefined {
  for (const [member, kind] of kinds) {
    const id = members[member];
    if (typeof id === "string") return { kind, id };
  }
  return undefined;
}

/** What has a Region of its own; all else is in that of the server. */
async function recordOf(
  { kind, id }: NamedResource,
  store: OperationContext["store"],
): Promise<{ readonly region: string } | undefined> {
  if (kind === "sma") return store.applications.get(id);
  return kind === "vc" ? store.connectors.get(id) : undefined;
}
