import { isIP } from "node:net";
import { e164Pattern, isHostName, longestHostName } from "../../sip-syntax/index.ts";
import { oneOf, type Constraint } from "./constraint.ts";

const largestInteger = 2_147_483_647;

const connectorId: Constraint = {
  rule: "the id of a Voice Connector, for example abcdef1ghij2klmno3pqr4",
  length: [1, 64],
  pattern: /^(?:[a-zA-Z0-9-]+|\*)$/,
};
const groupId: Constraint = { rule: "the id of a Voice Connector group", length: [1, 256], pattern: /\S/ };
const name: Constraint = {
  rule: '1 to 256 characters out of letters, digits, space, "_", "." and "-"',
  length: [1, 256],
  pattern: /^[a-zA-Z0-9 _.-]+$/,
};
const maxResults: Constraint = { rule: "a whole number from 1 to 100", range: [1, 100] };
const nextToken: Constraint = { rule: "the NextToken of an earlier answer", length: [0, 65_535], emptyIsAbsent: true };
const phoneNumber: Constraint = {
  rule: "a phone number in E.164 form, for example +12065550100",
  pattern: e164Pattern,
};
const country: Constraint = { rule: "two capital letters, for example US", pattern: /^[A-Z]{2}$/ };
const anObject: Constraint = { rule: "an object" };
const tags: Constraint = { rule: "a list of 1 to 50 tags", entries: [1, 50] };
const items: Constraint = { rule: "a list of at most 3 Voice Connectors", entries: [0, 3] };
const username: Constraint = {
  rule: "a user name of 1 to 128 printable ASCII characters",
  length: [1, 128],
  pattern: /^[\x21-\x7e]+$/,
};

/** Operations whose requests name one connector, or one group, in their path. */
const ofConnector = [
  ...["GetVoiceConnector", "UpdateVoiceConnector", "DeleteVoiceConnector"],
  ...["Termination", "Origination", "StreamingConfiguration", "EmergencyCallingConfiguration"].flatMap((setting) =>
    ["Put", "Get", "Delete"].map((verb) => `${verb}VoiceConnector${setting}`),
  ),
  ...["PutVoiceConnectorLoggingConfiguration", "GetVoiceConnectorLoggingConfiguration"],
  "GetVoiceConnectorTerminationHealth",
  ...["Put", "List", "Delete"].map((verb) => `${verb}VoiceConnectorTerminationCredentials`),
  ...["AssociatePhoneNumbersWithVoiceConnector", "DisassociatePhoneNumbersFromVoiceConnector"],
];
const ofGroup = [
  ...["GetVoiceConnectorGroup", "UpdateVoiceConnectorGroup", "DeleteVoiceConnectorGroup"],
  ...["AssociatePhoneNumbersWithVoiceConnectorGroup", "DisassociatePhoneNumbersFromVoiceConnectorGroup"],
];

