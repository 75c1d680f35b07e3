import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { errorMessage } from "../../kernel/index.ts";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-phones-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "secret"), "hunter2\n");

function load(written: object, mode: "development" | "production" = "production") {
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify(written));
  return loadConfig({ mode, environment: {}, folder });
}

function whyNot(written: object): string {
  try {
    load(written);
  } catch (error) {
    return errorMessage(error);
  }
  return assert.fail("the configuration was accepted");
}

const phone = { name: "1001", password: "hunter2", numbers: ["+12065550111"], srtp: "required" };

describe("phones of the configuration", () => {
  it("have a name, a password from here or a file, and numbers", () => {
    assert.deepEqual(load({}).phones, []);
    assert.deepEqual(load({ phones: [phone] }).phones, [phone]);
    assert.deepEqual(load({ phones: [{ name: "a", passwordFile: "secret" }] }).phones, [
      { name: "a", numbers: [], srtp: undefined, password: "hunter2" },
    ]);
  });

  it("may be called by a name that is a short number", () => {
    assert.equal(load({ phones: [{ ...phone, name: "alice" }] }).limits.shortNumbers, false);
    assert.equal(load({ phones: [phone] }).limits.shortNumbers, true);
  });

  it("need a password but in development", () => {
    assert.match(whyNot({ phones: [{ name: "a" }] }), /phones\[0\]: the phone "a" has no password.*offhook dev/);
    assert.equal(load({ phones: [{ name: "a" }] }, "development").phones[0]?.password, undefined);
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ phones: [{ password: "hunter2" }] }, /phones\[0\]: "name" is missing/],
    [{ phones: [phone, phone] }, /phones\[1\]\.name: there is a phone "1001" already/],
    [{ phones: [{ ...phone, name: 1001 }] }, /phones\[0\]\.name: found the number 1001.*in quotes, "1001"/],
    [{ phones: [{ ...phone, name: "front desk" }] }, /phones\[0\]\.name: found "front desk".*without blanks/],
    [{ phones: [{ ...phone, numbers: ["2065550111"] }] }, /phones\[0\]\.numbers\[0\]: .*E\.164/],
    [{ phones: [{ ...phone, password: 4711 }] }, /phones\[0\]\.password: found something else/],
    [{ phones: [{ ...phone, passwordFile: "secret" }] }, /phones\[0\]\.passwordFile: there is password too/],
    [{ phones: [{ name: "a", passwordFile: "none" }] }, /phones\[0\]\.passwordFile: .*none cannot be read/],
    [{ phones: { a: {} } }, /phones: /],
    [{ registrations: { algorithms: ["MD4"] } }, /registrations\.algorithms\[0\]: found "MD4".*SHA-256 or MD5/],
    [{ registrations: { shortestSeconds: 120, longestSeconds: 60 } }, /registrations\.longestSeconds: found 60.*120/],
  ];
  for (const [written, message] of wrong)
    it(`are refused, without a word of a password: ${JSON.stringify(written).replaceAll("hunter2", "***")}`, () => {
      assert.match(whyNot(written), message);
      assert.doesNotMatch(whyNot(written), /hunter2/);
    });

  it("register for an hour, in development for a minute, or as it is set", () => {
    const algorithms = ["MD5", "SHA-256"];
    assert.deepEqual(load({}).registrations, { algorithms, shortestS: 60, longestS: 3_600 });
    assert.deepEqual(load({}, "development").registrations, { algorithms, shortestS: 60, longestS: 60 });
    const set = { registrations: { shortestSeconds: 300, longestSeconds: 900, algorithms: ["MD5"] } };
    assert.deepEqual(load(set, "development").registrations, { algorithms: ["MD5"], shortestS: 300, longestS: 900 });
    assert.equal(load({ registrations: { shortestSeconds: 300 } }, "development").registrations.longestS, 300);
  });
});

describe("the phone of the console's pages", () => {
  const onApi = { sip: { webSocket: { onApi: true } } };

  it("has numbers where they are given, and in development one that stands for nobody and is not taken", () => {
    assert.deepEqual(load(onApi).softphone.numbers, []);
    assert.deepEqual(load({ ...onApi, softphone: { numbers: ["+12065550111"] } }).softphone.numbers, ["+12065550111"]);
    assert.deepEqual(load({}, "development").softphone.numbers, ["+12065550197"]);
    assert.deepEqual(load({ numbers: ["+12065550197"] }, "development").softphone.numbers, ["+12065550196"]);
    assert.deepEqual(load({ softphone: { numbers: [] } }, "development").softphone.numbers, []);
  });

  it("needs SIP at the port of the API", () => {
    assert.match(
      whyNot({ softphone: { numbers: ["+12065550111"] } }),
      /softphone\.numbers.*sip\.webSocket\.onApi to true/,
    );
    const closed = { sip: { webSocket: { onApi: false } } };
    assert.deepEqual(load(closed, "development").softphone.numbers, []);
  });
});
