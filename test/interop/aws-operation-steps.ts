/** One request of the scene that every client plays. */
export interface OperationStep {
  readonly operation: string;
  /** A text "$name" stands for what an earlier step has kept. Members that a client does not know are left out. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What of the answer is kept, by the path of its members. */
  readonly keep?: Readonly<Record<string, readonly string[]>>;
  /** Exceptions by which it is refused: the name that modern clients have, without its end. */
  readonly refused?: string;
}

const bucket = { CdrBucket: "call-records" };
const routes = [{ Host: "pbx.example.com", Port: 5060, Protocol: "UDP", Priority: 1, Weight: 1 }];
const termination = { CpsLimit: 1, CallingRegions: ["US"], CidrAllowedList: ["192.0.2.0/24"], Disabled: false };
const address = {
  StreetNumber: "410",
  StreetInfo: "Terry Ave N",
  City: "Seattle",
  State: "WA",
  Country: "US",
  PostalCode: "98109",
};
const dialIn = "SipMediaApplicationDialIn";

/** A scene with every operation that this server answers: what is made is deleted again, so that the next client can play it too.
 * @param functionArn of the application
 * @param own a number of the configuration
 * @param numbers three numbers that can be ordered, which nobody has ordered before */
export function operationSteps(functionArn: string, own: string, numbers: readonly string[]): readonly OperationStep[] {
  const [first, second, third] = numbers;
  return [
    // Clients play at one time, so each has a trigger of its own.
    ...applicationSteps(functionArn, own, `${first?.slice(1)}.example.com`),
    {
      operation: "SearchAvailablePhoneNumbers",
      input: { AreaCode: "415", Country: "US", PhoneNumberType: "Local", State: "CA", MaxResults: 10 },
    },
    { operation: "ListSupportedPhoneNumberCountries", input: { ProductType: dialIn } },
    {
      operation: "CreatePhoneNumberOrder",
      input: { ProductType: "VoiceConnector", E164PhoneNumbers: numbers, Name: "desk" },
      keep: { order: ["PhoneNumberOrder", "PhoneNumberOrderId"] },
    },
    { operation: "GetPhoneNumberOrder", input: { PhoneNumberOrderId: "$order" } },
    { operation: "ListPhoneNumberOrders", input: { MaxResults: 5 } },
    { operation: "ListPhoneNumbers", input: { ProductType: "VoiceConnector", Status: "Unassigned", MaxResults: 5 } },
    { operation: "GetPhoneNumber", input: { PhoneNumberId: first } },
    { operation: "UpdatePhoneNumber", input: { PhoneNumberId: first, CallingName: "Ada Ltd" } },
    {
      operation: "BatchUpdatePhoneNumber",
      input: { UpdatePhoneNumberRequestItems: [{ PhoneNumberId: second, CallingName: "Ada" }] },
    },
    { operation: "UpdatePhoneNumberSettings", input: { CallingName: "Ada Ltd" } },
    { operation: "GetPhoneNumberSettings", input: {} },
    ...connectorSteps(numbers),
    { operation: "DeletePhoneNumber", input: { PhoneNumberId: first } },
    { operation: "RestorePhoneNumber", input: { PhoneNumberId: first } },
    { operation: "BatchDeletePhoneNumber", input: { PhoneNumberIds: [first, second, third] } },
    { operation: "UpdateGlobalSettings", input: { VoiceConnector: bucket } },
    { operation: "GetGlobalSettings", input: {} },
    { operation: "ValidateE911Address", input: { AwsAccountId: "000000000000", ...address } },
  ];
}

function applicationSteps(functionArn: string, own: string, host: string): readonly OperationStep[] {
  const application = { SipMediaApplicationId: "$application" };
  const logging = { SipMediaApplicationLoggingConfiguration: { EnableSipMediaApplicationMessageLogs: true } };
  const target = [{ SipMediaApplicationId: "$application", Priority: 1, AwsRegion: "us-east-1" }];
  return [
    {
      operation: "CreateSipMediaApplication",
      input: { AwsRegion: "us-east-1", Name: "menu", Endpoints: [{ LambdaArn: functionArn }] },
      keep: { application: ["SipMediaApplication", "SipMediaApplicationId"] },
    },
    { operation: "GetSipMediaApplication", input: application },
    { operation: "ListSipMediaApplications", input: { MaxResults: 5 } },
    { operation: "UpdateSipMediaApplication", input: { ...application, Name: "menu 2" } },
    { operation: "PutSipMediaApplicationLoggingConfiguration", input: { ...application, ...logging } },
    { operation: "GetSipMediaApplicationLoggingConfiguration", input: application },
    {
      operation: "CreateSipRule",
      input: {
        Name: "main",
        TriggerType: "RequestUriHostname",
        TriggerValue: host,
        Disabled: true,
        TargetApplications: target,
      },
      keep: { rule: ["SipRule", "SipRuleId"] },
    },
    { operation: "GetSipRule", input: { SipRuleId: "$rule" } },
    { operation: "ListSipRules", input: { ...application, MaxResults: 5 } },
    { operation: "UpdateSipRule", input: { SipRuleId: "$rule", Name: "main", Disabled: false } },
    {
      operation: "CreateSipMediaApplicationCall",
      input: { ...application, FromPhoneNumber: own, ToPhoneNumber: "+15105550101", ArgumentsMap: { "a b": "+/=" } },
      keep: { transaction: ["SipMediaApplicationCall", "TransactionId"] },
    },
    {
      operation: "UpdateSipMediaApplicationCall",
      input: { ...application, TransactionId: "$transaction", Arguments: { digits: "1" } },
    },
    { operation: "DeleteSipMediaApplication", input: application, refused: "Conflict" },
    { operation: "DeleteSipRule", input: { SipRuleId: "$rule" } },
    { operation: "DeleteSipMediaApplication", input: application },
    { operation: "GetSipMediaApplication", input: application, refused: "NotFound" },
    {
      operation: "CreateProxySession",
      input: {
        VoiceConnectorId: "abcdefghijklmnopqrstuv",
        ParticipantPhoneNumbers: [own, own],
        Capabilities: ["Voice"],
      },
      refused: "Gone",
    },
    { operation: "ListVoiceProfileDomains", input: {}, refused: "UnprocessableEntity" },
  ];
}

