import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { errorMessage } from "../../kernel/index.ts";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-environment-"));
after(() => rmSync(folder, { recursive: true }));

/** Loads `text` as a file, with these variables. */
function load(text: string, environment: Readonly<Record<string, string>>) {
  writeFileSync(join(folder, "offhook.yaml"), text);
  return loadConfig({ mode: "production", environment, folder });
}

/** The lines of the refusal, without the first. */
function problemsOf(text: string, environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    load(text, environment);
  } catch (error) {
    const [, ...problems] = errorMessage(error).split("\n");
    return problems.map((line) => line.trim());
  }
  return assert.fail("the configuration was accepted");
}

describe("environment variables", () => {
  it("override the file, with lists in commas, and an empty one counts as absent", () => {
    const config = load("region: us-west-2\nmedia: { workers: 3 }\napi: { listen: http://127.0.0.1:1/base }", {
      OFFHOOK_REGION: "",
      OFFHOOK_NUMBERS: "+12065550100, +12065550101",
      OFFHOOK_MEDIA_WORKERS: "5",
      OFFHOOK_MEDIA_PACKETS: "batched",
      OFFHOOK_MEDIA_CODECS: "G722,PCMU",
      OFFHOOK_API_PORT: "0",
      OFFHOOK_SIP_PORT: "5099",
      OFFHOOK_TRUNK_ADDRESS: "udp://127.0.0.1:5070",
      OFFHOOK_LOG_LEVEL: "silent",
      OFFHOOK_ACCOUNT_ID: "111122223333",
    });

    assert.equal(config.region, "us-west-2");
    assert.deepEqual(config.numbers, ["+12065550100", "+12065550101"]);
    assert.deepEqual([config.media.workers, config.media.packets], [5, "batched"]);
    assert.deepEqual(config.media.codecs, { codecs: ["G722", "PCMU"], order: "ours" });
    assert.deepEqual([config.api.address, config.api.port, config.api.basePath], ["127.0.0.1", 0, "/base"]);
    assert.deepEqual(
      config.sip.listeners.map(({ port }) => port),
      [5099, 5099],
    );
    assert.deepEqual(config.trunks[0]?.addresses[0]?.target, { transport: "udp", host: "127.0.0.1", port: 5070 });
    assert.deepEqual([config.log.level, config.accountId], ["silent", "111122223333"]);
  });

  it("are named when what they set is wrong", () => {
    assert.deepEqual(problemsOf("media: { workers: 3 }", { OFFHOOK_MEDIA_WORKERS: "many" }), [
      'OFFHOOK_MEDIA_WORKERS: media.workers: found "many", but it must be a whole number from 1 to 64',
    ]);
    assert.deepEqual(problemsOf("", { OFFHOOK_API_PORT: "70000", OFFHOOK_TRUNK_ADDRESS: "x" }), [
      'OFFHOOK_API_PORT: found "70000", but it must be a port number from 0 to 65535',
      'OFFHOOK_TRUNK_ADDRESS: trunk.address: found "x", but it must be sip: and an IP address or a host name, for example sip:192.0.2.1:5060 or sip:carrier.example.com',
    ]);
    assert.match(problemsOf("", { OFFHOOK_NUMBERS: "+12065550100,1" })[0] ?? "", /^OFFHOOK_NUMBERS: numbers\[1\]/);
  });

  it("that are not known give a warning with the nearest one", () => {
    assert.deepEqual(load("", { OFFHOOK_LOG_LEVLE: "info", HOME: "x" }).warnings, [
      "The environment variable OFFHOOK_LOG_LEVLE is not known and has no effect; did you mean OFFHOOK_LOG_LEVEL?",
    ]);
  });
});
