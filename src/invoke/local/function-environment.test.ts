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
  bootstrapFolder: "/runtime",
  environment: { LANGUAGE_ONLY: "1", TABLE: "of the language" },
};

function environmentOf(environment: Record<string, string>): Record<string, string> {
  const local = { name: "ivr", file: "/f/app.mts", handler: "main", timeoutMs: 1, maxProcesses: 1, reload: false };
  return functionEnvironment({ ...local, environment }, instance, runtime, "127.0.0.1:9");
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
});
