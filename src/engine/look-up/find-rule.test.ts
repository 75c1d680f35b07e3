import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSipUri, type SipUri } from "../../sip-syntax/index.ts";
import type { SipMediaApplication, SipRule, SipRuleTriggerType, Store } from "../../store/index.ts";
import { findRule } from "./find-rule.ts";

const at = { createdAt: 0, updatedAt: 0, origin: "api" } as const;

function rule(triggerType: SipRuleTriggerType, triggerKey: string, priorities: readonly number[] = [1]): SipRule {
  const targets = priorities.map((priority) => ({ applicationId: `app-${priority}`, priority, region: "us-east-1" }));
  return {
    ...at,
    id: triggerKey,
    name: triggerKey,
    disabled: false,
    triggerType,
    triggerKey,
    triggerValue: triggerKey,
    targets,
  };
}

/** A store of these rules, in which every application exists whose id is not among `missing`. */
function storeOf(rules: readonly SipRule[], missing: readonly string[] = []): Store {
  const application = (id: string): SipMediaApplication => ({
    ...{ ...at, id, name: id, region: "us-east-1", functionArn: `arn:${id}`, tags: [] },
  });
  return {
    rules: {
      findByTrigger: async (type: SipRuleTriggerType, key: string) =>
        rules.find(({ triggerType, triggerKey }) => triggerType === type && triggerKey === key),
      list: async () => ({ rows: rules, nextToken: undefined }),
    },
    applications: { get: async (id: string) => (missing.includes(id) ? undefined : application(id)) },
  } as unknown as Store;
}

function uri(text: string): SipUri {
  return parseSipUri(text) ?? assert.fail(text);
}

async function found(requestUri: string, to: string, rules: readonly SipRule[]): Promise<string> {
  const match = await findRule({ requestUri: uri(requestUri), to: uri(to) }, storeOf(rules), { namesRules: true });
  return match.type === "match" ? `${match.rule?.id}, shown as ${match.to}` : match.why;
}

const byNumber = rule("ToPhoneNumber", "+12065550100");
const byHost = rule("RequestUriHostname", "pbx.example.com");

// Contract: sip-and-media-rule-order, sip-and-media-rule-by-number, sip-and-media-rule-by-host
describe("the rule of an INVITE", () => {
  for (const [what, requestUri, to, expected] of [
    [
      "is that of the number in To, whatever host is called",
      "sip:1@192.0.2.1",
      "sip:+12065550100@carrier.example",
      "+12065550100, shown as +12065550100",
    ],
    [
      "is that of a number that is written without plus, with hyphens",
      "sip:1@192.0.2.1",
      "sip:1-206-555-0100@carrier.example",
      "+12065550100, shown as +12065550100",
    ],
    [
      "is that of the number in the Request-URI where To has none",
      "sip:+12065550100@192.0.2.1",
      "sip:reception@carrier.example",
      "+12065550100, shown as +12065550100",
    ],
    [
      "is that of the host before that of the number",
      "sip:5550@pbx.example.com",
      "sip:+12065550100@pbx.example.com",
      "pbx.example.com, shown as +12065550100",
    ],
    [
      "is that of the host in any capitals, with a port and parameters",
      "sip:5550@PBX.example.com:5080;transport=tcp",
      "sip:5550@anywhere.example",
      "pbx.example.com, shown as 5550",
    ],
    [
      "of the host takes a user that is no number",
      "sip:front%20desk@pbx.example.com",
      "sip:front%20desk@pbx.example.com",
      "pbx.example.com, shown as front desk",
    ],
  ] as const) {
    it(what, async () => assert.equal(await found(requestUri, to, [byNumber, byHost]), expected));
  }

  it("is none for another number: the reason names what was called and which rules exist", async () => {
    const disabled = { ...rule("ToPhoneNumber", "+12065550199"), disabled: true };

    assert.equal(
      await found("sip:+12065550101@192.0.2.1", "sip:+12065550101@192.0.2.1", [byNumber, disabled]),
      "no SIP rule for sip:+12065550101@192.0.2.1 (To: sip:+12065550101@192.0.2.1); rules exist for +12065550100, +12065550199 (disabled)",
    );
  });

  it("says nothing of the inventory where rules are not to be named", async () => {
    const called = uri("sip:+12065550101@192.0.2.1");
    const match = await findRule({ requestUri: called, to: called }, storeOf([byNumber, byHost]), {
      namesRules: false,
    });

    assert.ok(match.type === "no-rule");
    assert.match(match.why, /^no SIP rule for sip:\+12065550101@192\.0\.2\.1 \(To: [^)]*\); none of the rules fits$/);
  });

  // Contract: sip-and-media-rule-targets
  // Contract: sip-and-media-connector-number
  it("is none where a Voice Connector has the number: that takes the call, unless a rule has the number too", async () => {
    const settings = {
      namesRules: true,
      connectorOf: (number: string) => (number === "+12065550100" ? "abc" : undefined),
    };
    const take = (rules: readonly SipRule[], called = "sip:+12065550100@x") =>
      findRule({ requestUri: uri(called), to: uri(called) }, storeOf(rules), settings);

    const match = await take([]);
    assert.deepEqual(
      match.type === "match" && [match.rule, match.to, match.targets.map(({ applicationId }) => applicationId)],
      [undefined, "+12065550100", ["abc"]],
    );
    const ofRule = await take([byNumber]);
    assert.equal(ofRule.type === "match" && ofRule.rule?.id, "+12065550100");
    for (const called of ["sip:+12065550199@x", "sip:reception@x"])
      assert.equal((await take([], called)).type, "no-rule", called);
  });

  it("gives its applications by priority, without those that do not exist", async () => {
    const call = { requestUri: uri("sip:+12065550100@192.0.2.1"), to: uri("sip:+12065550100@192.0.2.1") };
    const match = await findRule(call, storeOf([rule("ToPhoneNumber", "+12065550100", [30, 2, 10])], ["app-10"]), {
      namesRules: true,
    });

    assert.deepEqual(match.type === "match" && match.targets.map(({ applicationId }) => applicationId), [
      "app-2",
      "app-30",
    ]);
  });
});
