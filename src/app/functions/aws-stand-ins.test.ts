import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { awsStandIns } from "./aws-stand-ins.ts";

const url = "http://127.0.0.1:8080";

describe("a function in development mode", () => {
  it("finds every service at this server, with credentials that AWS does not take", () => {
    const variables = awsStandIns({ environment: { TABLE: "calls" }, inherited: {} }, url);
    assert.deepEqual(
      ["", "_CHIME", "_CHIME_SDK_VOICE", "_CHIME_SDK_MEETINGS"].map((name) => variables[`AWS_ENDPOINT_URL${name}`]),
      [url, url, url, url],
    );
    assert.equal(variables["AWS_ACCESS_KEY_ID"], "offhook");
    assert.equal(variables["AWS_SECRET_ACCESS_KEY"], "offhook");
  });

  for (const own of ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONFIG_FILE"]) {
    it(`with ${own} of its own finds only the services of this server here`, () => {
      for (const local of [
        { environment: { [own]: "x" }, inherited: {} },
        { environment: {}, inherited: { [own]: "x" } },
      ]) {
        const variables = awsStandIns(local, url);
        assert.deepEqual(
          Object.keys(variables)
            .filter((name) => /^AWS_(?!IGNORE)/.test(name))
            .sort(),
          ["AWS_ENDPOINT_URL_CHIME", "AWS_ENDPOINT_URL_CHIME_SDK_MEETINGS", "AWS_ENDPOINT_URL_CHIME_SDK_VOICE"],
        );
      }
    });
  }

  it("finds what this server has not where the shell says, and the rest here", () => {
    const cloud = "http://127.0.0.1:4566";
    const inherited = { AWS_ENDPOINT_URL: cloud, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: "http://127.0.0.1:1" };
    const variables = awsStandIns({ environment: {}, inherited }, url);
    assert.equal(variables["AWS_ENDPOINT_URL"], cloud);
    assert.equal(variables["AWS_ENDPOINT_URL_CHIME_SDK_VOICE"], url);
    assert.equal(variables["AWS_ACCESS_KEY_ID"], "offhook");
  });
});
