/** The operations on Voice Connectors and their groups. */
import type { Operation } from "../operation.ts";
import { associationOperations } from "./associate-phone-numbers.ts";
import {
  deleteVoiceConnectorOrigination,
  getVoiceConnectorOrigination,
  putVoiceConnectorOrigination,
} from "./origination.ts";
import { storedSettingOperations } from "./stored-settings.ts";
import {
  deleteVoiceConnectorTerminationCredentials,
  listVoiceConnectorTerminationCredentials,
  putVoiceConnectorTerminationCredentials,
} from "./termination-credentials.ts";
import {
  deleteVoiceConnectorTermination,
  getVoiceConnectorTermination,
  getVoiceConnectorTerminationHealth,
  putVoiceConnectorTermination,
} from "./termination.ts";
import {
  createVoiceConnectorGroup,
  deleteVoiceConnectorGroup,
  getVoiceConnectorGroup,
  listVoiceConnectorGroups,
  updateVoiceConnectorGroup,
} from "./voice-connector-groups.ts";
import {
  createVoiceConnector,
  deleteVoiceConnector,
  getVoiceConnector,
  listAvailableVoiceConnectorRegions,
  listVoiceConnectors,
  updateVoiceConnector,
} from "./voice-connectors.ts";

export const connectorOperations: readonly Operation[] = [
  createVoiceConnector,
  getVoiceConnector,
  listVoiceConnectors,
  updateVoiceConnector,
  deleteVoiceConnector,
  listAvailableVoiceConnectorRegions,
  putVoiceConnectorTermination,
  getVoiceConnectorTermination,
  deleteVoiceConnectorTermination,
  getVoiceConnectorTerminationHealth,
  putVoiceConnectorTerminationCredentials,
  listVoiceConnectorTerminationCredentials,
  deleteVoiceConnectorTerminationCredentials,
  putVoiceConnectorOrigination,
  getVoiceConnectorOrigination,
  deleteVoiceConnectorOrigination,
  ...storedSettingOperations,
  ...associationOperations,
  createVoiceConnectorGroup,
  getVoiceConnectorGroup,
  listVoiceConnectorGroups,
  updateVoiceConnectorGroup,
  deleteVoiceConnectorGroup,
];
