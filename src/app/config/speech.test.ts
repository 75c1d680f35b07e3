import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-speech-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "secret"), "hunter2\n");

function load(speech: string, environment: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, "offhook.yaml"), `region: eu-west-1\nspeech: ${speech}\n`);
  return loadConfig({ mode: "production", environment, folder }).speech;
}

function problemOf(speech: string): string {
  try {
    load(speech);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail(`${speech} was taken`);
}

describe("speech", () => {
  it("is Flite and espeak-ng unless it says otherwise", () => {
    assert.deepEqual(load("{}"), { engines: ["flite", "espeak-ng"], espeakProgram: "espeak-ng", polly: undefined });
  });

  it("has Amazon Polly in the Region of the configuration with what the SDK finds, or as it is told", () => {
    assert.deepEqual(load("{ engines: [polly, flite] }").polly, {
      ...{ region: "eu-west-1", endpoint: undefined, credentials: undefined, profile: undefined },
      ...{ sampleRateHz: 16_000, timeoutMs: 2_000 },
    });
    const own =
      "{ region: us-east-2, endpoint: http://127.0.0.1:9000, accessKeyId: me, secretAccessKeyFile: secret, sampleRate: 8000, timeoutMilliseconds: 500 }";
    assert.deepEqual(load(`{ engines: [polly], polly: ${own} }`).polly, {
      ...{ region: "us-east-2", endpoint: "http://127.0.0.1:9000/", profile: undefined },
      ...{ credentials: { accessKeyId: "me", secretAccessKey: "hunter2" }, sampleRateHz: 8_000, timeoutMs: 500 },
    });
  });

  it("takes the order of engines from a variable", () => {
    assert.deepEqual(load("{}", { OFFHOOK_SPEECH_ENGINES: "espeak-ng,flite" }).engines, ["espeak-ng", "flite"]);
  });

  it("finds the program by its name, or by a path that begins at the folder of the file", () => {
    assert.equal(load("{ espeakProgram: espeak }").espeakProgram, "espeak");
    assert.equal(load("{ espeakProgram: ./bin/espeak }").espeakProgram, join(folder, "bin/espeak"));
  });

  for (const [speech, problem] of [
    ["{ engines: [] }", /speech\.engines: .*at least 1/],
    ["{ engines: [flite, flite] }", /speech\.engines: it has an entry twice/],
    ["{ engines: [espeak] }", /speech\.engines\[0\]: found "espeak".*did you mean "espeak-ng"/],
    ["{ polly: { region: us-east-1 } }", /speech\.polly: it is not asked: speech\.engines does not have polly/],
    ["{ polly: { sampleRate: 8000 } }", /speech\.polly: it is not asked/],
    ["{ engines: [polly], polly: { accessKeyId: me } }", /speech\.polly\.accessKeyId: there is no secret for it/],
    ["{ engines: [polly], polly: { endpoint: polly.example.com } }", /speech\.polly\.endpoint: .*http/],
    ["{ engines: [polly], polly: { timeoutMilliseconds: 5 } }", /speech\.polly\.timeoutMilliseconds: found 5/],
  ] as const) {
    it(`refuses ${speech}`, () => assert.match(problemOf(speech), problem));
  }
});
