import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formerOperations } from "../former-namespace.ts";
import { operations } from "../operations/index.ts";
import { compileCheck } from "./check.ts";
import { constraints } from "./constraints.ts";
import { readOperations, type Member, type OperationModel } from "./model.ts";

const models = [...readOperations(), ...formerOperations];

function modelOf(name: string): OperationModel {
  const model = models.find((candidate) => candidate.name === name);
  assert.ok(model !== undefined, name);
  return model;
}

describe("the table of constraints", () => {
  const answered = operations.map(({ name }) => modelOf(name)).filter(({ name }) => !name.includes("Alexa"));
  const membersOf = (structure: string, members: readonly Member[]): string[] =>
    members.flatMap(({ name, shape }) => {
      const inner = shape.type === "list" ? shape.item : shape;
      const nested = inner.type === "structure" ? membersOf(inner.name, inner.members) : [];
      return [`${structure}.${name}`, ...nested];
    });
  const known = new Set(answered.flatMap((model) => membersOf(model.inputName, model.input)));

  it("names only members that the answered operations have", () => {
    assert.deepEqual(
      Object.keys(constraints).filter((key) => !known.has(key)),
      [],
    );
  });

  it("has a row for every member except plain booleans, and the settings of engines that are not here", () => {
    assert.deepEqual(
      [...known].filter((key) => constraints[key] === undefined && !/^(Engine|Transcription)/.test(key)),
      [
        "SipMediaApplicationLoggingConfiguration.EnableSipMediaApplicationMessageLogs",
        ...["CreateSipRuleRequest.Disabled", "UpdateSipRuleRequest.Disabled"],
        ...["CreateVoiceConnectorRequest.RequireEncryption", "UpdateVoiceConnectorRequest.RequireEncryption"],
        ...["Termination.Disabled", "Origination.Disabled", "StreamingConfiguration.Disabled"],
        ...["MediaInsightsConfiguration.Disabled", "LoggingConfiguration.EnableSIPLogs"],
        "LoggingConfiguration.EnableMediaMetricLogs",
        "AssociatePhoneNumbersWithVoiceConnectorRequest.ForceAssociate",
        "AssociatePhoneNumbersWithVoiceConnectorGroupRequest.ForceAssociate",
      ],
    );
  });

  it("accepts function ARNs with version, alias and other partitions, as whole strings only", () => {
    const { pattern } = constraints["SipMediaApplicationEndpoint.LambdaArn"] ?? {};
    const arn = "arn:aws:lambda:us-east-1:000000000000:function:my-fn_1";
    const right = [arn, `${arn}:$LATEST`, `${arn}:live`, arn.replace("aws", "aws-cn"), arn.replace("us-", "us-gov-")];
    const wrong = [`x${arn}`, `${arn}\n`, `${arn}:`, arn.replace("0000", ""), arn.replace("function", "layer")];

    assert.deepEqual(
      right.filter((text) => pattern?.test(text) !== true),
      [],
    );
    assert.deepEqual(
      wrong.filter((text) => pattern?.test(text) === true),
      [],
    );
  });
});

describe("the check of a request", () => {
  const create = compileCheck(modelOf("CreateSipMediaApplication"));
  const list = compileCheck(modelOf("ListSipRules"));
  const body = {
    AwsRegion: "us-east-1",
    Name: "demo",
    Endpoints: [{ LambdaArn: "arn:aws:lambda:us-east-1:000000000000:function:f" }],
  };

  it("gives a new value with the known members only, and leaves the given one alone", () => {
    const given = structuredClone({ ...body, Tags: null, Other: 1 });

    const checked = create({ labels: {}, query: {}, body: given });

    assert.deepEqual(checked, { type: "valid", input: body });
    assert.deepEqual(given, { ...body, Tags: null, Other: 1 });
  });

  it("does not take members from the prototype of the body, nor lets a key become one", () => {
    const inherited = create({ labels: {}, query: {}, body: Object.create(body) as object });
    const call = compileCheck(modelOf("UpdateSipMediaApplicationCall"));
    const odd = call({
      labels: { SipMediaApplicationId: "a", TransactionId: "t" },
      query: {},
      body: JSON.parse('{"Arguments":{"__proto__":"x","constructor":"y"}}') as unknown,
    });

    assert.equal(inherited.type, "invalid");
    assert.ok(odd.type === "valid");
    assert.deepEqual(Object.keys(odd.input["Arguments"] as object), ["__proto__", "constructor"]);
  });

  it("counts characters as people do", () => {
    const tags = (value: string) =>
      create({ labels: {}, query: {}, body: { ...body, Tags: [{ Key: "k", Value: value }] } });

    assert.equal(tags("\u{1F4DE}".repeat(256)).type, "valid");
    assert.equal(tags("\u{1F4DE}".repeat(257)).type, "invalid");
  });

  it("tells at most five problems, and shortens long values", () => {
    const tags = Array.from({ length: 9 }, () => ({ Key: "k".repeat(5_000), Value: "" }));

    const checked = create({ labels: {}, query: {}, body: { ...body, Tags: tags } });

    assert.ok(checked.type === "invalid");
    assert.equal(checked.problems.length, 5);
    assert.ok(checked.problems.every((problem) => problem.length < 200));
  });

  it("reads numbers in a query, and the first of repeated members", () => {
    assert.deepEqual(list({ labels: {}, query: { "max-results": ["7", "8"] }, body: undefined }), {
      type: "valid",
      input: { MaxResults: 7 },
    });
  });
});
