import { createInvoker } from "../../invoke/index.ts";
import { errorMessage, silentLogger, type Clock } from "../../kernel/index.ts";
import type { Config } from "../config/types.ts";
import { openObjects } from "../open-objects.ts";
import { checkCertificates } from "./check-certificates.ts";
import { checkFolders } from "./check-folders.ts";
import { checkPorts } from "./check-ports.ts";
import { checkRoles } from "./check-roles.ts";
import { checkDatabase, checkS3 } from "./check-stores.ts";
import { checkTrunks, probeMs } from "./check-trunks.ts";
import type { SetupFinding } from "./finding.ts";
import { promptsOfFallbacks } from "./prompts-of-fallbacks.ts";

/** Told of the work as it goes on. */
export type OnStep = (step: string) => void;

/** Looks for what a configuration that is right in itself needs and does not find: files, functions, prompts, far ends. It starts nothing that takes
 * calls, and can run beside the server. Never rejects for what it finds. */
export async function checkSetup(config: Config, clock: Clock, onStep: OnStep): Promise<readonly SetupFinding[]> {
  onStep("certificates");
  const certificates = checkCertificates(config, clock);
  const records = [...checkNumbers(config), ...checkArns(config), ...checkRoles(config)];
  onStep("ports and folders");
  const places = [...(await checkPorts(config)), ...(await checkFolders(config))];
  if (config.postgres !== undefined || config.s3.length > 0) onStep("the database and stores of objects");
  const stores = (await Promise.all([checkDatabase(config), checkS3(config)])).flat();
  onStep("functions");
  const functions = await checkFunctions(config, clock);
  onStep("prompts");
  const prompts = await checkPrompts(config, clock);
  // Over TLS nobody can be asked without certificates that can be used.
  const isAskable = certificates.every(({ where }) => where !== "sip.tls");
  if (config.trunks.length > 0 && isAskable) onStep(`trunks: OPTIONS to each, for ${probeMs / 1_000} s at most`);
  const trunks = isAskable ? await checkTrunks(config, clock) : [];
  return [...certificates, ...records, ...places, ...stores, ...functions, ...prompts, ...trunks];
}

/** Numbers that are called and that no rule, phone or page takes. That rules are of numbers that are owned, the configuration is checked for. */
function checkNumbers({ rules, trunks, numbers, phones, softphone }: Config): readonly SetupFinding[] {
  const called = new Set([...rules.map(({ triggerKey }) => triggerKey), ...phones.flatMap((one) => one.numbers)]);
  const isTaken = (number: string) => called.has(number) || softphone.numbers.includes(number);
  const brought = trunks.flatMap(({ name, numbers: ofTrunk }) =>
    ofTrunk.map((number) => [number, `trunks.${name}.numbers`] as const),
  );
  const places = new Map([...numbers.map((number) => [number, "numbers"] as const), ...brought]);
  return [...places].flatMap(([number, where]): readonly SetupFinding[] => {
    if (isTaken(number)) return [];
    const what = `no rule takes ${number}: calls to it are refused with 404, unless a rule is made by the API; right would be one in rules, with an application`;
    return [{ severity: "warning", where, what }];
  });
}

/** ARNs of functions that nothing here answers for. */
function checkArns({ applications, functions }: Config): readonly SetupFinding[] {
  const names = new Set(functions.map(({ name }) => name));
  if (names.has("*")) return [];
  return applications.flatMap(({ name, functionArn }): readonly SetupFinding[] => {
    const ofFunction = functionArn.split(":function:")[1]?.split(":")[0] ?? functionArn;
    if (names.has(ofFunction)) return [];
    const what = `no function answers for ${functionArn}: name it in functions, or have "*" for all others`;
    return [{ severity: "error", where: `applications: ${name}`, what }];
  });
}

/** Functions whose code cannot be loaded, or whose program is not there. */
async function checkFunctions(config: Config, clock: Clock): Promise<readonly SetupFinding[]> {
  const { functions, region, accountId } = config;
  try {
    const invoker = await createInvoker({ functions, region, accountId, clock, log: silentLogger });
    try {
      const unloaded = await invoker.warmUp();
      return unloaded.map(({ functionName, message }) => ({
        ...{ severity: "error", where: `functions.${functionName}`, what: `it cannot be loaded: ${message}` },
      }));
    } finally {
      await invoker.close();
    }
  } catch (error) {
    return [{ severity: "error", where: "functions", what: errorMessage(error) }];
  }
}

/** Prompts that the configuration itself names, and that are not there. */
async function checkPrompts(config: Config, clock: Clock): Promise<readonly SetupFinding[]> {
  const prompts = promptsOfFallbacks(config.functions);
  if (prompts.length === 0) return [];
  const objects = await openObjects({ config, clock, log: silentLogger });
  try {
    const findings = await Promise.all(
      prompts.map(async ({ functionName, bucket, key }): Promise<readonly SetupFinding[]> => {
        const why = await objects.head(bucket, key).then(
          (head) => (head === undefined ? `there is no ${objects.path(bucket, key)}` : undefined),
          (error: unknown) => errorMessage(error),
        );
        const where = `functions.${functionName}.fallbackActions`;
        return why === undefined ? [] : [{ severity: "error", where, what: `the prompt ${bucket}/${key}: ${why}` }];
      }),
    );
    return findings.flat();
  } finally {
    await objects.close();
  }
}
