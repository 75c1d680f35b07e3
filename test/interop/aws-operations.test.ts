import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import * as voice from "@aws-sdk/client-chime-sdk-voice";
import { coverage } from "../../src/api/operations/coverage.ts";
import { functionArn, ownedNumbers, startApi, type ApiHarness } from "../wire/api-harness.ts";
import { operationSteps, type OperationStep } from "./aws-operation-steps.ts";
import { everyProgram, pythons } from "./aws-programs.ts";
import { installOldSdks, oldSdk } from "./old-sdks.ts";

/** Every operation, by every client that has it, each request signed with an access key and checked. */

const run = promisify(execFile);
const key = { id: "CLIENT", secret: "s3cret/with+signs" };
const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
const region = "us-east-1";

const scene: { harness: ApiHarness; played: number } = { harness: undefined as unknown as ApiHarness, played: 0 };
before(async () => {
  const accessKey = { id: key.id, secrets: () => [key.secret], roles: undefined, requestsPerSecond: 100_000 };
  scene.harness = await startApi({ startAt: Date.now(), accessKeys: [accessKey] });
});
after(() => scene.harness.close());

/** The steps with numbers that no other client has had. */
function nextSteps(): readonly OperationStep[] {
  const numbers = [0, 1, 2].map((at) => `+1415555${String(100 + scene.played * 3 + at).padStart(4, "0")}`);
  scene.played += 1;
  return operationSteps(functionArn, ownedNumbers[0] ?? "", numbers);
}

/** What became of a step: the status, and for a refusal the name of it. */
interface Outcome {
  readonly status: number | undefined;
  readonly refused?: string;
  readonly output?: unknown;
}

/** Sends one operation; undefined: this client does not have it. */
type Send = (operation: string, input: object) => Promise<Outcome> | undefined;

/** Plays all steps that a client has, and gives the names of those. */
async function play(send: Send): Promise<ReadonlySet<string>> {
  const kept: Record<string, unknown> = {};
  const had = new Set<string>();
  for (const { operation, input, keep = {}, refused } of nextSteps()) {
    // What a client cannot make it cannot read either.
    if (needed(input).some((name) => !(name in kept))) continue;
    const outcome = await send(operation, fill(input, kept) as object);
    if (outcome === undefined) continue;
    had.add(operation);
    judge(operation, refused, outcome);
    for (const [name, path] of Object.entries(keep)) kept[name] = at(outcome.output, path);
  }
  return had;
}

/** The status is that of docs/api.md, the refusal the expected one; older clients tell names by their codes. */
function judge(operation: string, refused: string | undefined, outcome: Outcome): void {
  const expected = { Conflict: 409, NotFound: 404, Gone: 410, UnprocessableEntity: 422 } as Record<string, number>;
  const name = (outcome.refused ?? "")
    .replace(/Exception$/, "")
    .replace("Unprocessable", "UnprocessableEntity")
    .replace("EntityEntity", "Entity");
  assert.equal(name, refused ?? "", `${operation}: ${JSON.stringify(outcome)}`);
  if (refused !== undefined) assert.equal(outcome.status, expected[refused], operation);
  else assert.equal(outcome.status, statusOf(operation), operation);
}

function statusOf(operation: string): number {
  const command = (voice as unknown as Record<string, unknown>)[`${operation}$`] as [
    number,
    string,
    string,
    { http: [string, string, number] },
  ];
  return operation === "CreateSipMediaApplicationCall" ? 201 : command[3].http[2];
}

/** Names of what a step takes from earlier ones. */
function needed(input: object): readonly string[] {
  return [...JSON.stringify(input).matchAll(/"\$(\w+)"/g)].map(([, name = ""]) => name);
}

function fill(value: unknown, kept: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === "string") return value.startsWith("$") ? kept[value.slice(1)] : value;
  if (Array.isArray(value)) return value.map((one) => fill(one, kept));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, kept)]));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((from, name) => (from as Readonly<Record<string, unknown>>)[name], value);
}

