/** Trunks: carriers and exchanges that calls go to and come from, and the equipment behind Voice Connectors. Which of them a call goes by, how it is
 * told who calls, its limits, whether it is up, and our registration there. */
export { createTrunks, type Trunks, type TrunksOptions } from "./create-trunks.ts";
export { connectorId, type Asked, type FoundWays, type Way } from "./find-ways.ts";
export { presentCall, type Parties, type PresentedCall } from "./present-call.ts";
export { Registration, type RegistrationDescription, type ToldRegistration } from "./registration.ts";
export { callsOfTrunk } from "./running-trunk.ts";
export type { AddressDescription, TrunkCall, TrunkDescription, TrunkReport } from "./running-trunk.ts";
export {
  plainTrunk,
  type CallerIdForm,
  type ConnectorGroup,
  type ConnectorMember,
  type Trunk,
  type TrunkAccount,
  type TrunkAddress,
} from "./types.ts";
export type { OverLimit } from "./use.ts";
