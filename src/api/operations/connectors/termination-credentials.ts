import { defineOperation } from "../operation.ts";
import { changeConnector, findConnector } from "./find.ts";

interface ById {
  readonly VoiceConnectorId: string;
}
interface Credential {
  readonly Username: string;
  readonly Password: string;
}

/** Adds accounts, or gives those that are there other passwords. */
export const putVoiceConnectorTerminationCredentials = defineOperation<
  ById & { readonly Credentials: readonly Credential[] }
>("PutVoiceConnectorTerminationCredentials", async ({ VoiceConnectorId, Credentials }, context) => {
  const added = new Map(Credentials.map(({ Username, Password }) => [Username, Password]));
  await changeConnector(VoiceConnectorId, context, (connector) => {
    const passwords = new Map(connector.credentials.map(({ username, password }) => [username, password]));
    for (const [username, password] of added) passwords.set(username, password);
    return { ...connector, credentials: [...passwords].map(([username, password]) => ({ username, password })) };
  });
  return undefined;
});

/** The names of the accounts; passwords are given to nobody. */
export const listVoiceConnectorTerminationCredentials = defineOperation<ById>(
  "ListVoiceConnectorTerminationCredentials",
  async ({ VoiceConnectorId }, { store }) => {
    const { credentials } = await findConnector(store, VoiceConnectorId);
    return { Usernames: credentials.map(({ username }) => username) };
  },
);

/** Removes accounts; names that are not there are ignored. */
export const deleteVoiceConnectorTerminationCredentials = defineOperation<
  ById & { readonly Usernames: readonly string[] }
>("DeleteVoiceConnectorTerminationCredentials", async ({ VoiceConnectorId, Usernames }, context) => {
  await changeConnector(VoiceConnectorId, context, (connector) => ({
    ...connector,
    credentials: connector.credentials.filter(({ username }) => !Usernames.includes(username)),
  }));
  return undefined;
});
