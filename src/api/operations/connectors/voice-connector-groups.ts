import { newId } from "../../../kernel/index.ts";
import type { OwnedRecords, VoiceConnectorGroup } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireGroup } from "../../wire/connector-shapes.ts";
import { defineOperation } from "../operation.ts";
import { readPage, type PageInput } from "../page.ts";
import { findConnector, findGroup, refuseConfigured } from "./find.ts";

type Items = readonly { readonly VoiceConnectorId: string; readonly Priority?: number }[];

interface CreateInput {
  readonly Name: string;
  readonly VoiceConnectorItems?: Items;
  readonly CallDistributionType?: VoiceConnectorGroup["distribution"];
}
interface ById {
  readonly VoiceConnectorGroupId: string;
}
type UpdateInput = ById & CreateInput & { readonly VoiceConnectorItems: Items };

/** Makes a group of up to three connectors. */
export const createVoiceConnectorGroup = defineOperation<CreateInput>(
  "CreateVoiceConnectorGroup",
  async (input, context) => {
    const { store, clock, connectorsChanged, withinQuota } = context;
    const now = clock.now();
    const make = async (records: OwnedRecords) => {
      const made: VoiceConnectorGroup = {
        id: newId(),
        name: input.Name,
        items: await readItems(input.VoiceConnectorItems ?? [], records),
        distribution: input.CallDistributionType ?? "PriorityWeightedDistribution",
        tags: [],
        origin: "api",
        createdAt: now,
        updatedAt: now,
      };
      await records.groups.insert(made);
      return made;
    };
    const group = await withinQuota("voiceConnectorGroups", 1, () => store.atomically(make));
    await connectorsChanged();
    return { VoiceConnectorGroup: toWireGroup(group, context) };
  },
);

/** Reads one. */
export const getVoiceConnectorGroup = defineOperation<ById>(
  "GetVoiceConnectorGroup",
  async ({ VoiceConnectorGroupId }, context) => ({
    VoiceConnectorGroup: toWireGroup(await findGroup(context.store, VoiceConnectorGroupId), context),
  }),
);

/** Pages through all in order of creation. */
export const listVoiceConnectorGroups = defineOperation<PageInput>(
  "ListVoiceConnectorGroups",
  async (input, context) => {
    const { rows, nextToken } = await readPage(input, (page) => context.store.groups.list(page));
    return { VoiceConnectorGroups: rows.map((row) => toWireGroup(row, context)), NextToken: nextToken };
  },
);

/** Replaces the name and all items. */
export const updateVoiceConnectorGroup = defineOperation<UpdateInput>(
  "UpdateVoiceConnectorGroup",
  async (input, context) => {
    const { store, clock, connectorsChanged } = context;
    const group = await store.atomically(async (records) => {
      const before = await findGroup(records, input.VoiceConnectorGroupId);
      refuseConfigured("Voice Connector group", before);
      const after: VoiceConnectorGroup = {
        ...before,
        name: input.Name,
        items: await readItems(input.VoiceConnectorItems, records),
        distribution: input.CallDistributionType ?? before.distribution,
        updatedAt: clock.now(),
      };
      await records.groups.replace(after);
      return after;
    });
    await connectorsChanged();
    return { VoiceConnectorGroup: toWireGroup(group, context) };
  },
);

/** Removes a group that has neither connectors nor numbers. Contract: api-delete-group */
export const deleteVoiceConnectorGroup = defineOperation<ById>(
  "DeleteVoiceConnectorGroup",
  async ({ VoiceConnectorGroupId: id }, { store, connectorsChanged }) => {
    await store.atomically(async (records) => {
      const group = await findGroup(records, id);
      refuseConfigured("Voice Connector group", group);
      const filter = { association: { kind: "VoiceConnectorGroupId", id } } as const;
      const { rows } = await records.numbers.list({ limit: 1, token: undefined, filter });
      const users = [
        ...group.items.map(({ connectorId }) => `the Voice Connector ${connectorId}`),
        ...rows.map(({ e164 }) => `the phone number ${e164}`),
      ];
      if (users.length > 0) {
        throw refuse(
          "API_CONFLICT",
          `The Voice Connector group ${id} still has ${users.join(", ")}. Take them out first.`,
        );
      }
      await records.groups.delete(id);
    });
    await connectorsChanged();
    return undefined;
  },
);

async function readItems(given: Items, records: OwnedRecords): Promise<VoiceConnectorGroup["items"]> {
  const ids = given.map(({ VoiceConnectorId }) => VoiceConnectorId);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index);
  if (twice >= 0) {
    throw refuse(
      "API_BAD_REQUEST",
      `VoiceConnectorItems[${twice}].VoiceConnectorId is ${ids[twice]}, which is in the list before; each must be there once.`,
    );
  }
  for (const id of ids) await findConnector(records, id);
  return given.map(({ VoiceConnectorId, Priority = 1 }) => ({ connectorId: VoiceConnectorId, priority: Priority }));
}
