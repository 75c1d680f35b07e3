import { showNumber, toE164 } from "../../sip-syntax/index.ts";
import type { IncomingCall } from "../../sip/index.ts";
import type { SipRule, Store } from "../../store/index.ts";
import type { TargetApplication } from "../../call/index.ts";
import { connectorFunction } from "../connector/connector-function.ts";
import type { CallSettings } from "../ports.ts";

/** What takes an INVITE: the applications of a rule, to be tried in order, or the Voice Connector that has the number. */
export interface RuleMatch {
  readonly type: "match";
  /** undefined: a Voice Connector takes it. */
  readonly rule: SipRule | undefined;
  readonly targets: readonly TargetApplication[];
  /** What events show as `To`. */
  readonly to: string;
}

/** Finds the rule for an INVITE: by host name first (only calls of that one connector name it), then by the number in To, or
 * in the Request-URI when To has none; else the Voice Connector of that number; else why there is none: what was called, and what exists. That is by
 * name under `namesRules`; else only how many there are, so that a log of guesses does not hold the inventory.
 * Contract: sip-and-media-rule-order, sip-and-media-rule-targets, sip-and-media-no-rule, sip-and-media-connector-number */
export async function findRule(
  call: Pick<IncomingCall, "to" | "requestUri">,
  store: Pick<Store, "applications" | "rules">,
  { namesRules, connectorOf }: Pick<CallSettings, "namesRules" | "connectorOf">,
): Promise<RuleMatch | { readonly type: "no-rule"; readonly why: string }> {
  const ofTo = toE164(call.to.user);
  const number = ofTo ?? toE164(call.requestUri.user);
  const called = ofTo === undefined && number !== undefined ? call.requestUri.user : call.to.user;
  const rule =
    (await store.rules.findByTrigger("RequestUriHostname", call.requestUri.host)) ??
    (number === undefined ? undefined : await store.rules.findByTrigger("ToPhoneNumber", number));
  const connector = rule === undefined && number !== undefined ? connectorOf?.(number) : undefined;
  if (connector !== undefined && number !== undefined) {
    const target = { applicationId: connector, functionArn: connectorFunction, region: "" };
    return { type: "match", rule, targets: [target], to: number };
  }
  if (rule === undefined) return { type: "no-rule", why: await explainNoRule(call, store, namesRules) };
  const sorted = [...rule.targets].sort((a, b) => a.priority - b.priority);
  const applications = await Promise.all(sorted.map((target) => store.applications.get(target.applicationId)));
  const targets = applications
    .filter((application) => application !== undefined)
    .map(({ id, functionArn, region }) => ({ applicationId: id, functionArn, region }));
  return {
    type: "match",
    rule,
    targets,
    to: rule.triggerType === "ToPhoneNumber" ? (number ?? called) : showNumber(called),
  };
}

async function explainNoRule(
  call: Pick<IncomingCall, "to" | "requestUri">,
  store: Pick<Store, "rules">,
  namesRules: boolean,
): Promise<string> {
  const { rows } = await store.rules.list({ limit: 100, token: undefined, applicationId: undefined });
  const rules = rows.map((rule) => `${rule.triggerValue}${rule.disabled ? " (disabled)" : ""}`);
  const named = namesRules ? `rules exist for ${rules.join(", ")}` : "none of the rules fits";
  const existing = rules.length === 0 ? "there are no rules" : named;
  return `no SIP rule for ${call.requestUri.text} (To: ${call.to.text}); ${existing}`;
}
