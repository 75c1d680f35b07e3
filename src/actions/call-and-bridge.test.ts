import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultCompatibility, documentedLimits, type CheckContext, type Leg } from "../call/index.ts";
import { callAndBridge as wire } from "../testing/internal/wire-actions.ts";
import { callAndBridge } from "./call-and-bridge.ts";

const leg: CheckContext["leg"] = {
  id: "leg-a" as Leg["id"],
  kind: "telephone",
  calledFor: undefined,
  state: { type: "answered", answeredAt: 0 },
  meeting: undefined,
  from: "+15105550101",
};
const context: CheckContext = {
  limits: documentedLimits,
  compatibility: defaultCompatibility,
  leg,
  partner: undefined,
  facts: {
    from: leg.from,
    ownsNumber: (number) => number === "+12065550188",
    whyNoConnector: (arn) => (arn.endsWith("/unknown") ? "there is no such connector" : undefined),
  },
};

const check = (parameters: Record<string, unknown>, changes: Partial<CheckContext> = {}) =>
  callAndBridge.check({ ...wire().Parameters, ...parameters }, { ...context, ...changes });

function refusal(parameters: Record<string, unknown>, changes: Partial<CheckContext> = {}) {
  const checked = check(parameters, changes);
  assert.equal(checked.type, "bad");
  return checked.type === "bad" ? `${checked.errorType}: ${checked.errorMessage}` : "";
}

it("takes header values up to the limit", () => {
  const sent = { SipHeaders: { "x-a": "1".repeat(11) } };
  const limits = { ...documentedLimits, sipHeaderLength: 10 };

  assert.equal(check(sent).type, "good");
  assert.equal(refusal(sent, { limits }), "InvalidActionParameter: Invalid SIP header(s) provided: x-a");
});

it("lets it ring for 30 s when CallTimeoutSeconds is left out, and echoes that (Contract: actions-call-and-bridge)", () => {
  const checked = check({ CallTimeoutSeconds: undefined });

  assert.ok(checked.type === "good");
  const { timeoutMs } = checked.value as { readonly timeoutMs: number };
  assert.deepEqual([timeoutMs, checked.echo["CallTimeoutSeconds"]], [30_000, 30]);
});

describe("CallAndBridge to short numbers", () => {
  const calling = (Uri: string) => ({ Endpoints: [{ BridgeEndpointType: "PSTN", Uri }] });
  const limits = { ...documentedLimits, shortNumbers: true };
  const refused = "InvalidActionParameter: Endpoint parameter is invalid.";

  for (const number of ["911", "+911", "112", "+112", "999", "000", "933"]) {
    it(`never calls the emergency number ${number}`, () => {
      assert.equal(refusal(calling(number)), refused);
      assert.equal(refusal(calling(number), { limits }), refused);
    });
  }

  for (const endpoint of [
    ...["911", "+911", "%39%31%31", "9-1-1", "112"].map((Uri) => ({
      BridgeEndpointType: "AWS",
      Uri,
      Arn: "arn:aws:chime:us-east-1:1:vc/a",
    })),
    ...["911", "+1911", "9-1-1;phone-context=+1", "%2B911", "112:secret", "911;user=phone"].map((user) => ({
      BridgeEndpointType: "SIP",
      Uri: `SIP:${user}@192.0.2.7;transport=tcp?x=a@b`,
    })),
  ]) {
    it(`never calls an emergency number by ${endpoint.BridgeEndpointType}: ${endpoint.Uri}`, () => {
      assert.equal(refusal({ Endpoints: [endpoint] }), refused);
      const another = endpoint.Uri.replace(/911|112|9-1-1|%39%31%31/, "1001");
      assert.equal(check({ Endpoints: [{ ...endpoint, Uri: another }] }).type, "good");
    });
  }

  for (const [sent, number] of [
    ["1001", "1001"],
    ["+1001", "1001"],
    ["0041", "0041"],
    ["5550111", "5550111"],
  ] as const) {
    it(`calls ${sent} as ${number} where the trunk takes it, and nowhere else`, () => {
      assert.equal(refusal(calling(sent)), refused);
      const checked = check(calling(sent), { limits });
      assert.equal(checked.type === "good" && (checked.value as { readonly to: string }).to, number);
    });
  }

  it("takes 911 where the operator has it for no emergency", () => {
    const checked = check(calling("911"), { limits: { ...limits, emergencyNumbers: ["112"] } });

    assert.equal(checked.type === "good" && (checked.value as { readonly to: string }).to, "911");
  });
});