/** Constraints of the operations on Voice Connectors and their groups, as `constraints`. */
export const connectorConstraints: Readonly<Record<string, Constraint>> = {
  ...Object.fromEntries(ofConnector.map((operation) => [`${operation}Request.VoiceConnectorId`, connectorId])),
  ...Object.fromEntries(ofGroup.map((operation) => [`${operation}Request.VoiceConnectorGroupId`, groupId])),
  "CreateVoiceConnectorRequest.Name": name,
  "CreateVoiceConnectorRequest.AwsRegion": oneOf("VoiceConnectorAwsRegion"),
  "CreateVoiceConnectorRequest.Tags": tags,
  "CreateVoiceConnectorRequest.IntegrationType": oneOf("VoiceConnectorIntegrationType"),
  "CreateVoiceConnectorRequest.NetworkType": oneOf("NetworkType"),
  "UpdateVoiceConnectorRequest.Name": name,
  "ListVoiceConnectorsRequest.MaxResults": maxResults,
  "ListVoiceConnectorsRequest.NextToken": nextToken,
  "CreateVoiceConnectorGroupRequest.Name": name,
  "CreateVoiceConnectorGroupRequest.VoiceConnectorItems": items,
  "CreateVoiceConnectorGroupRequest.CallDistributionType": oneOf("CallDistributionType"),
  "UpdateVoiceConnectorGroupRequest.Name": name,
  "UpdateVoiceConnectorGroupRequest.VoiceConnectorItems": items,
  "UpdateVoiceConnectorGroupRequest.CallDistributionType": oneOf("CallDistributionType"),
  "ListVoiceConnectorGroupsRequest.MaxResults": maxResults,
  "ListVoiceConnectorGroupsRequest.NextToken": nextToken,
  "VoiceConnectorItem.VoiceConnectorId": connectorId,
  "VoiceConnectorItem.Priority": { rule: "a whole number from 1 to 99", range: [1, 99] },

  "PutVoiceConnectorTerminationRequest.Termination": anObject,
  "Termination.CpsLimit": { rule: "a whole number from 1", range: [1, largestInteger] },
  "Termination.DefaultPhoneNumber": { ...phoneNumber, emptyIsAbsent: true },
  "Termination.CallingRegions": {
    rule: "a list of 1 to 300 countries, each of two capital letters, for example US",
    required: true,
    entries: [1, 300],
    item: country,
  },
  "Termination.CidrAllowedList": {
    rule: "a list of 1 to 100 networks, for example 192.0.2.0/24",
    required: true,
    entries: [1, 100],
    item: { rule: "a network, for example 192.0.2.0/24", length: [1, 64], test: isNetwork },
  },
  "PutVoiceConnectorTerminationCredentialsRequest.Credentials": {
    rule: "a list of 1 to 100 credentials",
    required: true,
    entries: [1, 100],
  },
  "Credential.Username": { ...username, required: true },
  "Credential.Password": {
    rule: "a password of 1 to 128 printable ASCII characters",
    required: true,
    isSecret: true,
    length: [1, 128],
    pattern: /^[\x20-\x7e]+$/,
  },
  "DeleteVoiceConnectorTerminationCredentialsRequest.Usernames": {
    rule: "a list of 1 to 100 user names",
    entries: [1, 100],
    item: username,
  },
  "PutVoiceConnectorOriginationRequest.Origination": anObject,
  "Origination.Routes": { rule: "a list of at most 20 routes", entries: [0, 20] },
  "OriginationRoute.Host": {
    rule: "a host name or an IP address, for example pbx.example.com",
    required: true,
    length: [1, longestHostName],
    test: (host) => isIP(host) !== 0 || isHostName(host),
  },
  "OriginationRoute.Port": { rule: "a whole number from 0 to 65535", range: [0, 65_535] },
  "OriginationRoute.Protocol": oneOf("OriginationRouteProtocol"),
  "OriginationRoute.Priority": { rule: "a whole number from 1 to 100", range: [1, 100] },
  "OriginationRoute.Weight": { rule: "a whole number from 1 to 100", range: [1, 100] },
  "PutVoiceConnectorLoggingConfigurationRequest.LoggingConfiguration": anObject,
  "PutVoiceConnectorStreamingConfigurationRequest.StreamingConfiguration": anObject,
  "StreamingConfiguration.DataRetentionInHours": { rule: "a whole number from 0", range: [0, largestInteger] },
  "StreamingConfiguration.MediaInsightsConfiguration": anObject,
  "StreamingConfiguration.StreamingNotificationTargets": { rule: "a list of 1 to 3 targets", entries: [1, 3] },
  "StreamingNotificationTarget.NotificationTarget": { ...oneOf("NotificationTarget"), required: true },
  "MediaInsightsConfiguration.ConfigurationArn": {
    rule: "an ARN of 1 to 1024 characters",
    length: [1, 1_024],
    pattern: /^arn[/:\-_.a-zA-Z0-9]+$/,
  },
  "PutVoiceConnectorEmergencyCallingConfigurationRequest.EmergencyCallingConfiguration": anObject,
  "EmergencyCallingConfiguration.DNIS": { rule: "a list of at most 100 emergency numbers", entries: [0, 100] },
  "DNISEmergencyCallingConfiguration.EmergencyPhoneNumber": phoneNumber,
  "DNISEmergencyCallingConfiguration.TestPhoneNumber": phoneNumber,
  "DNISEmergencyCallingConfiguration.CallingCountry": country,
};

function isNetwork(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || address.includes("%") || more.length > 0 || prefix === undefined || !/^\d{1,3}$/.test(prefix))
    return false;
  return Number(prefix) <= (family === 4 ? 32 : 128);
}
