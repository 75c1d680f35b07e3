import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readServiceModel } from "./model.ts";
import { allWireErrors } from "./wire-error.ts";

/** Operations as the model of the service has them; a star marks a required member. Contract: api-routes */
const rows = `
POST /sip-media-applications 201 CreateSipMediaApplication AwsRegion*:body Name*:body Endpoints*:body Tags:body
POST /sip-media-applications/{SipMediaApplicationId}/calls 201 CreateSipMediaApplicationCall FromPhoneNumber*:body ToPhoneNumber*:body SipMediaApplicationId*:path SipHeaders:body ArgumentsMap:body
POST /sip-rules 201 CreateSipRule Name*:body TriggerType*:body TriggerValue*:body TargetApplications*:body Disabled:body
DELETE /sip-media-applications/{SipMediaApplicationId} 204 DeleteSipMediaApplication SipMediaApplicationId*:path
DELETE /sip-rules/{SipRuleId} 204 DeleteSipRule SipRuleId*:path
GET /sip-media-applications/{SipMediaApplicationId} 200 GetSipMediaApplication SipMediaApplicationId*:path
GET /sip-media-applications/{SipMediaApplicationId}/alexa-skill-configuration 200 GetSipMediaApplicationAlexaSkillConfiguration SipMediaApplicationId*:path
GET /sip-media-applications/{SipMediaApplicationId}/logging-configuration 200 GetSipMediaApplicationLoggingConfiguration SipMediaApplicationId*:path
GET /sip-rules/{SipRuleId} 200 GetSipRule SipRuleId*:path
GET /sip-media-applications 200 ListSipMediaApplications MaxResults:max-results NextToken:next-token
GET /sip-rules 200 ListSipRules SipMediaApplicationId:sip-media-application MaxResults:max-results NextToken:next-token
PUT /sip-media-applications/{SipMediaApplicationId}/alexa-skill-configuration 200 PutSipMediaApplicationAlexaSkillConfiguration SipMediaApplicationId*:path SipMediaApplicationAlexaSkillConfiguration:body
PUT /sip-media-applications/{SipMediaApplicationId}/logging-configuration 200 PutSipMediaApplicationLoggingConfiguration SipMediaApplicationId*:path SipMediaApplicationLoggingConfiguration:body
PUT /sip-media-applications/{SipMediaApplicationId} 200 UpdateSipMediaApplication SipMediaApplicationId*:path Name:body Endpoints:body
POST /sip-media-applications/{SipMediaApplicationId}/calls/{TransactionId} 202 UpdateSipMediaApplicationCall SipMediaApplicationId*:path TransactionId*:path Arguments*:body
PUT /sip-rules/{SipRuleId} 202 UpdateSipRule SipRuleId*:path Name*:body Disabled:body TargetApplications:body
`;

describe("the model of the official client", () => {
  const model = readServiceModel();

  it("has 96 operations, and the 16 of applications, rules and calls as documented", () => {
    const found = model.operations
      .filter(({ name }) => name.includes("Sip"))
      .map(({ method, path, successStatus, name, input }) => {
        const members = input.map(({ name: member, required, binding }) => {
          return `${member}${required ? "*" : ""}:${binding.in === "query" ? binding.name : binding.in}`;
        });
        return [method, path, successStatus, name, ...members].join(" ");
      });

    assert.equal(model.operations.length, 96);
    assert.deepEqual(found.sort(), rows.trim().split("\n").sort());
  });

  it("reads static query pairs and labels apart from the path", () => {
    const byName = new Map(model.operations.map((operation) => [operation.name, operation]));

    assert.deepEqual(byName.get("SearchAvailablePhoneNumbers")?.staticQuery, [["type", "phone-numbers"]]);
    assert.equal(byName.get("SearchAvailablePhoneNumbers")?.path, "/search");
    assert.deepEqual(byName.get("UpdateSipMediaApplicationCall")?.labels, ["SipMediaApplicationId", "TransactionId"]);
  });

  it("reads nested structures with their required members", () => {
    const tags = model.operations
      .find(({ name }) => name === "CreateSipMediaApplication")
      ?.input.find(({ name }) => name === "Tags");

    assert.deepEqual(tags?.shape, {
      type: "list",
      item: {
        type: "structure",
        name: "Tag",
        members: [
          { name: "Key", shape: { type: "string" }, required: true },
          { name: "Value", shape: { type: "string" }, required: true },
        ],
      },
    });
  });

  it("has the 12 errors, and every answer that is one of them has its status", () => {
    assert.equal(model.errors.size, 12);
    for (const { name, status } of allWireErrors()) {
      assert.equal(model.errors.get(name) ?? status, status, name);
    }
    const known = new Set(allWireErrors().flatMap(({ name }) => (model.errors.has(name) ? [name] : [])));
    assert.equal(known.size, 9);
  });
});
