import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { errorCode } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { createAuthenticator } from "./create-authenticator.ts";

/** A request as it goes over the wire. */
interface Wire {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const now = Date.parse("2026-01-02T03:04:05.000Z");
const longDate = "20260102T030405Z";
const scope = "20260102/us-east-1/chime/aws4_request";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Signs text as the guide of the service says, without any library. */
function sign(canonicalRequest: string, withSecret = secret): string {
  const text = ["AWS4-HMAC-SHA256", longDate, scope, sha256(canonicalRequest)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((from, word) => hmac(from, word), `AWS4${withSecret}`);
  return hmac(key, text).toString("hex");
}

const body = '{"Name":"x"}';
const signedNames = "content-type;host;x-amz-date;x-multi";
const headerSignature = sign(
  [
    ...["POST", "/base/phone-numbers/%252B12065550100", "a=&b=%20%2B&b=2&operation=restore"],
    ...["content-type:application/json", "host:127.0.0.1:8080", `x-amz-date:${longDate}`, "x-multi:a,b c", ""],
    ...[signedNames, sha256(body)],
  ].join("\n"),
);
/** Signed by hand: an encoded path, pairs in another order, a name twice, no value, blanks in a header that is there twice. */
const signed: Wire = {
  ...{ method: "POST", url: "/base/phone-numbers/%2B12065550100?operation=restore&b=2&b=%20%2B&a" },
  headers: [
    ...([["Host", "127.0.0.1:8080"] as const, ["Content-Type", "application/json"] as const] as const),
    ...([["X-Amz-Date", longDate] as const, ["X-Multi", " a "] as const, ["X-Multi", "b   c"] as const] as const),
    [
      "Authorization",
      `AWS4-HMAC-SHA256 Credential=KEY1/${scope}, SignedHeaders=${signedNames}, Signature=${headerSignature}`,
    ],
  ],
  body,
};

const presigned = (expires: string, payload = sha256("")) => {
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`KEY1/${scope}`)}&X-Amz-Date=${longDate}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host`;
  const signature = sign(["GET", "/sip-rules", query, "host:localhost", "", "host", payload].join("\n"));
  const url = `/sip-rules?${query}&X-Amz-Signature=${signature}`;
  return { method: "GET", url, headers: [["host", "localhost"]], body: "" } as const;
};

function setUp({ secrets = [secret], requestsPerSecond = 1_000, at = now } = {}) {
  const clock = createManualClock(at);
  const key = { id: "KEY1", secrets: () => secrets, roles: undefined, requestsPerSecond };
  const authenticate = createAuthenticator([key], clock);
  /** The id of the key, or the code of the refusal. */
  const check = ({ method, url, headers, body: sent }: Wire): string => {
    const message = { method, url, rawHeaders: headers.flat() } as unknown as IncomingMessage;
    try {
      return authenticate(message).verify(Buffer.from(sent)).id;
    } catch (error) {
      return errorCode(error) ?? String(error);
    }
  };
  return { clock, check };
}

const withHeader = (name: string, value: string | undefined): Wire => ({
  ...signed,
  headers: [
    ...signed.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
    ...(value === undefined ? [] : [[name, value] as const]),
  ],
});
const authorization = (change: (text: string) => string) =>
  withHeader("Authorization", change(signed.headers.at(-1)?.[1] ?? ""));

describe("a signed request", () => {
  // Contract: api-signatures, api-signature-forms
  it("is taken when its signature is that of path, query, headers and body", () => {
    assert.equal(setUp().check(signed), "KEY1");
  });

  it("is taken with the parts of Authorization in any order, without blanks", () => {
    const { check } = setUp();
    const turned = authorization((text) => {
      const [algorithm = "", ...parts] = text.split(" ");
      return `${algorithm} ${parts
        .map((part) => part.replace(",", ""))
        .reverse()
        .join(",")}`;
    });

    assert.equal(check(turned), "KEY1");
  });

  it("is refused when one bit of what is signed is another", () => {
    const { check } = setUp();
    const flips = (text: string) =>
      [...Buffer.from(text)].flatMap((byte, at) =>
        [0, 1, 2, 3, 4, 5, 6].map((bit) => {
          const bytes = Buffer.from(text);
          bytes[at] = byte ^ (1 << bit);
          return bytes.toString();
        }),
      );
    const places: readonly (readonly [string, string, (text: string) => Wire])[] = [
      ["body", body, (text) => ({ ...signed, body: text })],
      ["method", signed.method, (text) => ({ ...signed, method: text })],
      [
        "path",
        "phone-numbers/%2B12065550100",
        (text) => ({ ...signed, url: signed.url.replace("phone-numbers/%2B12065550100", text) }),
      ],
      [
        "query",
        "operation=restore&b=2",
        (text) => ({ ...signed, url: signed.url.replace("operation=restore&b=2", text) }),
      ],
      ["host", "127.0.0.1:8080", (text) => withHeader("Host", text)],
      ["date", longDate, (text) => withHeader("X-Amz-Date", text)],
      ["authorization", signed.headers.at(-1)?.[1] ?? "", (text) => withHeader("Authorization", text)],
    ];
    const taken: string[] = [];
    for (const [place, text, change] of places) {
      for (const flipped of flips(text)) if (check(change(flipped)) === "KEY1") taken.push(`${place}: ${flipped}`);
    }

    // A blank of the list is none of the signature.
    assert.deepEqual(
      taken.filter((what) => !/^authorization: AWS4-HMAC-SHA256 .*,[^ ]?(?:SignedHeaders|Signature)=/.test(what)),
      [],
    );
  });

  // Contract: api-signature-time
  it("is taken for 15 minutes before and after its time", () => {
    for (const [minutes, expected] of [
      [15, "KEY1"],
      [-15, "KEY1"],
      [15.1, "API_REQUEST_EXPIRED"],
      [-15.1, "API_REQUEST_EXPIRED"],
    ] as const) {
      const { check } = setUp({ at: now + minutes * 60_000 });
      assert.equal(check(signed), expected, `${minutes}`);
    }
  });

  // Contract: api-signature-forms
  it("may be presigned in its query, for as long as that says", () => {
    assert.equal(setUp().check(presigned("60")), "KEY1");
    assert.equal(setUp({ at: now + 61_000 }).check(presigned("60")), "API_REQUEST_EXPIRED");
    assert.equal(setUp({ at: now + 604_799_000 }).check(presigned("604800")), "KEY1");
    for (const expires of ["0", "604801", "-1", "1e3", ""]) {
      assert.equal(setUp().check(presigned(expires)), "API_INCOMPLETE_SIGNATURE", expires);
    }
    assert.equal(
      setUp().check({ ...presigned("60"), url: `${presigned("60").url}&max-results=1` }),
      "API_WRONG_SIGNATURE",
    );
  });

  it("may leave its body unsigned, when it says so in what is signed", () => {
    const names = "host;x-amz-content-sha256;x-amz-date";
    const lines = ["host:h", "x-amz-content-sha256:UNSIGNED-PAYLOAD", `x-amz-date:${longDate}`, "", names];
    const signature = sign(["POST", "/sip-rules", "", ...lines, "UNSIGNED-PAYLOAD"].join("\n"));
    const request: Wire = {
      ...{ method: "POST", url: "/sip-rules", body },
      headers: [
        ...([["host", "h"] as const, ["x-amz-date", longDate] as const] as const),
        ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
        ["authorization", `AWS4-HMAC-SHA256 Credential=KEY1/${scope}, SignedHeaders=${names}, Signature=${signature}`],
      ],
    };

    assert.equal(setUp().check(request), "KEY1");
    assert.equal(
      setUp().check({ ...signed, headers: [...signed.headers, ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]] }),
      "API_INCOMPLETE_SIGNATURE",
    );
  });

  // Contract: api-session-tokens
  it("with a session token, of an unknown key, unsigned, or half signed is refused by its own name", () => {
    const { check } = setUp();
    const cases: readonly (readonly [Wire, string])[] = [
      [withHeader("X-Amz-Security-Token", "token"), "API_UNKNOWN_KEY"],
      [authorization((text) => text.replace("KEY1", "KEY2")), "API_UNKNOWN_KEY"],
      [withHeader("Authorization", undefined), "API_NOT_SIGNED"],
      [authorization(() => "Basic b2ZmaG9vazpvZmZob29r"), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => text.replace(/, Signature.*/, "")), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => text.replace("host;", "")), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => text.replace("x-amz-date;", "")), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => text.replace("content-type;host", "Content-Type;host")), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => text.replace("content-type;host", "host;content-type")), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => `${text}, Signature=${"0".repeat(64)}`), "API_INCOMPLETE_SIGNATURE"],
      [authorization((text) => text.replace("chime", "polly")), "API_WRONG_SIGNATURE"],
      [authorization((text) => text.replace("us-east-1", "us-west-2")), "API_WRONG_SIGNATURE"],
      [withHeader("X-Amz-Date", undefined), "API_INCOMPLETE_SIGNATURE"],
      [withHeader("X-Amz-Date", "20260230T030405Z"), "API_INCOMPLETE_SIGNATURE"],
      [
        { ...signed, headers: [...signed.headers, ["Authorization", "AWS4-HMAC-SHA256 x"]] },
        "API_INCOMPLETE_SIGNATURE",
      ],
      [authorization(() => `AWS4-HMAC-SHA256 ${"a=b,".repeat(100_000)}`), "API_INCOMPLETE_SIGNATURE"],
    ];

    for (const [request, expected] of cases)
      assert.equal(check(request), expected, JSON.stringify(request.headers).slice(0, 300));
  });

  // Contract: api-key-rotation
  it("counts with each secret of its key, and with no other", () => {
    assert.equal(setUp({ secrets: ["new", secret] }).check(signed), "KEY1");
    assert.equal(setUp({ secrets: ["new"] }).check(signed), "API_WRONG_SIGNATURE");
  });

  // Contract: api-request-rates
  it("is throttled when its key has more than its rate; what is signed wrongly costs the key nothing", () => {
    const { clock, check } = setUp({ requestsPerSecond: 2 });
    for (let count = 0; count < 5; count += 1) assert.equal(check({ ...signed, body: "x" }), "API_WRONG_SIGNATURE");

    assert.deepEqual([check(signed), check(signed), check(signed)], ["KEY1", "KEY1", "API_THROTTLED"]);
    clock.advance(500);
    assert.equal(check(signed), "KEY1");
  });
});
