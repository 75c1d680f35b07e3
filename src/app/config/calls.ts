import { idFromName, nearestWord } from "../../kernel/index.ts";
import type { ConfigPath } from "./document.ts";
import type { ConfiguredApplication, ConfiguredFunction, ConfiguredRule } from "./types.ts";
import type { RawConfig, RawRule } from "../settings/configuration.ts";

/** Most numbers of the inventory that an error lists. */
const mostShown = 10;

/** Reports a problem at a path of the configuration. */
export type Report = (path: ConfigPath, message: string, part?: "key" | "value") => void;

/** Parses `applications`: each with a function that is configured. */
export function resolveApplications(
  raw: RawConfig,
  functions: readonly ConfiguredFunction[],
  report: Report,
): readonly ConfiguredApplication[] {
  const applications: ConfiguredApplication[] = [];
  for (const [index, { name, id, region, function: target }] of raw.applications.entries()) {
    const at = ["applications", index];
    if (applications.some((other) => other.name === name))
      report([...at, "name"], `two applications are named "${name}"`);
    const application = { id: id ?? idFromName("application", name), name };
    if (applications.some((other) => other.id === application.id))
      report(at, `two applications have the id ${application.id}`);
    const found = findFunction(functions, target);
    if (found === undefined) report([...at, "function"], unknownName("function", target, Object.keys(raw.functions)));
    const arnParts = (found?.arn ?? "").split(":");
    const isGivenArn = found !== undefined && (found.name === "*" || Object.hasOwn(raw.functions, found.arn));
    const ownRegion = region ?? (isGivenArn ? arnParts[3] : undefined) ?? raw.region;
    if (isGivenArn && arnParts[3] !== ownRegion) {
      report(
        [...at, "region"],
        `found "${ownRegion}", but the function ${found.arn} is in ${arnParts[3]}; both must be in one Region`,
      );
    }
    // A function known by its name only is in whatever Region its applications are in.
    const functionArn = isGivenArn ? found.arn : arnParts.with(Math.min(3, arnParts.length - 1), ownRegion).join(":");
    applications.push({ ...application, region: ownRegion, functionArn });
  }
  return applications;
}

const lambdaArn = /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;

/** By name or ARN; one without an entry of its own by its ARN, where the entry "*" serves it. */
function findFunction(
  functions: readonly ConfiguredFunction[],
  target: string,
): Pick<ConfiguredFunction, "name" | "arn"> | undefined {
  const found = functions.find(({ name, arn }) => name !== "*" && (name === target || arn === target));
  const isServed = functions.some(({ name }) => name === "*") && lambdaArn.test(target);
  return found ?? (isServed ? { name: "*", arn: target } : undefined);
}

/** Parses `rules`: each trigger once, numbers of the inventory, applications that are configured. */
export function resolveRules(
  raw: RawConfig,
  applications: readonly ConfiguredApplication[],
  report: Report,
): readonly ConfiguredRule[] {
  const rules: ConfiguredRule[] = [];
  for (const [index, rule] of raw.rules.entries()) {
    const at = ["rules", index];
    const triggerValue = rule.number ?? rule.hostname ?? "";
    const key = rule.number === undefined ? "hostname" : "number";
    const triggerKey = triggerValue.toLowerCase();
    if (rules.some((other) => other.name === rule.name)) report([...at, "name"], `two rules are named "${rule.name}"`);
    const other = rules.find((earlier) => earlier.triggerKey === triggerKey);
    if (other !== undefined) report([...at, key], `the rule "${other.name}" has ${triggerKey} already`);
    if (rule.number !== undefined && !raw.numbers.includes(rule.number)) {
      report([...at, key], `found ${rule.number}, but it must be one of numbers (${shownNumbers(raw.numbers)})`);
    }
    rules.push({
      id: idFromName("rule", rule.name),
      name: rule.name,
      disabled: rule.disabled,
      triggerType: rule.number === undefined ? "RequestUriHostname" : "ToPhoneNumber",
      triggerValue,
      triggerKey,
      targets: resolveTargets(rule, [...at, "applications"], applications, report),
    });
  }
  return rules;
}

function resolveTargets(
  rule: RawRule,
  at: ConfigPath,
  applications: readonly ConfiguredApplication[],
  report: Report,
): ConfiguredRule["targets"] {
  const names = applications.map(({ name }) => name);
  return rule.applications.map((written, index) => {
    const target = typeof written === "string" ? { application: written } : written;
    const found = applications.find(({ name }) => name === target.application);
    if (found === undefined) {
      const path = [...at, index, ...(typeof written === "string" ? [] : ["application"])];
      report(path, unknownName("application", target.application, names));
    }
    return { applicationId: found?.id ?? "", priority: target.priority ?? index + 1, region: found?.region ?? "" };
  });
}

/** What is wrong with a name that stands for nothing, with the nearest that does. */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const nearest = nearestWord(name, known);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `there is no ${kind} "${name}"${question} (${known.length === 0 ? "none is configured" : `configured: ${known.join(", ")}`})`;
}

function shownNumbers(numbers: readonly string[]): string {
  if (numbers.length === 0) return "empty";
  const more = numbers.length - mostShown;
  return `${numbers.slice(0, mostShown).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
