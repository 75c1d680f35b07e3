import type { SipMediaApplication } from "../../store/index.ts";
import { findApplication, noApplication } from "./find.ts";
import { defineOperation } from "./operation.ts";

interface Input {
  readonly SipMediaApplicationId: string;
}
interface PutInput extends Input {
  readonly SipMediaApplicationLoggingConfiguration: { readonly EnableSipMediaApplicationMessageLogs?: boolean };
}

/** Reads whether messages are logged. */
export const getSipMediaApplicationLoggingConfiguration = defineOperation<Input>(
  "GetSipMediaApplicationLoggingConfiguration",
  async ({ SipMediaApplicationId }, { store }) => answer(await findApplication(store, SipMediaApplicationId)),
);

/** Switches that; an absent member changes nothing. Contract: records-message-logs-switched */
export const putSipMediaApplicationLoggingConfiguration = defineOperation<PutInput>(
  "PutSipMediaApplicationLoggingConfiguration",
  async ({ SipMediaApplicationId, SipMediaApplicationLoggingConfiguration: asked }, { store, settingsChanged }) => {
    const before = await findApplication(store, SipMediaApplicationId);
    const messageLogs = asked.EnableSipMediaApplicationMessageLogs ?? before.messageLogs ?? false;
    const after = { ...before, messageLogs };
    if (!(await store.applications.update(after))) throw noApplication(before.id);
    await settingsChanged();
    return answer(after);
  },
);

function answer({ messageLogs = false }: SipMediaApplication): object {
  return { SipMediaApplicationLoggingConfiguration: { EnableSipMediaApplicationMessageLogs: messageLogs } };
}
