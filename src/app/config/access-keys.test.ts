import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { openAccessKeys } from "../open-access-keys.ts";
import { loadConfig, type Config } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-keys-"));
after(() => rmSync(folder, { recursive: true }));

function load(yaml: string, mode: "development" | "production" = "production"): Config {
  writeFileSync(join(folder, "offhook.yaml"), yaml);
  return loadConfig({ mode, environment: { KEY_SECRET: " one\ntwo " }, folder });
}

/** What is wrong with the configuration. */
function problemOf(yaml: string): string {
  try {
    load(yaml);
  } catch (error) {
    return String(error);
  }
  return assert.fail("the configuration was taken");
}

describe("api.keys", () => {
  it("have secrets in the file itself, in a file of their own, or in a variable, and the roles that they name", () => {
    writeFileSync(join(folder, "secret"), "old\nnew\n");
    const { keys } = load(`api:
  keys:
    - { id: A, secret: plain }
    - { id: B, secretFile: secret, roles: [] }
    - { id: C, secretVariable: KEY_SECRET, roles: [reader], requestsPerSecond: 7 }
  roles: { reader: { operations: ["Get*"] } }`).api;

    const role = { name: "reader", operations: ["Get*"], resources: ["*"] };
    assert.deepEqual(keys, [
      { id: "A", secrets: ["plain"], file: undefined, roles: undefined, requestsPerSecond: 100 },
      { id: "B", secrets: ["old", "new"], file: join(folder, "secret"), roles: [], requestsPerSecond: 100 },
      { id: "C", secrets: ["one", "two"], file: undefined, roles: [role], requestsPerSecond: 7 },
    ]);
  });

  it("that cannot be used are refused with their place, without a secret", () => {
    writeFileSync(join(folder, "empty"), "\n");
    for (const [key, problem] of [
      ["{ id: A }", /api\.keys\[0\]: none of secret, secretFile and secretVariable/],
      ["{ id: A, secret: hidden, secretVariable: X }", /more than one of secret/],
      ["{ id: A, secretFile: nowhere }", /api\.keys\[0\]\.secretFile: .*nowhere/],
      ["{ id: A, secretFile: empty }", /holds no secret/],
      ["{ id: A, secretVariable: NOWHERE }", /no variable NOWHERE/],
      ["{ id: A, secret: 'hid den' }", /api\.keys\[0\]\.secret: found something else/],
      ["{ id: A, secret: hidden }, { id: A, secret: hidden }", /two keys with the id "A"/],
      ["{ id: A, secret: hidden, roles: [raeder] }", /no role "raeder"; did you mean "reader"/],
    ] as const) {
      const text = problemOf(`api: { keys: [${key}], roles: { reader: { operations: [x] } } }`);
      assert.match(text, problem);
      assert.doesNotMatch(text, /hid ?den/);
    }
  });

  // Contract: api-signatures
  it("are needed where the API of `offhook serve` listens beyond loopback", () => {
    const open = 'api: { listen: "http://0.0.0.0:8080" }';

    assert.match(problemOf(open), /api\.listen: found "http:\/\/0\.0\.0\.0:8080".*there must be api\.keys/);
    assert.equal(load(open, "development").api.address, "0.0.0.0");
    assert.equal(load('api: { listen: "http://0.0.0.0:8080", keys: [{ id: A, secret: b }] }').api.keys.length, 1);
    assert.equal(load('api: { listen: "http://[::1]:8080" }').api.keys.length, 0);
  });

  // Contract: api-key-rotation
  it("follow a file of secrets that changes, and keep the old ones when it cannot be used", () => {
    const file = join(folder, "rotating");
    writeFileSync(file, "old");
    const clock = createManualClock();
    const configured = { id: "A", secrets: ["old"], file, roles: undefined, requestsPerSecond: 1 };
    const [key] = openAccessKeys([configured], clock, silentLogger);
    const later = () => {
      clock.advance(1_000);
      return key?.secrets();
    };

    assert.deepEqual(later(), ["old"]);
    writeFileSync(file, "old\nbrand-new");
    assert.deepEqual(key?.secrets(), ["old"]);
    assert.deepEqual(later(), ["old", "brand-new"]);
    writeFileSync(file, "");
    assert.deepEqual(later(), ["old", "brand-new"]);
    rmSync(file);
    assert.deepEqual(later(), ["old", "brand-new"]);
  });
});

describe("api.tls", () => {
  const files = "tls: { certificate: own.pem, key: own.key }";

  it("belongs to https, and https to it", () => {
    const { tls, address } = load(`api: { listen: "https://127.0.0.1:8443/base", ${files} }`).api;

    assert.deepEqual(tls, { certificate: join(folder, "own.pem"), key: join(folder, "own.key") });
    assert.equal(address, "127.0.0.1");
    assert.equal(load("").api.tls, undefined);
    assert.match(
      problemOf('api: { listen: "https://127.0.0.1:8443" }'),
      /needs api\.tls\.certificate and api\.tls\.key/,
    );
    assert.match(problemOf(`api: { listen: "http://127.0.0.1:8080", ${files} }`), /api\.tls: .*would begin with https/);
  });
});

describe("numberPool", () => {
  it("has numbers and ranges; in development those of films, unless the configuration says", () => {
    const pool = (yaml: string, mode?: "development") => load(yaml, mode).numberPool;

    assert.deepEqual(pool('numberPool: ["+12065550110", "+442079460000-+442079460009"]'), [
      { first: 12065550110, last: 12065550110 },
      { first: 442079460000, last: 442079460009 },
    ]);
    assert.deepEqual(pool(""), []);
    assert.deepEqual(pool("numberPool: []", "development"), []);
    assert.deepEqual(pool("", "development")[5], { first: 12065550100, last: 12065550199 });
    for (const range of ["+12-+11", "+11-+120", "+12065000000-+12065999999"])
      assert.match(problemOf(`numberPool: ["${range}"]`), /numberPool\[0\]: found .*as many digits as the first/);
  });
});