type Command = new (input: object) => object;
interface ThirdGeneration {
  send(command: object): Promise<{ readonly $metadata: { readonly httpStatusCode?: number } }>;
}

/** A client of the SDK for JavaScript, version 3. */
function thirdGeneration(library: Readonly<Record<string, unknown>>, client: ThirdGeneration): Send {
  return (operation, input) => {
    const command = library[`${operation}Command`] as Command | undefined;
    if (command === undefined) return undefined;
    return client.send(new command(input)).then(
      (output) => ({ status: output.$metadata.httpStatusCode, output }),
      (error: { name: string; $metadata?: { httpStatusCode?: number } }) => ({
        status: error.$metadata?.httpStatusCode,
        refused: error.name,
      }),
    );
  };
}

interface SecondRequest {
  on(event: "complete", listener: (response: SecondResponse) => void): SecondRequest;
  send(): void;
}
interface SecondResponse {
  readonly data: unknown;
  readonly error: { readonly code: string } | null;
  readonly httpResponse: { readonly statusCode: number };
}
type SecondClient = Readonly<Record<string, ((input: object) => SecondRequest) | undefined>>;

/** A client of the SDK for JavaScript, version 2. */
function secondGeneration(client: SecondClient): Send {
  return (operation, input) => {
    const method = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
    if (client[method] === undefined) return undefined;
    return new Promise((resolve) => {
      client[method]?.(input)
        .on("complete", ({ data, error, httpResponse: { statusCode: status } }) =>
          resolve(error === null ? { status, output: data } : { status, refused: error.code }),
        )
        .send();
    });
  };
}

const answered = Object.entries(coverage).flatMap(([name, { state }]) =>
  state === "served" || state === "stored" ? [name] : [],
);
const isReady = await installOldSdks();
const require = createRequire(import.meta.url);
/** How many of the operations that are answered here a client has. */
const count = (had: ReadonlySet<string>) => answered.filter((name) => had.has(name)).length;

describe("every operation that is answered, by every client that has it", { concurrency: true }, () => {
  it("@aws-sdk/client-chime-sdk-voice", async () => {
    const client = new voice.ChimeSDKVoiceClient({ region, endpoint: scene.harness.api.url, credentials });
    const had = await play(thirdGeneration(voice, client as unknown as ThirdGeneration));
    client.destroy();

    assert.deepEqual(
      answered.filter((name) => !had.has(name)),
      [],
    );
  });

  it("@aws-sdk/client-chime 3.699.0, the former namespace", { skip: !isReady }, async () => {
    const library = require(JSON.parse(oldSdk("@aws-sdk/client-chime")) as string) as Readonly<Record<string, unknown>>;
    const Client = library["ChimeClient"] as new (settings: object) => ThirdGeneration;
    const client = new Client({ region, endpoint: scene.harness.api.url, credentials });

    assert.equal(count(await play(thirdGeneration(library, client))), answered.length - 1);
  });

  for (const name of ["chimesdkvoice", "chime"]) {
    it(`aws-sdk, version 2: ${name}`, { skip: !isReady }, async () => {
      const Client = require(JSON.parse(oldSdk(`aws-sdk/clients/${name}`)) as string) as new (
        settings: object,
      ) => SecondClient;
      const client = new Client({
        region,
        endpoint: scene.harness.api.url,
        credentials,
        paramValidation: false,
        maxRetries: 0,
      });

      assert.equal(count(await play(secondGeneration(client))), answered.length - (name === "chime" ? 1 : 0));
    });
  }

  for (const { program, version } of pythons) {
    it(`botocore ${version} of ${program}`, async () => {
      const jobs = ["chime-sdk-voice", "chime"].map((service) => ({ service, steps: nextSteps() }));
      const input = JSON.stringify({ jobs, url: scene.harness.api.url, ...credentials });
      const running = run(program, ["-c", botocoreSource]);
      running.child.stdin?.end(input);
      const { stdout } = await running;
      const played = JSON.parse(stdout) as readonly (readonly (Outcome & { step: number })[])[];
      const had = new Set<string>();
      for (const [index, { steps }] of jobs.entries()) {
        for (const { step, ...outcome } of played[index] ?? []) {
          const { operation = "", refused } = steps[step] ?? {};
          judge(operation, refused, outcome);
          had.add(operation);
        }
      }

      // Early models of the new namespace lack tags, late ones of the former most of all this.
      assert.deepEqual(
        answered.filter((name) => !had.has(name)),
        [],
      );
    });
  }

  // The last in PATH is that of the distribution; each command costs a second.
  for (const program of everyProgram("aws").slice(-1)) {
    it(`the CLI ${program}`, async () => {
      const aws = async (...words: readonly string[]) => {
        const all = [
          "chime-sdk-voice",
          ...words,
          "--endpoint-url",
          scene.harness.api.url,
          "--region",
          region,
          "--output",
          "json",
        ];
        const env = { PATH: process.env["PATH"], AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret };
        return (await run(program, all, { env })).stdout;
      };
      const made = JSON.parse(await aws("create-voice-connector", "--name", "pbx", "--no-require-encryption")) as {
        VoiceConnector: voice.VoiceConnector;
      };
      const id = made.VoiceConnector.VoiceConnectorId ?? "";
      const settings = "CallingRegions=US,CidrAllowedList=192.0.2.0/24";
      const withdrawn = aws("list-proxy-sessions", "--voice-connector-id", id).catch(String);
      const put = aws("put-voice-connector-termination", "--voice-connector-id", id, "--termination", settings);
      assert.match(await put, /"CpsLimit": 1/);
      assert.match(await withdrawn, /GoneException.*ListProxySessions/s);
    });
  }
});

