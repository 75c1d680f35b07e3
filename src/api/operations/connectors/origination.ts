import type { Origination, VoiceConnector } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireOrigination } from "../../wire/connector-shapes.ts";
import { defineOperation } from "../operation.ts";
import { changeConnector, findConnector, notSet } from "./find.ts";
import { refuseWithEmergency } from "./termination.ts";

interface ById {
  readonly VoiceConnectorId: string;
}

interface OriginationInput {
  readonly Routes?: readonly {
    readonly Host: string;
    readonly Port?: number;
    readonly Protocol?: "TCP" | "UDP";
    readonly Priority?: number;
    readonly Weight?: number;
  }[];
  readonly Disabled?: boolean;
}

const setting = "origination";
const usualPort = 5060;

/** Sets where calls go. Contract: api-origination */
export const putVoiceConnectorOrigination = defineOperation<ById & { readonly Origination: OriginationInput }>(
  "PutVoiceConnectorOrigination",
  async ({ VoiceConnectorId, Origination: asked }, context) => {
    if (asked.Routes === undefined && asked.Disabled === undefined)
      throw refuse("API_BAD_REQUEST", "Origination has neither Routes nor Disabled; it must have one of them.");
    const { origination } = await changeConnector(VoiceConnectorId, context, (connector) => ({
      ...connector,
      origination: readOrigination(asked, connector),
    }));
    return { Origination: origination && toWireOrigination(origination) };
  },
);

/** Reads it; one that was not set is not found. */
export const getVoiceConnectorOrigination = defineOperation<ById>(
  "GetVoiceConnectorOrigination",
  async ({ VoiceConnectorId }, { store }) => {
    const { origination } = await findConnector(store, VoiceConnectorId);
    if (origination === undefined) throw notSet(setting, VoiceConnectorId);
    return { Origination: toWireOrigination(origination) };
  },
);

/** Removes it. Contract: api-emergency-needs */
export const deleteVoiceConnectorOrigination = defineOperation<ById>(
  "DeleteVoiceConnectorOrigination",
  async ({ VoiceConnectorId }, context) => {
    await changeConnector(VoiceConnectorId, context, (connector) => {
      if (connector.origination === undefined) throw notSet(setting, VoiceConnectorId);
      refuseWithEmergency(setting, connector);
      return { ...connector, origination: undefined };
    });
    return undefined;
  },
);

/** Absent routes stay as they are. */
function readOrigination({ Routes, Disabled = false }: OriginationInput, connector: VoiceConnector): Origination {
  if (Routes === undefined) return { routes: connector.origination?.routes ?? [], isDisabled: Disabled };
  const protocol = connector.requireEncryption ? "TCP" : "UDP";
  const routes = Routes.map(({ Host, Port = usualPort, Protocol = protocol, Priority, Weight = 1 }, index) => ({
    ...{ host: Host, port: Port, protocol: Protocol, priority: Priority ?? index + 1, weight: Weight },
  }));
  return { routes, isDisabled: Disabled };
}
