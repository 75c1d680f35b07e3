import { defineOperation } from "../operation.ts";
import { changeSettings, readSettings } from "./settings.ts";

/** The settings of the account; without any, an empty object. */
export const getGlobalSettings = defineOperation("GetGlobalSettings", async (_input, { store }) => {
  const { cdrBucket } = await readSettings(store);
  return cdrBucket === undefined ? {} : { VoiceConnector: { CdrBucket: cdrBucket } };
});

/** Sets the bucket of call records; an empty object clears it. */
export const updateGlobalSettings = defineOperation<{ readonly VoiceConnector: { readonly CdrBucket?: string } }>(
  "UpdateGlobalSettings",
  async ({ VoiceConnector }, { store, settingsChanged }) => {
    await changeSettings(store, (settings) => ({ ...settings, cdrBucket: VoiceConnector.CdrBucket }));
    await settingsChanged();
    return undefined;
  },
);