/** Plays the steps of both namespaces in one process, and prints what became of each. */
const botocoreSource = `
import json, re, sys
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
given = json.load(sys.stdin)

def fill(value, kept):
    if isinstance(value, str):
        return kept[value[1:]] if value.startswith("$") else value
    if isinstance(value, list):
        return [fill(one, kept) for one in value]
    if isinstance(value, dict):
        return {name: fill(one, kept) for name, one in value.items()}
    return value

def known(value, shape):
    if shape.type_name == "structure":
        return {name: known(one, shape.members[name]) for name, one in value.items() if name in shape.members}
    if shape.type_name == "list":
        return [known(one, shape.member) for one in value]
    return value

def play(service, steps):
    session = botocore.session.get_session()
    client = session.create_client(service, region_name="us-east-1", endpoint_url=given["url"], aws_access_key_id=given["accessKeyId"],
                                   aws_secret_access_key=given["secretAccessKey"], config=Config(retries={"total_max_attempts": 1}))
    model = client.meta.service_model
    kept, outcomes = {}, []
    for at, step in enumerate(steps):
        needed = re.findall(r'"\\$(\\w+)"', json.dumps(step["input"]))
        if step["operation"] not in model.operation_names or any(name not in kept for name in needed):
            continue
        shape = model.operation_model(step["operation"]).input_shape
        method = next(name for name, operation in client.meta.method_to_api_mapping.items() if operation == step["operation"])
        try:
            wanted = known(fill(step["input"], kept), shape) if shape else {}
            output = getattr(client, method)(**wanted)
            outcomes.append({"step": at, "status": output["ResponseMetadata"]["HTTPStatusCode"]})
            for name, path in step.get("keep", {}).items():
                value = output
                for part in path:
                    value = value[part]
                kept[name] = value
        except ClientError as error:
            outcomes.append({"step": at, "status": error.response["ResponseMetadata"]["HTTPStatusCode"], "refused": error.response["Error"]["Code"]})
    return outcomes

print(json.dumps([play(job["service"], job["steps"]) for job in given["jobs"]]))
`;
