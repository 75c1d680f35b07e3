import { randomInt } from "node:crypto";
import type { OwnedRecords, VoiceConnector } from "../../../store/index.ts";
import { connectorHost } from "../../../sip-syntax/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireConnector } from "../../wire/connector-shapes.ts";
import { valuesOf } from "../../wire/model.ts";
import { readTags, type TagInput } from "../tag-input.ts";
import { defineOperation } from "../operation.ts";
import { readPage, type PageInput } from "../page.ts";
import { changeConnector, findConnector, refuseConfigured } from "./find.ts";

interface CreateInput {
  readonly Name: string;
  readonly AwsRegion?: string;
  readonly RequireEncryption: boolean;
  readonly Tags?: TagInput;
  readonly IntegrationType?: string;
  readonly NetworkType?: string;
}

interface ById {
  readonly VoiceConnectorId: string;
}

/** Makes a Voice Connector, through which no calls go before its termination or origination is set. */
export const createVoiceConnector = defineOperation<CreateInput>(
  "CreateVoiceConnector",
  async (input, { store, accountId, clock, connectorsChanged, withinQuota }) => {
    const now = clock.now();
    const connector: VoiceConnector = {
      id: newConnectorId(),
      name: input.Name,
      region: input.AwsRegion ?? "us-east-1",
      requireEncryption: input.RequireEncryption,
      networkType: input.NetworkType ?? "IPV4_ONLY",
      integrationType: input.IntegrationType,
      termination: undefined,
      credentials: [],
      origination: undefined,
      logging: { sip: false, media: false },
      streaming: undefined,
      emergency: undefined,
      tags: readTags(input.Tags ?? []),
      origin: "api",
      createdAt: now,
      updatedAt: now,
    };
    await withinQuota("voiceConnectors", 1, () => store.connectors.insert(connector));
    await connectorsChanged();
    return { VoiceConnector: toWireConnector(connector, accountId) };
  },
);

/** Reads one. */
export const getVoiceConnector = defineOperation<ById>(
  "GetVoiceConnector",
  async ({ VoiceConnectorId }, { store, accountId }) => ({
    VoiceConnector: toWireConnector(await findConnector(store, VoiceConnectorId), accountId),
  }),
);

/** Pages through all in order of creation. */
export const listVoiceConnectors = defineOperation<PageInput>(
  "ListVoiceConnectors",
  async (input, { store, accountId }) => {
    const { rows, nextToken } = await readPage(input, (page) => store.connectors.list(page));
    return { VoiceConnectors: rows.map((row) => toWireConnector(row, accountId)), NextToken: nextToken };
  },
);

/** Changes the name, and whether calls must be encrypted. */
export const updateVoiceConnector = defineOperation<
  ById & { readonly Name: string; readonly RequireEncryption: boolean }
>("UpdateVoiceConnector", async ({ VoiceConnectorId, Name, RequireEncryption }, context) => {
  const changed = await changeConnector(VoiceConnectorId, context, (connector) => ({
    ...connector,
    name: Name,
    requireEncryption: RequireEncryption,
  }));
  return { VoiceConnector: toWireConnector(changed, context.accountId) };
});

/** Removes a connector that nothing depends on. Contract: api-delete-connector */
export const deleteVoiceConnector = defineOperation<ById>(
  "DeleteVoiceConnector",
  async ({ VoiceConnectorId: id }, { store, connectorsChanged }) => {
    const triggerKey = connectorHost(id).toLowerCase();
    const page = { limit: 1, token: undefined, applicationId: undefined, triggerKey };
    const { rows: rules } = await store.rules.list(page);
    await store.atomically(async (records) => {
      refuseConfigured("Voice Connector", await findConnector(records, id));
      const users = [...(await usersOf(id, records)), ...rules.map((rule) => `the SIP rule ${rule.name} (${rule.id})`)];
      if (users.length > 0) {
        throw refuse("API_CONFLICT", `The Voice Connector ${id} is in use by ${users.join(", ")}. Release it first.`);
      }
      await records.connectors.delete(id);
    });
    await connectorsChanged();
    return undefined;
  },
);

/** The Regions that a connector can be in. */
export const listAvailableVoiceConnectorRegions = defineOperation("ListAvailableVoiceConnectorRegions", () =>
  Promise.resolve({ VoiceConnectorRegions: valuesOf("VoiceConnectorAwsRegion") }),
);

async function usersOf(id: string, { numbers, groups }: OwnedRecords): Promise<readonly string[]> {
  const filter = { association: { kind: "VoiceConnectorId", id } } as const;
  const owned = await numbers.list({ limit: 1, token: undefined, filter });
  const within = (await groups.all()).filter(({ items }) => items.some(({ connectorId }) => connectorId === id));
  return [
    ...owned.rows.map(({ e164 }) => `the phone number ${e164}`),
    ...within.map((group) => `the group ${group.name} (${group.id})`),
  ];
}

/** As the service makes them: letters and digits, which can be the first label of a host name. */
function newConnectorId(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 22 }, () => letters[randomInt(letters.length)]).join("");
}
