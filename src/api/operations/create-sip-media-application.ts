import { newId } from "../../kernel/index.ts";
import type { SipMediaApplication } from "../../store/index.ts";
import { toWireApplication } from "../wire/shapes.ts";
import { readFunctionArn, warnOfUnknownFunction, type Endpoints } from "./application-endpoint.ts";
import { defineOperation } from "./operation.ts";
import { readTags, type TagInput } from "./tag-input.ts";

interface Input {
  readonly AwsRegion: string;
  readonly Name: string;
  readonly Endpoints: Endpoints;
  readonly Tags?: TagInput;
}

/** Registers an application: a name, a Region and one function. */
export const createSipMediaApplication = defineOperation<Input>(
  "CreateSipMediaApplication",
  async (input, context, facts) => {
    const { store, accountId, clock, withinQuota } = context;
    const now = clock.now();
    const application: SipMediaApplication = {
      id: newId(),
      name: input.Name,
      region: input.AwsRegion,
      functionArn: readFunctionArn(input.Endpoints, input.AwsRegion),
      tags: readTags(input.Tags ?? []),
      origin: "api",
      createdAt: now,
      updatedAt: now,
    };
    await withinQuota("applications", 1, () => store.applications.insert(application));
    warnOfUnknownFunction(application, context, facts);
    return { SipMediaApplication: toWireApplication(application, accountId) };
  },
);
