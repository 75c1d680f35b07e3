import type * as client from "@aws-sdk/client-chime-sdk-voice";
import type { Origination, Termination, VoiceConnector, VoiceConnectorGroup } from "../../store/index.ts";
import { connectorHost } from "../../sip-syntax/index.ts";
import { configuredMark, type Marked } from "./origin-mark.ts";

/** A Voice Connector as it goes over the wire; nothing of its credentials is in it. */
export function toWireConnector(connector: VoiceConnector, accountId: string): Marked<client.VoiceConnector> {
  const { id, region, integrationType } = connector;
  return {
    VoiceConnectorId: id,
    AwsRegion: region as client.VoiceConnectorAwsRegion,
    Name: connector.name,
    OutboundHostName: connectorHost(id),
    RequireEncryption: connector.requireEncryption,
    CreatedTimestamp: new Date(connector.createdAt),
    UpdatedTimestamp: new Date(connector.updatedAt),
    VoiceConnectorArn: `arn:aws:chime:${region}:${accountId}:vc/${id}`,
    ...(integrationType === undefined
      ? {}
      : { IntegrationType: integrationType as client.VoiceConnectorIntegrationType }),
    NetworkType: connector.networkType as client.NetworkType,
    ...configuredMark(connector),
  };
}

/** A group as it goes over the wire. */
export function toWireGroup(
  group: VoiceConnectorGroup,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): Marked<client.VoiceConnectorGroup> {
  return {
    VoiceConnectorGroupId: group.id,
    Name: group.name,
    VoiceConnectorItems: group.items.map(({ connectorId, priority }) => ({
      VoiceConnectorId: connectorId,
      Priority: priority,
    })),
    CreatedTimestamp: new Date(group.createdAt),
    UpdatedTimestamp: new Date(group.updatedAt),
    VoiceConnectorGroupArn: `arn:aws:chime:${region}:${accountId}:vcg/${group.id}`,
    CallDistributionType: group.distribution,
    ...configuredMark(group),
  };
}

/** Termination settings as they go over the wire. */
export function toWireTermination(termination: Termination): client.Termination {
  const { defaultNumber } = termination;
  return {
    CpsLimit: termination.callsPerSecond,
    ...(defaultNumber === undefined ? {} : { DefaultPhoneNumber: defaultNumber }),
    CallingRegions: [...termination.regions],
    CidrAllowedList: [...termination.networks],
    Disabled: termination.isDisabled,
  };
}

/** Origination settings as they go over the wire. */
export function toWireOrigination({ routes, isDisabled }: Origination): client.Origination {
  return {
    Routes: routes.map(({ host, port, protocol, priority, weight }) => ({
      ...{ Host: host, Port: port, Protocol: protocol, Priority: priority, Weight: weight },
    })),
    Disabled: isDisabled,
  };
}
