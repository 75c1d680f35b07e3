import type { SipMediaApplication, SipRule, Store } from "../../store/index.ts";
import { refuse } from "../refuse.ts";

/** The application with this id; rejects with `API_NOT_FOUND`. */
export async function findApplication(store: Store, id: string): Promise<SipMediaApplication> {
  const application = await store.applications.get(id);
  if (application === undefined) throw noApplication(id);
  return application;
}

/** The refusal for an application that does not exist. */
export function noApplication(id: string): Error {
  return refuse("API_NOT_FOUND", `There is no SIP media application with the id ${JSON.stringify(id)}.`);
}

/** The rule with this id; rejects with `API_NOT_FOUND`. */
export async function findRule(store: Store, id: string): Promise<SipRule> {
  const rule = await store.rules.get(id);
  if (rule === undefined) throw noRule(id);
  return rule;
}

/** The refusal for a rule that does not exist. */
export function noRule(id: string): Error {
  return refuse("API_NOT_FOUND", `There is no SIP rule with the id ${JSON.stringify(id)}.`);
}
