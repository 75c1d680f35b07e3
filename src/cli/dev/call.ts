import { printSipUri, usualTransport } from "../../sip-syntax/index.ts";
import type { CallObservation, Config, Server } from "../../app/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import type { ExpectedCall, TestPhone } from "./phone.ts";
import { judgeCall, requestFirstCall, type Verdict } from "./first-call.ts";

/** What a call of development mode is placed with. */
export interface DevCallParts {
  readonly config: Config;
  /** Whether the example that comes along runs, which calls the test phone. */
  readonly isExample: boolean;
  readonly server: Server;
  readonly phone: TestPhone;
  /** Told of everything that happens in calls. */
  readonly watchers: Set<(observation: CallObservation) => void>;
  readonly print: (line: string) => void;
}

/** A call that was asked for. */
interface Placed {
  readonly expected: ExpectedCall;
  /** Undefined: that of the first call that shows up. */
  readonly transactionId: string | undefined;
}

/** Places one call and prints how it went. The test phone dials the number that a rule gives to the first application; an application
 * without a number, and the example that comes along, calls the test phone, asked by the official client. */
export async function placeDevCall(parts: DevCallParts): Promise<Verdict> {
  const { config, isExample, watchers, print } = parts;
  if (config.trunks.some(({ prefixes, addresses }) => prefixes.length > 0 && addresses.length > 0)) {
    const text = "no call was placed: the configuration names a trunk, and it might leave this machine";
    print(text);
    return { good: true, text };
  }
  const observations: CallObservation[] = [];
  let transactionId: string | undefined;
  let reported = () => undefined as void;
  const over = new Promise<void>((resolve) => (reported = resolve));
  const number = isExample ? undefined : numberOfFirst(config);
  const watch = (observation: CallObservation) => {
    observations.push(observation);
    if (number !== undefined) transactionId ??= observation.transactionId;
    const isOurs = transactionId === undefined || observation.transactionId === transactionId;
    if (isOurs && observation.fact.type === "call-ended") reported();
  };
  watchers.add(watch);
  try {
    const placed = number === undefined ? await callPhone(parts) : callNumber(parts, number);
    transactionId ??= placed.transactionId;
    // A dialled one that was refused before it became a call here is over when the phone says so. One that is to come in is not asked
    // for before: it may not have reached the phone yet.
    const refused = () => placed.expected.report().then(() => (transactionId === undefined ? undefined : over));
    await (number === undefined ? over : Promise.race([over, refused()]));
    const report = await placed.expected.report();
    const ours = observations.filter((observation) => observation.transactionId === transactionId);
    const verdict = judgeCall(report, ours, number === undefined ? "the phone rang" : "the phone was answered");
    print(
      `\n${verdict.good ? "The call went as it should" : "The call did not go as it should"}: ${verdict.text.replace(/\.$/, "")}.`,
    );
    return verdict;
  } catch (error) {
    const verdict = { good: false, text: errorMessage(error) };
    print(`\nThe call could not be placed: ${verdict.text}.`);
    return verdict;
  } finally {
    watchers.delete(watch);
  }
}

/** The first number that a rule gives to the first application before any other. */
function numberOfFirst({ applications, rules }: Config): string | undefined {
  return rules.find(
    ({ triggerType, disabled, targets }) =>
      triggerType === "ToPhoneNumber" && !disabled && targets[0]?.applicationId === applications[0]?.id,
  )?.triggerValue;
}

function callNumber({ server, phone }: DevCallParts, number: string): Placed {
  const sip = server.sipListeners.find(({ transport }) => transport === usualTransport.name) ?? server.sipListeners[0];
  if (sip === undefined) throw new Error("the server listens nowhere for SIP");
  return { expected: phone.dial(printSipUri({ ...sip, user: number })), transactionId: undefined };
}

async function callPhone({ config, server, phone }: DevCallParts): Promise<Placed> {
  const [application] = config.applications;
  const [from] = config.numbers;
  if (application === undefined || from === undefined) {
    throw new Error(`the configuration has no ${application === undefined ? "applications" : "numbers"}`);
  }
  const expected = phone.expectCall();
  const transactionId = await requestFirstCall({
    apiUrl: server.apiUrl,
    region: config.region,
    applicationId: application.id,
    from,
    to: phone.number,
  });
  return { expected, transactionId };
}
