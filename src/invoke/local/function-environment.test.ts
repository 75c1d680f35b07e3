import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { functionEnvironment } from "./function-environment.ts";

const instance = {
  region: "eu-west-1",
  logStream: "stream",
  surroundings: { VOICE: "theirs", AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
};
const runtime = {
  command: "/lang/bin/run",
  folder: "/f",
  handler: "app.main",
  bootstrapFolder: "/runtime",
  environment: { LANGUAGE_ONLY: "1", TABLE: "of the language" },
};

function environmentOf(environment: Record<string, string>, inherited = {}): Record<string, string> {
  return functionEnvironment({ name: "ivr", environment, inherited }, instance, runtime, "127.0.0.1:9");
}

describe("environment of a function", () => {
  it("is what Lambda sets", () => {
    const { PATH, HOME, ...rest } = environmentOf({});

    assert.ok(PATH?.includes("/usr/bin"));
    assert.ok(HOME);
    assert.ok(PATH?.startsWith("/lang/bin"));
    assert.deepEqual(rest, {
      TZ: ":UTC",
      LANG: "en_US.UTF-8",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_LAMBDA_FUNCTION_NAME: "ivr",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/ivr",
      AWS_LAMBDA_LOG_STREAM_NAME: "stream",
      AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9",
      LAMBDA_TASK_ROOT: "/f",
      LAMBDA_RUNTIME_DIR: "/runtime",
      _HANDLER: "app.main",
      LANGUAGE_ONLY: "1",
      TABLE: "of the language",
      VOICE: "theirs",
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    });
  });

  it("has what is inherited, where Lambda sets nothing of that name", () => {
    const inherited = { AWS_PROFILE: "work", LANG: "de_DE.UTF-8", AWS_REGION: "us-east-1", VOICE: "of the shell" };
    const environment = environmentOf({}, inherited);

    assert.deepEqual([environment["AWS_PROFILE"], environment["LANG"]], ["work", "de_DE.UTF-8"]);
    assert.deepEqual([environment["AWS_REGION"], environment["VOICE"]], ["eu-west-1", "theirs"]);
    assert.equal(environmentOf({ AWS_PROFILE: "own" }, inherited)["AWS_PROFILE"], "own");
  });

  it("gives way to the function's own, except for the way to the server", () => {
    const environment = environmentOf({
      AWS_REGION: "us-east-1",
      TABLE: "t",
      VOICE: "own",
      AWS_LAMBDA_RUNTIME_API: "elsewhere:1",
    });

    assert.equal(environment["AWS_REGION"], "us-east-1");
    assert.equal(environment["TABLE"], "t");
    assert.equal(environment["VOICE"], "own");
    assert.equal(environment["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:9");
  });

  it("names no Runtime API where the process has a pipe", () => {
    const local = { name: "ivr", environment: {}, inherited: {} };
    assert.equal("AWS_LAMBDA_RUNTIME_API" in functionEnvironment(local, instance, runtime, undefined), false);
  });
});
