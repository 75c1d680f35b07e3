import type { SipMediaApplication } from "../../store/index.ts";
import { toWireApplication } from "../wire/shapes.ts";
import { readFunctionArn, warnOfUnknownFunction, type Endpoints } from "./application-endpoint.ts";
import { findApplication, noApplication } from "./find.ts";
import { defineOperation } from "./operation.ts";

interface Input {
  readonly SipMediaApplicationId: string;
  readonly Name?: string;
  readonly Endpoints?: Endpoints;
}

/** Changes the name or the function of an application; what is absent stays. Contract: api-what-changes */
export const updateSipMediaApplication = defineOperation<Input>(
  "UpdateSipMediaApplication",
  async (input, context, facts) => {
    const { store, accountId, clock } = context;
    const before = await findApplication(store, input.SipMediaApplicationId);
    const after: SipMediaApplication = {
      ...before,
      name: input.Name ?? before.name,
      functionArn: input.Endpoints === undefined ? before.functionArn : readFunctionArn(input.Endpoints, before.region),
      updatedAt: clock.now(),
    };
    if (!(await store.applications.update(after))) throw noApplication(before.id);
    if (input.Endpoints !== undefined) warnOfUnknownFunction(after, context, facts);
    return { SipMediaApplication: toWireApplication(after, accountId) };
  },
);