function connectorSteps([first, second, third]: readonly string[]): readonly OperationStep[] {
  const connector = { VoiceConnectorId: "$connector" };
  const group = { VoiceConnectorGroupId: "$group" };
  const arn = { ResourceARN: "$arn" };
  const streaming = { DataRetentionInHours: 0, Disabled: false };
  const emergency = { DNIS: [{ EmergencyPhoneNumber: "+12065550199", CallingCountry: "US" }] };
  return [
    { operation: "ListAvailableVoiceConnectorRegions", input: {} },
    {
      operation: "CreateVoiceConnector",
      input: { Name: "pbx", AwsRegion: "us-east-1", RequireEncryption: false },
      keep: { connector: ["VoiceConnector", "VoiceConnectorId"], arn: ["VoiceConnector", "VoiceConnectorArn"] },
    },
    { operation: "GetVoiceConnector", input: connector },
    { operation: "ListVoiceConnectors", input: { MaxResults: 5 } },
    { operation: "UpdateVoiceConnector", input: { ...connector, Name: "pbx 2", RequireEncryption: false } },
    { operation: "GetVoiceConnectorTermination", input: connector, refused: "NotFound" },
    { operation: "PutVoiceConnectorTermination", input: { ...connector, Termination: termination } },
    { operation: "GetVoiceConnectorTermination", input: connector },
    { operation: "GetVoiceConnectorTerminationHealth", input: connector },
    {
      operation: "PutVoiceConnectorTerminationCredentials",
      input: { ...connector, Credentials: [{ Username: "u", Password: "p" }] },
    },
    { operation: "ListVoiceConnectorTerminationCredentials", input: connector },
    { operation: "DeleteVoiceConnectorTerminationCredentials", input: { ...connector, Usernames: ["u"] } },
    {
      operation: "PutVoiceConnectorOrigination",
      input: { ...connector, Origination: { Routes: routes, Disabled: false } },
    },
    { operation: "GetVoiceConnectorOrigination", input: connector },
    {
      operation: "PutVoiceConnectorLoggingConfiguration",
      input: { ...connector, LoggingConfiguration: { EnableSIPLogs: true } },
    },
    { operation: "GetVoiceConnectorLoggingConfiguration", input: connector },
    {
      operation: "PutVoiceConnectorStreamingConfiguration",
      input: { ...connector, StreamingConfiguration: streaming },
    },
    { operation: "GetVoiceConnectorStreamingConfiguration", input: connector },
    { operation: "DeleteVoiceConnectorStreamingConfiguration", input: connector },
    {
      operation: "PutVoiceConnectorEmergencyCallingConfiguration",
      input: { ...connector, EmergencyCallingConfiguration: emergency },
    },
    { operation: "GetVoiceConnectorEmergencyCallingConfiguration", input: connector },
    { operation: "DeleteVoiceConnectorEmergencyCallingConfiguration", input: connector },
    { operation: "TagResource", input: { ...arn, Tags: [{ Key: "team", Value: "a b+c" }] } },
    { operation: "ListTagsForResource", input: arn },
    { operation: "UntagResource", input: { ...arn, TagKeys: ["team"] } },
    {
      operation: "CreateVoiceConnectorGroup",
      input: { Name: "ward", VoiceConnectorItems: [{ VoiceConnectorId: "$connector", Priority: 1 }] },
      keep: { group: ["VoiceConnectorGroup", "VoiceConnectorGroupId"] },
    },
    { operation: "GetVoiceConnectorGroup", input: group },
    { operation: "ListVoiceConnectorGroups", input: { MaxResults: 5 } },
    {
      operation: "AssociatePhoneNumbersWithVoiceConnector",
      input: { ...connector, E164PhoneNumbers: [first, second] },
    },
    {
      operation: "AssociatePhoneNumbersWithVoiceConnectorGroup",
      input: { ...group, E164PhoneNumbers: [third], ForceAssociate: false },
    },
    {
      operation: "DisassociatePhoneNumbersFromVoiceConnector",
      input: { ...connector, E164PhoneNumbers: [first, second] },
    },
    { operation: "DisassociatePhoneNumbersFromVoiceConnectorGroup", input: { ...group, E164PhoneNumbers: [third] } },
    { operation: "UpdateVoiceConnectorGroup", input: { ...group, Name: "ward", VoiceConnectorItems: [] } },
    { operation: "DeleteVoiceConnectorGroup", input: group },
    { operation: "DeleteVoiceConnectorTermination", input: connector },
    { operation: "DeleteVoiceConnectorOrigination", input: connector },
    { operation: "DeleteVoiceConnector", input: connector },
  ];
}