it("tells a failure of ours from a called party that does not answer", () => {
  const checked = check({});
  assert.ok(checked.type === "good");
  const state = { type: "calling", ringbackId: undefined, hearsPartner: false };
  const failWith = (isOurs: boolean) => {
    const step = callAndBridge.step?.(checked.value, state, { type: "partner-failed", cause: "x", isOurs }, {
      isAnswered: true,
    } as Parameters<NonNullable<typeof callAndBridge.step>>[3]);
    return step?.type === "failed" ? step.errorType : undefined;
  };

  assert.deepEqual([failWith(false), failWith(true)], ["CallNotAnswered", "SystemException"]);
});

describe("CallAndBridge, what it refuses", () => {
  const endpoints = (endpoint: object) => ({ Endpoints: [endpoint] });
  for (const [what, parameters, error] of [
    ["no endpoints", { Endpoints: null }, "Invalid number of endpoints provided."],
    ["an empty list of endpoints", { Endpoints: [] }, "Invalid number of endpoints provided."],
    ["two endpoints", { Endpoints: [{}, {}] }, "Invalid number of endpoints provided."],
    ["an endpoint without Uri", endpoints({ BridgeEndpointType: "PSTN" }), "Endpoint parameter is invalid."],
    [
      "a number that is not E.164",
      endpoints({ BridgeEndpointType: "PSTN", Uri: "0123" }),
      "Endpoint parameter is invalid.",
    ],
    [
      "a SIP URI with a quotation mark",
      endpoints({ BridgeEndpointType: "SIP", Uri: 'sip:"a"@192.0.2.1' }),
      "Endpoint parameter is invalid.",
    ],
    [
      "a SIP URI with a control character",
      endpoints({ BridgeEndpointType: "SIP", Uri: "sip:a\u0001@192.0.2.1" }),
      "Endpoint parameter is invalid.",
    ],
    [
      "an Arn with a line break",
      endpoints({ BridgeEndpointType: "AWS", Uri: "100", Arn: "arn:x/\r\nEvil: 1" }),
      "Endpoint parameter is invalid.",
    ],
    ["a short code", endpoints({ BridgeEndpointType: "PSTN", Uri: "177" }), "Endpoint parameter is invalid."],
    [
      "a number with an Arn",
      endpoints({ BridgeEndpointType: "PSTN", Uri: "+15105550177", Arn: "arn:aws:chime:us-east-1:1:vc/a" }),
      "Endpoint parameter is invalid.",
    ],
    [
      "a connector without Arn",
      endpoints({ BridgeEndpointType: "AWS", Uri: "5550" }),
      "Endpoint parameter is invalid.",
    ],
    [
      "a Uri of more than 36 characters (Contract: actions-bridge-uri-length)",
      endpoints({ BridgeEndpointType: "AWS", Arn: "arn:x", Uri: "5".repeat(37) }),
      "Endpoint parameter is invalid.",
    ],
    [
      "a connector that is not configured",
      endpoints({ BridgeEndpointType: "AWS", Arn: "arn:aws:chime:us-east-1:1:vc/unknown", Uri: "5550" }),
      "Endpoint parameter is invalid.",
    ],
    ["an unknown endpoint type", endpoints({ BridgeEndpointType: "FAX", Uri: "1" }), "Endpoint parameter is invalid."],
    ["no caller ID", { CallerIdNumber: "" }, "Caller ID not defined."],
    ["a caller ID that is no number", { CallerIdNumber: "me" }, "Invalid caller ID."],
    [
      "a caller ID of somebody else",
      { CallerIdNumber: "+19995550100" },
      "Provided caller ID number is invalid. Number must be owned by this AWS account, or be the From number of LEG-A.",
    ],
    ...[0, 121, -1, "soon"].map(
      (seconds) =>
        [
          `CallTimeoutSeconds ${seconds} (Contract: actions-bridge-timeout)`,
          { CallTimeoutSeconds: seconds },
          "The MaxCallTimeout parameter is invalid. Timeout must be between 0 and 120 seconds.",
        ] as const,
    ),
    [
      "reserved SIP headers",
      { SipHeaders: { "X-AMZN": "1", "x-fine": "1" } },
      "Invalid SIP header(s) provided: X-AMZN",
    ],
  ] as const) {
    it(`${what}: InvalidActionParameter, ${error}`, () => {
      assert.equal(refusal(parameters), `InvalidActionParameter: ${error}`);
    });
  }

  it("a ringback tone of the wrong form: InvalidAudioSource, Ringtone parameter value is invalid.", () => {
    const RingbackTone = { Type: "S3", BucketName: "", Key: "a.wav" };

    assert.equal(refusal({ RingbackTone }), "InvalidAudioSource: Ringtone parameter value is invalid.");
  });

  it("a SIP URI with a transport that is not spoken, each with its reason", () => {
    for (const [Uri, why] of [
      ["sips:desk@127.0.0.1;transport=udp", /transport=udp of a sips: URI: this server speaks udp, tcp and tls/],
      ["sip:desk@127.0.0.1;transport=sctp", /transport=sctp: this server speaks udp, tcp and tls/],
      ["sip:desk@127.0.0.1;transport=ws;lr", /transport=ws/],
    ] as const) {
      const checked = check({ Endpoints: [{ BridgeEndpointType: "SIP", Uri }] });
      assert.equal(checked.type, "bad");
      assert.match((checked.type === "bad" ? checked.why : "") ?? "", why);
    }
  });

  it("no SIP URI over TLS", () => {
    for (const Uri of [
      "sips:desk@127.0.0.1",
      "SIPS:desk@pbx.example.com;transport=tcp",
      "sip:desk@127.0.0.1;transport=tls",
    ]) {
      assert.equal(check({ Endpoints: [{ BridgeEndpointType: "SIP", Uri }] }).type, "good", Uri);
    }
  });

  it("no SIP URI for words in its user part or its headers that look like a transport", () => {
    for (const Uri of ["sip:desk;transport=tls@127.0.0.1", "sip:desk@127.0.0.1?X-Note=;transport=tls"]) {
      assert.equal(check({ Endpoints: [{ BridgeEndpointType: "SIP", Uri }] }).type, "good", Uri);
    }
  });

  it("a leg that is not LEG-A, and a call that has a LEG-B already", () => {
    const text = "InvalidActionParameter: CallId or ParticipantTag parameter for action is invalid.";

    assert.equal(refusal({}, { leg: { ...leg, calledFor: leg.id } }), text);
    assert.equal(refusal({}, { partner: "telephone" }), text);
  });

  it("a call that is in a meeting, also where a second LEG-B replaces the first", () => {
    const compatibility = { ...defaultCompatibility, replaceLegB: true };
    const text = "InvalidActionParameter: CallId or ParticipantTag parameter for action is invalid.";

    assert.equal(check({}, { partner: "telephone", compatibility }).type, "good");
    assert.equal(refusal({}, { partner: "meeting", compatibility }), text);
  });
});

describe("CallAndBridge, what it takes", () => {
  it("fills in the timeout in the echo, and gives numbers as numbers", () => {
    const checked = check({ CallTimeoutSeconds: "20" });

    assert.equal(checked.type, "good");
    if (checked.type !== "good") return;
    assert.equal(checked.echo["CallTimeoutSeconds"], 20);
  });

  it("the caller's own number as caller ID, also when the inventory lacks it", () => {
    assert.equal(check({ CallerIdNumber: "+15105550101" }).type, "good");
  });

  it("empty SipHeaders, headers with a PSTN endpoint, a user at a connector, and our own SIP endpoint", () => {
    assert.equal(check({ SipHeaders: {} }).type, "good");
    assert.equal(check({ SipHeaders: { "X-Account-Id": "42" } }).type, "good");
    assert.equal(check({ Endpoints: [{ BridgeEndpointType: "AWS", Arn: "arn:x", Uri: "5550" }] }).type, "good");
    assert.equal(check({ Endpoints: [{ BridgeEndpointType: "SIP", Uri: "sip:desk@127.0.0.1:5070" }] }).type, "good");
  });
});
