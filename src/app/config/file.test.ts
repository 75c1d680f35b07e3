import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { defaultDevelopmentConfig, loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-file-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "hello.mjs"), "export const handler = async () => ({});\n");

describe("a missing file", () => {
  const environment = {};

  it("is not needed for what is handed over instead", () => {
    const written = defaultDevelopmentConfig(join(folder, "hello.mjs"));

    const config = loadConfig({ mode: "development", environment, folder, written });

    assert.equal(config.file, undefined);
    const [made] = config.functions;
    assert.equal(made?.kind === "file" && made.reload, true);
    assert.equal(config.rules[0]?.targets[0]?.applicationId, config.applications[0]?.id);
  });

  it("is found in a folder that is named instead of it", () => {
    writeFileSync(join(folder, "offhook.yaml"), "region: eu-west-1\n");
    try {
      const { region, file } = loadConfig({ mode: "production", environment: {}, file: folder });

      assert.deepEqual({ region, file }, { region: "eu-west-1", file: join(folder, "offhook.yaml") });
    } finally {
      rmSync(join(folder, "offhook.yaml"));
    }
  });

  it("is an error that says what to write", () => {
    for (const options of [{ mode: "production" }, { mode: "development", file: "other.yaml" }] as const) {
      assert.throws(() => loadConfig({ environment, folder, ...options }), {
        code: "APP_BAD_CONFIG",
        message: /^There is no configuration file .*(offhook|other)\.yaml\. Write one, for example:\n {2}numbers: /,
      });
    }
  });
});

it("a configuration or function that cannot be read says why and what to do", () => {
  const place = mkdtempSync(join(folder, "unreadable-"));
  const file = join(place, "offhook.yaml");
  const read = () => loadConfig({ mode: "production", environment: {}, file });
  mkdirSync(file);
  assert.throws(() => loadConfig({ mode: "production", environment: {}, file: place }), {
    code: "APP_BAD_CONFIG",
    message: `The configuration file ${file} cannot be read: it is a folder, and a file is needed.`,
  });
  rmSync(file, { recursive: true });
  writeFileSync(file, "functions: { f: ./f.mjs }");
  writeFileSync(join(place, "f.mjs"), "");
  chmodSync(folder, 0o711);
  chmodSync(place, 0o755);
  const denied = /cannot be read: permission denied: the user \S+ may not read it, .*chmod/;
  for (const closed of [join(place, "f.mjs"), file, place]) {
    chmodSync(closed, 0o000);
    asOrdinaryUser(() => assert.throws(read, { code: "APP_BAD_CONFIG", message: denied }, closed));
  }
  chmodSync(place, 0o700);
});

/** Root may read everything. */
function asOrdinaryUser(run: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("a file that is not in UTF-8", () => {
  const text = 'region: "eu-west-1"\n';
  const bigEndian = Buffer.from(text, "utf16le").swap16();
  const cases: readonly (readonly [string, Buffer, RegExp])[] = [
    ["UTF-16 with its mark", Buffer.from(`\ufeff${text}`, "utf16le"), /is in UTF-16; save it as UTF-8\.$/],
    ["UTF-16 without", Buffer.from(text, "utf16le"), /is in UTF-16/],
    ["UTF-16, the other way round", Buffer.concat([Buffer.from([0xfe, 0xff]), bigEndian]), /is in UTF-16/],
    ["Latin-1", Buffer.from("dataFolder: caf\u00e9\n", "latin1"), /is not in UTF-8; save it as UTF-8\.$/],
  ];
  for (const [name, bytes, message] of cases) {
    it(`says so: ${name}`, () => {
      const file = join(folder, "encoded.yaml");
      writeFileSync(file, bytes);
      assert.throws(() => loadConfig({ mode: "production", environment: {}, file }), {
        code: "APP_BAD_CONFIG",
        message,
      });
    });
  }
});
