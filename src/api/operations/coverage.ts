/** What this server does with an operation of the service.
 * "served": as the service does. "stored": what is asked for is checked, kept and given back, and changes nothing here; `why` says it in a
 * sentence. "not-served": it is refused by name; `instead` says what to do, a sentence without full stop. "withdrawn": the same, since the
 * service itself has taken it back. */
export type Coverage =
  | { readonly state: "served" }
  | { readonly state: "stored"; readonly why: string }
  | { readonly state: "not-served" | "withdrawn"; readonly instead: string };

const served: Coverage = { state: "served" };
const analytics: Coverage = {
  state: "not-served",
  instead: "Call analytics is no part of SIP media applications; record the call and analyse the file",
};
const proxies: Coverage = {
  state: "withdrawn",
  instead: "Proxy sessions were withdrawn by the service; CallAndBridge joins two parties",
};
const alexa: Coverage = {
  state: "withdrawn",
  instead: "Alexa skill configurations were withdrawn and cannot be used",
};
const externalSystems: Coverage = {
  state: "not-served",
  instead: "Contact centres and border controllers are reached by origination routes, and let in by termination",
};
const stored = (why: string): Coverage => ({ state: "stored", why });
const streaming = stored("No audio is sent to Kinesis Video Streams.");
const emergency = stored("Emergency numbers are refused, whatever stands there: make such calls by another line.");
const callingNames = stored("Names of callers are the business of the carrier.");

/** Every operation of the voice service, and what this server does with it. `docs/api.md` is printed from it. Contract: api-coverage */
export const coverage: Readonly<Record<string, Coverage>> = {
  CreateSipMediaApplication: served,
  GetSipMediaApplication: served,
  ListSipMediaApplications: served,
  UpdateSipMediaApplication: served,
  DeleteSipMediaApplication: served,
  GetSipMediaApplicationLoggingConfiguration: served,
  PutSipMediaApplicationLoggingConfiguration: served,
  GetSipMediaApplicationAlexaSkillConfiguration: alexa,
  PutSipMediaApplicationAlexaSkillConfiguration: alexa,
  CreateSipRule: served,
  GetSipRule: served,
  ListSipRules: served,
  UpdateSipRule: served,
  DeleteSipRule: served,
  CreateSipMediaApplicationCall: served,
  UpdateSipMediaApplicationCall: served,

  SearchAvailablePhoneNumbers: served,
  CreatePhoneNumberOrder: served,
  GetPhoneNumberOrder: served,
  ListPhoneNumberOrders: served,
  ListPhoneNumbers: served,
  GetPhoneNumber: served,
  UpdatePhoneNumber: served,
  BatchUpdatePhoneNumber: served,
  DeletePhoneNumber: served,
  BatchDeletePhoneNumber: served,
  RestorePhoneNumber: served,
  ListSupportedPhoneNumberCountries: served,
  GetPhoneNumberSettings: callingNames,
  UpdatePhoneNumberSettings: callingNames,

  CreateVoiceConnector: served,
  GetVoiceConnector: served,
  ListVoiceConnectors: served,
  UpdateVoiceConnector: served,
  DeleteVoiceConnector: served,
  ListAvailableVoiceConnectorRegions: served,
  PutVoiceConnectorTermination: served,
  GetVoiceConnectorTermination: served,
  DeleteVoiceConnectorTermination: served,
  GetVoiceConnectorTerminationHealth: served,
  PutVoiceConnectorTerminationCredentials: served,
  ListVoiceConnectorTerminationCredentials: served,
  DeleteVoiceConnectorTerminationCredentials: served,
  PutVoiceConnectorOrigination: served,
  GetVoiceConnectorOrigination: served,
  DeleteVoiceConnectorOrigination: served,
  PutVoiceConnectorLoggingConfiguration: served,
  GetVoiceConnectorLoggingConfiguration: served,
  AssociatePhoneNumbersWithVoiceConnector: served,
  DisassociatePhoneNumbersFromVoiceConnector: served,
  PutVoiceConnectorStreamingConfiguration: streaming,
  GetVoiceConnectorStreamingConfiguration: streaming,
  DeleteVoiceConnectorStreamingConfiguration: streaming,
  PutVoiceConnectorEmergencyCallingConfiguration: emergency,
  GetVoiceConnectorEmergencyCallingConfiguration: emergency,
  DeleteVoiceConnectorEmergencyCallingConfiguration: emergency,
  CreateVoiceConnectorGroup: served,
  GetVoiceConnectorGroup: served,
  ListVoiceConnectorGroups: served,
  UpdateVoiceConnectorGroup: served,
  DeleteVoiceConnectorGroup: served,
  AssociatePhoneNumbersWithVoiceConnectorGroup: served,
  DisassociatePhoneNumbersFromVoiceConnectorGroup: served,

  TagResource: served,
  UntagResource: served,
  ListTagsForResource: served,
  GetGlobalSettings: served,
  UpdateGlobalSettings: served,
  ValidateE911Address: served,

  CreateProxySession: proxies,
  DeleteProxySession: proxies,
  GetProxySession: proxies,
  ListProxySessions: proxies,
  UpdateProxySession: proxies,
  DeleteVoiceConnectorProxy: proxies,
  GetVoiceConnectorProxy: proxies,
  PutVoiceConnectorProxy: proxies,
  DeleteVoiceConnectorExternalSystemsConfiguration: externalSystems,
  GetVoiceConnectorExternalSystemsConfiguration: externalSystems,
  PutVoiceConnectorExternalSystemsConfiguration: externalSystems,
  CreateVoiceProfile: analytics,
  CreateVoiceProfileDomain: analytics,
  DeleteVoiceProfile: analytics,
  DeleteVoiceProfileDomain: analytics,
  GetSpeakerSearchTask: analytics,
  GetVoiceProfile: analytics,
  GetVoiceProfileDomain: analytics,
  GetVoiceToneAnalysisTask: analytics,
  ListVoiceProfileDomains: analytics,
  ListVoiceProfiles: analytics,
  StartSpeakerSearchTask: analytics,
  StartVoiceToneAnalysisTask: analytics,
  StopSpeakerSearchTask: analytics,
  StopVoiceToneAnalysisTask: analytics,
  UpdateVoiceProfile: analytics,
  UpdateVoiceProfileDomain: analytics,
};
