import { e164Pattern } from "../../sip-syntax/index.ts";
import { oneOf, type Constraint } from "./constraint.ts";

const maxResults: Constraint = { rule: "a whole number from 1 to 100", range: [1, 100] };
const nextToken: Constraint = { rule: "the NextToken of an earlier answer", length: [0, 65_535], emptyIsAbsent: true };
const numberId: Constraint = {
  rule: "the id of a phone number, for example %2B12065550100 or +12065550100",
  length: [1, 64],
  pattern: /\S/,
};
const phoneNumber: Constraint = {
  rule: "a phone number in E.164 form, for example +12065550100",
  pattern: e164Pattern,
};
const callingName: Constraint = {
  rule: "2 to 15 letters, digits and spaces, or an empty text",
  length: [0, 15],
  pattern: /^(?:[a-zA-Z0-9 ]{2,15})?$/,
};
const name: Constraint = {
  rule: 'up to 256 letters, digits, ",", ".", "_", "-" and spaces between them, or an empty text',
  length: [0, 256],
  pattern: /^(?:[a-zA-Z0-9,._-]+(?:\s+[a-zA-Z0-9,._-]+)*)?$/,
};
const productType = oneOf("PhoneNumberProductType");
const country: Constraint = { rule: "two capital letters, for example US", pattern: /^[A-Z]{2}$/ };
const place: Constraint = { rule: "a text of up to 256 characters", length: [0, 256], emptyIsAbsent: true };
const manyNumbers: Constraint = {
  rule: "a list of 1 to 1000 phone numbers in E.164 form, for example +12065550100",
  entries: [1, 1_000],
  item: phoneNumber,
};

/** Constraints of the operations on phone numbers, as `constraints`. */
export const numberConstraints: Readonly<Record<string, Constraint>> = {
  "SearchAvailablePhoneNumbersRequest.AreaCode": {
    rule: "the digits of an area code, for example 206",
    pattern: /^\d{1,6}$/,
    emptyIsAbsent: true,
  },
  "SearchAvailablePhoneNumbersRequest.City": place,
  "SearchAvailablePhoneNumbersRequest.State": place,
  "SearchAvailablePhoneNumbersRequest.Country": { ...country, emptyIsAbsent: true },
  "SearchAvailablePhoneNumbersRequest.TollFreePrefix": {
    rule: "one of 800, 833, 844, 855, 866, 877, 888",
    pattern: /^8(?:00|33|44|55|66|77|88)$/,
    emptyIsAbsent: true,
  },
  "SearchAvailablePhoneNumbersRequest.PhoneNumberType": oneOf("PhoneNumberType"),
  "SearchAvailablePhoneNumbersRequest.MaxResults": { rule: "a whole number from 1 to 500", range: [1, 500] },
  "SearchAvailablePhoneNumbersRequest.NextToken": nextToken,
  "CreatePhoneNumberOrderRequest.ProductType": productType,
  "CreatePhoneNumberOrderRequest.E164PhoneNumbers": manyNumbers,
  "CreatePhoneNumberOrderRequest.Name": name,
  "GetPhoneNumberOrderRequest.PhoneNumberOrderId": {
    rule: "the id of an order, for example 5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20",
    pattern: /^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/,
  },
  "ListPhoneNumberOrdersRequest.MaxResults": maxResults,
  "ListPhoneNumberOrdersRequest.NextToken": nextToken,
  "ListPhoneNumbersRequest.Status": {
    rule: "the status of a phone number, for example Unassigned",
    length: [0, 64],
    emptyIsAbsent: true,
  },
  "ListPhoneNumbersRequest.ProductType": productType,
  "ListPhoneNumbersRequest.FilterName": oneOf("PhoneNumberAssociationName"),
  "ListPhoneNumbersRequest.FilterValue": { rule: "the id of what numbers belong to", length: [0, 256] },
  "ListPhoneNumbersRequest.MaxResults": maxResults,
  "ListPhoneNumbersRequest.NextToken": nextToken,
  "GetPhoneNumberRequest.PhoneNumberId": numberId,
  "UpdatePhoneNumberRequest.PhoneNumberId": numberId,
  "UpdatePhoneNumberRequest.ProductType": productType,
  "UpdatePhoneNumberRequest.CallingName": callingName,
  "UpdatePhoneNumberRequest.Name": name,
  "BatchUpdatePhoneNumberRequest.UpdatePhoneNumberRequestItems": {
    rule: "a list of 1 to 1000 changes",
    entries: [1, 1_000],
  },
  "UpdatePhoneNumberRequestItem.PhoneNumberId": numberId,
  "UpdatePhoneNumberRequestItem.ProductType": productType,
  "UpdatePhoneNumberRequestItem.CallingName": callingName,
  "UpdatePhoneNumberRequestItem.Name": name,
  "DeletePhoneNumberRequest.PhoneNumberId": numberId,
  "BatchDeletePhoneNumberRequest.PhoneNumberIds": {
    rule: "a list of 1 to 1000 ids of phone numbers",
    entries: [1, 1_000],
    item: numberId,
  },
  "RestorePhoneNumberRequest.PhoneNumberId": numberId,
  "ListSupportedPhoneNumberCountriesRequest.ProductType": productType,
  "UpdatePhoneNumberSettingsRequest.CallingName": callingName,
  ...Object.fromEntries(
    ["", "Group"].flatMap((group) => [
      [`AssociatePhoneNumbersWithVoiceConnector${group}Request.E164PhoneNumbers`, manyNumbers],
      [`DisassociatePhoneNumbersFromVoiceConnector${group}Request.E164PhoneNumbers`, manyNumbers],
    ]),
  ),
};
