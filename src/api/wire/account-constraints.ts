import type { Constraint } from "./constraint.ts";

const anObject: Constraint = { rule: "an object" };
const text: Constraint = {
  rule: "a text of 1 to 1000 characters, not of spaces alone",
  length: [1, 1_000],
  pattern: /\S/,
};
const members = ["AwsAccountId", "StreetNumber", "StreetInfo", "City", "State", "Country", "PostalCode"];

/** Constraints of settings of the account and of applications, as `constraints`. */
export const accountConstraints: Readonly<Record<string, Constraint>> = {
  "UpdateGlobalSettingsRequest.VoiceConnector": anObject,
  "VoiceConnectorSettings.CdrBucket": {
    rule: "the name of a bucket: 3 to 63 lower-case letters, digits and hyphens",
    length: [1, 64],
    pattern: /^(?!xn--)(?!.*-s3alias$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    emptyIsAbsent: true,
  },
  ...Object.fromEntries(members.map((member) => [`ValidateE911AddressRequest.${member}`, text])),
  "PutSipMediaApplicationLoggingConfigurationRequest.SipMediaApplicationLoggingConfiguration": {
    ...anObject,
    required: true,
  },
};
