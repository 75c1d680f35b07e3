import type { SipRuleTarget, Store } from "../../store/index.ts";
import { refuse } from "../refuse.ts";

/** Targets of a rule as requests carry them. */
export type TargetsInput = readonly {
  readonly SipMediaApplicationId: string;
  readonly Priority?: number;
  readonly AwsRegion?: string;
}[];

/** Checks targets against the applications that exist: each one there, in the Region that the target says, and no two in one Region. An absent
 * Region is the application's, an absent priority the position in the list. Contract: api-targets, api-target-defaults */
export async function readTargets(store: Store, input: TargetsInput): Promise<readonly SipRuleTarget[]> {
  const targets: SipRuleTarget[] = [];
  for (const [index, target] of input.entries()) {
    const at = `TargetApplications[${index}]`;
    const application = await store.applications.get(target.SipMediaApplicationId);
    if (application === undefined) throw noTarget(at, target.SipMediaApplicationId);
    const { region } = application;
    if (target.AwsRegion !== undefined && target.AwsRegion !== region) {
      throw refuse("API_BAD_REQUEST", `${at}.AwsRegion is "${target.AwsRegion}"; the application is in ${region}.`);
    }
    const other = targets.findIndex((earlier) => earlier.region === region);
    if (other >= 0) {
      throw refuse(
        "API_BAD_REQUEST",
        `TargetApplications[${other}] and ${at} are both in ${region}; the targets of a rule must be in distinct Regions.`,
      );
    }
    targets.push({ applicationId: application.id, priority: target.Priority ?? index + 1, region });
  }
  return targets;
}

function noTarget(at: string, id: string): Error {
  return refuse(
    "API_BAD_REQUEST",
    `${at}.SipMediaApplicationId is ${JSON.stringify(id)}; there is no such application.`,
  );
}

/** The refusal when a target went away between its check and the write. */
export function targetWentAway(): Error {
  return refuse("API_BAD_REQUEST", "An application of TargetApplications was deleted meanwhile.");
}
