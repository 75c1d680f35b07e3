import { toE164 } from "../../../sip-syntax/index.ts";
import type { OwnedRecords, Termination } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireTermination } from "../../wire/connector-shapes.ts";
import { describeInventory } from "../numbers/inventory.ts";
import { defineOperation } from "../operation.ts";
import { changeConnector, findConnector, notSet } from "./find.ts";

interface ById {
  readonly VoiceConnectorId: string;
}

interface TerminationInput {
  readonly CpsLimit?: number;
  readonly DefaultPhoneNumber?: string;
  readonly CallingRegions: readonly string[];
  readonly CidrAllowedList: readonly string[];
  readonly Disabled?: boolean;
}

const setting = "termination";

/** Sets which calls come in. Contract: api-termination */
export const putVoiceConnectorTermination = defineOperation<ById & { readonly Termination: TerminationInput }>(
  "PutVoiceConnectorTermination",
  async ({ VoiceConnectorId, Termination: asked }, context) => {
    const { termination } = await changeConnector(VoiceConnectorId, context, async (connector, records) => ({
      ...connector,
      termination: await readTermination(asked, records),
    }));
    return { Termination: termination && toWireTermination(termination) };
  },
);

/** Reads it; one that was not set is not found. */
export const getVoiceConnectorTermination = defineOperation<ById>(
  "GetVoiceConnectorTermination",
  async ({ VoiceConnectorId }, { store }) => {
    const { termination } = await findConnector(store, VoiceConnectorId);
    if (termination === undefined) throw notSet(setting, VoiceConnectorId);
    return { Termination: toWireTermination(termination) };
  },
);

/** Removes it, with its credentials. Contract: api-emergency-needs */
export const deleteVoiceConnectorTermination = defineOperation<ById>(
  "DeleteVoiceConnectorTermination",
  async ({ VoiceConnectorId }, context) => {
    await changeConnector(VoiceConnectorId, context, (connector) => {
      if (connector.termination === undefined) throw notSet(setting, VoiceConnectorId);
      refuseWithEmergency(setting, connector);
      return { ...connector, termination: undefined, credentials: [] };
    });
    return undefined;
  },
);

/** When and from where the connector was asked last whether this server is there; nothing before that. Contract: api-termination-health */
export const getVoiceConnectorTerminationHealth = defineOperation<ById>(
  "GetVoiceConnectorTerminationHealth",
  async ({ VoiceConnectorId }, { store, lastPing }) => {
    const { id } = await findConnector(store, VoiceConnectorId);
    const ping = lastPing(id);
    return { TerminationHealth: ping === undefined ? {} : { Timestamp: new Date(ping.at), Source: ping.source } };
  },
);

/** Emergency calling needs both directions. Contract: api-emergency-needs */
export function refuseWithEmergency(
  what: string,
  { id, emergency }: { readonly id: string; readonly emergency: object | undefined },
): void {
  if (emergency === undefined) return;
  throw refuse(
    "API_BAD_REQUEST",
    `The ${what} of the Voice Connector ${id} cannot be deleted while its emergency calling is configured; delete that first.`,
  );
}

async function readTermination(asked: TerminationInput, records: OwnedRecords): Promise<Termination> {
  const { DefaultPhoneNumber: given } = asked;
  const defaultNumber = given === undefined ? undefined : (toE164(given) ?? given);
  if (defaultNumber !== undefined) {
    const number = await records.numbers.get(defaultNumber);
    if (number === undefined || number.deletedAt !== undefined) {
      const owned = await describeInventory(records);
      const found = `Termination.DefaultPhoneNumber is ${defaultNumber}, which is not in the number inventory`;
      throw refuse("API_BAD_REQUEST", `${found}. ${owned}`);
    }
  }
  return {
    callsPerSecond: asked.CpsLimit ?? 1,
    defaultNumber,
    regions: asked.CallingRegions,
    networks: asked.CidrAllowedList,
    isDisabled: asked.Disabled ?? false,
  };
}
