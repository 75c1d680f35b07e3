import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import type * as builders from "../../schemas/types.d.ts";
import { schemaChecker } from "./contract-kit.ts";
import { installPacked } from "./packed-project.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-types-"));
const installed = join(folder, "node_modules", "offhook");
after(() => rmSync(folder, { recursive: true }));

/** An author's project that has the packed package, and nothing else. */
before(() => {
  installPacked(folder);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

/** Compiles all files as a strict author would.
 * @returns what the compiler says of each; nothing: it compiles */
function compile(sources: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, name), source);
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const flags = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noEmit"];
  const modules = ["--module", "nodenext", "--target", "es2022", "--types", ""];
  const { stdout } = spawnSync(process.execPath, [compiler, ...flags, ...modules, ...Object.keys(sources)], {
    cwd: folder,
    encoding: "utf8",
  });
  const complaints = stdout.split(/^(?=\S+\.ts\()/m);
  const said = (name: string) => complaints.filter((complaint) => complaint.startsWith(`${name}(`)).join("");
  return Object.fromEntries(Object.keys(sources).map((name) => [name, said(name)]));
}

const head = `import type { SmaAction, SmaEvent, SmaResponse } from "offhook/types";\n`;
const good = `${head}import { event, hangup, reply, speak, type SmaReply } from "offhook/types";
export async function handler(event: SmaEvent): Promise<SmaResponse> {
  const Actions: SmaAction[] = [];
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL": {
      const caller: string = event.CallDetails.Participants[0].From;
      Actions.push({ Type: "Speak", Parameters: { Text: "Hello " + caller, Engine: "neural" } });
      const AudioSource = { Type: "S3", BucketName: "b", Key: "k" } as const;
      const digits = { AudioSource, FailureAudioSource: AudioSource, RepeatDurationInMilliseconds: "5000" } as const;
      Actions.push({ Type: "PlayAudioAndGetDigits", Parameters: { ...digits, TerminatorDigits: ["#"] } });
      break;
    }
    case "ACTION_SUCCESSFUL":
      if (event.ActionData.Type === "PlayAudioAndGetDigits") {
        const Uri: string = "+1" + event.ActionData.ReceivedDigits;
        const repeat: number = event.ActionData.Parameters.Repeat;
        const Endpoints = [{ BridgeEndpointType: "PSTN", Uri }] as const;
        Actions.push({ Type: "CallAndBridge", Parameters: { CallerIdNumber: Uri, Endpoints, CallTimeoutSeconds: repeat } });
      }
      if (event.ActionData.Type === "RecordAudio") console.info(event.ActionData.RecordingDestination.Key);
      break;
    case "ACTION_FAILED":
      console.error(event.ActionData.ErrorType, event.ActionData.Parameters["Text"]);
      break;
    case "DIGITS_RECEIVED": {
      const Text: string = event.ActionData.ReceivedDigits;
      Actions.push({ Type: "Speak", Parameters: { Text } });
      break;
    }
    case "HANGUP": {
      const other = event.CallDetails.Participants[1];
      if (other?.Status === "Connected") Actions.push({ Type: "Hangup", Parameters: { ParticipantTag: "LEG-B" } }, { Type: "Hangup" });
      break;
    }
    case "INVALID_LAMBDA_RESPONSE":
      throw new Error(event.ErrorMessage);
    default:
      return null;
  }
  return { SchemaVersion: "1.0", Actions, TransactionAttributes: { state: "menu" } };
}
const built: SmaReply = reply([speak({ Text: "Hi" }), hangup()], { state: "menu" });
const told: SmaEvent = event("NEW_INBOUND_CALL", { Sequence: 1, CallDetails: { AwsRegion: "eu-west-1" } });
export const asked = [built, told];
declare const console: { info(text: string): void; error(...texts: unknown[]): void };
`;

const wrong: Readonly<Record<string, readonly [source: string, complaint: RegExp]>> = {
  "a parameter that does not exist": [
    'export const action: SmaAction = { Type: "Pause", Parameters: { DurationInMilliseconds: 1000, Repeet: 1 } };',
    /'Repeet' does not exist in type/,
  ],
  "a parameter of another action": [
    'export const action: SmaAction = { Type: "Pause", Parameters: { DurationInMilliseconds: 1000, Repeat: 1 } };',
    /'Repeat' does not exist in type 'PauseParameters'/,
  ],
  "a value of the wrong kind": [
    'export const action: SmaAction = { Type: "Speak", Parameters: { Text: "Hi", Engine: "fast" } };',
    /"fast"' is not assignable to type/,
  ],
  "a required parameter that is not there": [
    'export const action: SmaAction = { Type: "SendDigits", Parameters: {} };',
    /Property 'Digits' is missing/,
  ],
  "an action that does not exist": ['export const action: SmaAction = { Type: "SpeakText" };', /"SpeakText"/],
  "a result that this event does not have": [
    'export const keys = (event: SmaEvent) => event.InvocationEventType === "RINGING" && event.ActionData;',
    /Property 'ActionData' does not exist on type 'RingingEvent'/,
  ],
  "a parameter of a builder that does not exist": [
    'import { speak } from "offhook/types"; export const action = speak({ Text: "Hi", Voice: "Amy" });',
    /'Voice' does not exist in type 'SpeakParameters'/,
  ],
  "an event of a builder with a member of another event": [
    'import { event } from "offhook/types"; export const told = event("RINGING", { ActionData: {} });',
    /'ActionData' does not exist in type/,
  ],
  "a reply of another version": [
    'export const reply: SmaResponse = { SchemaVersion: "2.0", Actions: [] };',
    /"2.0"' is not assignable/,
  ],
};

describe("offhook/types, in a project with the packed package", () => {
  const names = Object.keys(wrong);
  let said: Readonly<Record<string, string>> = {};
  before(() => {
    const sources = names.map((what, index) => [`wrong-${index}.ts`, head + (wrong[what]?.[0] ?? "")] as const);
    said = compile({ "good.ts": good, ...Object.fromEntries(sources) });
  });

  it("compiles a function that reads each kind of event and sends actions", () => {
    assert.equal(said["good.ts"], "");
  });

  for (const [index, what] of names.entries()) {
    it(`does not compile ${what}`, () => {
      assert.match(said[`wrong-${index}.ts`] ?? "", wrong[what]?.[1] ?? /never/);
    });
  }

  it("builds replies, actions and events at run time", async () => {
    const built = (await import(join(installed, "schemas", "types.js"))) as typeof builders;
    assert.deepEqual(built.reply([built.speak({ Text: "Hi" }), built.hangup()], { a: 1 }), {
      SchemaVersion: "1.0",
      Actions: [{ Type: "Speak", Parameters: { Text: "Hi" } }, { Type: "Hangup" }],
      TransactionAttributes: { a: 1 },
    });
    const ringing = built.event("RINGING", { Sequence: 2, CallDetails: { AwsRegion: "eu-west-1" } });
    assert.deepEqual(schemaChecker("event")(ringing), []);
    assert.equal(ringing.CallDetails.AwsRegion, "eu-west-1");
  });

  it("is found by compilers that do not read exports (moduleResolution node10)", () => {
    const { exports, typesVersions } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      readonly exports: { readonly "./types": { readonly types: string } };
      readonly typesVersions: { readonly "*": { readonly types: readonly string[] } };
    };
    assert.deepEqual(typesVersions["*"].types, [exports["./types"].types]);
  });

  it("brings the licence, and the notices of what it installs", () => {
    for (const name of ["LICENSE", "NOTICE"]) assert.ok(existsSync(join(installed, name)), name);
  });

  it("brings the JSON Schemas under their exported names", () => {
    const { resolve } = createRequire(join(folder, "handler.js"));
    for (const name of ["event", "response"]) {
      const path = resolve(`offhook/schemas/${name}.schema.json`);
      assert.ok(path.includes("node_modules") && existsSync(path), path);
    }
  });
});
