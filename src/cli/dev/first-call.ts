import { measureSpeech, type PhoneCallReport } from "../../phone/index.ts";
import { ChimeSDKVoiceClient, CreateSipMediaApplicationCallCommand } from "@aws-sdk/client-chime-sdk-voice";
import { makeSdkClient } from "../../kernel/index.ts";
import type { CallFact, CallObservation } from "../../app/index.ts";

/** What the first call shows. */
export interface FirstCallPlan {
  readonly apiUrl: string;
  readonly region: string;
  readonly applicationId: string;
  readonly from: string;
  readonly to: string;
}

/** Requests the call through the official client, as any program would. Returns the transaction id. */
export async function requestFirstCall(plan: FirstCallPlan): Promise<string> {
  const client = makeSdkClient(
    () =>
      new ChimeSDKVoiceClient({
        region: plan.region,
        endpoint: plan.apiUrl,
        credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
      }),
  );
  try {
    const { SipMediaApplicationCall: call } = await client.send(
      new CreateSipMediaApplicationCallCommand({
        SipMediaApplicationId: plan.applicationId,
        FromPhoneNumber: plan.from,
        ToPhoneNumber: plan.to,
        ArgumentsMap: { name: "world" },
      }),
    );
    if (call?.TransactionId === undefined) throw new Error("the API gave no TransactionId");
    return call.TransactionId;
  } finally {
    client.destroy();
  }
}

/** Whether a call went as a call should, and if not, why. */
export interface Verdict {
  readonly good: boolean;
  readonly text: string;
}

/** What still ran when the phone left fails for that alone.
 * @returns how many facts were told before; all of them when it did not leave */
function endOfPhone(facts: readonly CallFact[]): number | undefined {
  const index = facts.findIndex(
    (fact) => fact.type === "leg-changed" && fact.participantTag === "LEG-A" && fact.state === "ended",
  );
  return index === -1 ? undefined : index;
}

function isFailure(fact: CallFact): boolean {
  return fact.type === "action-ended" && fact.outcome === "failed";
}

/** Judges a call by what the phone heard and what the call told.
 * @param began how it began for the phone, such as "the phone rang" */
export function judgeCall(
  report: PhoneCallReport | undefined,
  observations: readonly CallObservation[],
  began: string,
): Verdict {
  const facts = observations.map(({ fact }) => fact);
  const failure = facts.find((fact) => fact.type === "function-failed");
  if (failure?.type === "function-failed") return { good: false, text: `the function failed: ${failure.message}` };
  const invalid = facts.find((fact) => fact.type === "response-invalid");
  if (invalid?.type === "response-invalid")
    return { good: false, text: `a reply could not be used: ${invalid.message}` };
  const failed = facts.slice(0, endOfPhone(facts)).find(isFailure);
  if (failed?.type === "action-ended") return { good: false, text: `${failed.action} failed: ${failed.message ?? ""}` };
  if (report === undefined) return { good: false, text: "the call never reached the phone" };
  if (!report.answered) return { good: false, text: `the phone was not answered (${report.end.type})` };
  const { speechMs } = measureSpeech(report.heard);
  if (speechMs === 0) return { good: false, text: "the phone heard nothing" };
  const ending = report.end.type === "bye" ? "was hung up on" : "hung up itself";
  return { good: true, text: `${began}, heard ${(speechMs / 1000).toFixed(1)} s of speech, and ${ending}` };
}
