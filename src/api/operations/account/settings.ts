import type { AccountSettings, OwnedRecords, Store } from "../../../store/index.ts";

const id = "account";
const none: AccountSettings = { callingName: undefined, cdrBucket: undefined };

/** The settings of the account, of which none need be set. */
export async function readSettings({ settings }: Pick<OwnedRecords, "settings">): Promise<AccountSettings> {
  return (await settings.get(id)) ?? none;
}

/** Changes them. */
export async function changeSettings(
  store: Pick<Store, "atomically">,
  change: (settings: AccountSettings) => AccountSettings,
): Promise<void> {
  await store.atomically(async (records) => {
    const changed = { ...change(await readSettings(records)), id };
    if (!(await records.settings.replace(changed))) await records.settings.insert(changed);
  });
}
