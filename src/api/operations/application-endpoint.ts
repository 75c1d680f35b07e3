import type { SipMediaApplication } from "../../store/index.ts";
import type { OperationContext, RequestFacts } from "./operation.ts";
import { refuse } from "../refuse.ts";

/** The one endpoint of an application, as requests carry it. */
export type Endpoints = readonly [{ readonly LambdaArn: string }];

/** The function ARN of `endpoints`. Function and application live in one Region. Contract: api-one-region */
export function readFunctionArn(endpoints: Endpoints, region: string): string {
  const { LambdaArn: functionArn } = endpoints[0];
  const functionRegion = functionArn.split(":")[3] ?? "";
  if (functionRegion !== region) {
    throw refuse(
      "API_BAD_REQUEST",
      `Endpoints[0].LambdaArn names a function in ${functionRegion}; it must be in ${region}, the Region of the application.`,
    );
  }
  return functionArn;
}

/** The service takes an application whose function is not there yet, and so does this server; but its log says so at once.
 * Contract: api-function-need-not-exist */
export function warnOfUnknownFunction(
  { id, name, functionArn }: SipMediaApplication,
  { whyNoFunction, log }: OperationContext,
  { requestId }: RequestFacts,
): void {
  const why = whyNoFunction?.(functionArn);
  if (why === undefined) return;
  log.warn(
    { requestId, applicationId: id, functionArn },
    `the application ${name} has a function that is not configured, and its calls fail: ${why}`,
  );
}
