import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import { ladderCommand } from "../../src/cli/ladder/ladder.ts";
import { replayCommand } from "../../src/cli/replay.ts";
import { openTestPhone } from "../../src/testing/index.ts";
import { virtualFunctionTest, until, type FunctionKit } from "./function-kit.ts";

const program = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

/** Runs `offhook replay` with these words until it ends. */
const replay = (...words: readonly string[]) => run(replayCommand(), words);

/** Runs a command until it ends, in this process: to start one takes longer than all that it does. */
async function run(command: Command, words: readonly string[]) {
  const said = { output: "", errors: "" };
  const take = (where: "output" | "errors") => (text: string) =>
    void (said[where] += `${stripVTControlCharacters(text)}\n`);
  const [log, error] = [mock.method(console, "log", take("output")), mock.method(console, "error", take("errors"))];
  const before = process.exitCode;
  try {
    await command.parseAsync([...words], { from: "user" });
    return { code: process.exitCode, ...said };
  } finally {
    process.exitCode = before;
    log.mock.restore();
    error.mock.restore();
  }
}

/** The same in a process of its own. */
async function replayAlone(...words: readonly string[]) {
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const child = spawn(process.execPath, [program, "replay", ...words], {
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, errors };
}

/** Names of the histories of calls; those of meetings have a folder of their own beside them. */
function callHistories(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
}

/** The one history of the calls so far, when all of it is written. */
async function recordedFile(kit: FunctionKit): Promise<string> {
  await kit.until("a written history", () => kit.server.ledger().historyFiles === 0);
  const folder = kit.config.histories?.folder ?? assert.fail("no histories are kept");
  const names = callHistories(folder);
  assert.equal(names.length, 1);
  return join(folder, names[0] ?? "");
}

/** Asks for a number of four keys, says it, and hangs up. */
const askingApp = `
  const reply = (...Actions) => ({ SchemaVersion: "1.0", Actions });
  export const handler = async ({ InvocationEventType: type, ActionData, CallDetails }) => {
    console.log("the function sees " + type);
    if (type === "NEW_INBOUND_CALL") {
      return { ...reply({ Type: "SpeakAndGetDigits", Parameters: {
        SpeechParameters: { Text: "Your number?" }, FailureSpeechParameters: { Text: "Again." },
        MinNumberOfDigits: 4, MaxNumberOfDigits: 4, RepeatDurationInMilliseconds: 5000, InputDigitsRegex: "^\\\\d{4}$",
      } }), TransactionAttributes: { caller: CallDetails.Participants[0].From } };
    }
    if (ActionData?.ReceivedDigits) {
      return reply({ Type: "Speak", Parameters: { Text: "You said " + ActionData.ReceivedDigits } }, { Type: "Hangup", Parameters: {} });
    }
    return reply();
  };
`;

/** Calls, presses the number into the prompt, and hears the rest. */
async function callAndPress(kit: FunctionKit, keys: string): Promise<void> {
  const call = kit.phone.dial(kit.uri(), { from: "+15105550101" });
  await call.answered;
  await kit.until("the prompt", () => kit.facts.some(({ type }) => type === "audio-started"));
  await call.pressKeys(keys);
  await call.ended;
  await kit.untilEnded();
}

virtualFunctionTest(
  "the ladder of a call, and of one that was refused, is drawn from what was kept: messages, and what was decided",
  { files: { "app.mjs": askingApp }, mode: "development" },
  async (kit) => {
    await callAndPress(kit, "4711");
    const refused = kit.phone.dial(kit.uri("+12065550155"), { from: "+15105550101" });
    await refused.ended;
    await recordedFile(kit);
    const folder = kit.config.histories?.folder ?? "";
    const ladder = (...words: readonly string[]) => run(ladderCommand(), ["--folder", folder, ...words]);

    const list = JSON.parse((await ladder("--json")).output) as { readonly id: string; readonly isRefused: boolean }[];
    const id = list.find(({ isRefused }) => !isRefused)?.id ?? "";
    const drawn = (await ladder(id)).output;
    const order = [
      ...[
        /\|-- INVITE sip:/,
        /100 Trying udp --\|/,
        /asked: NEW_INBOUND_CALL/,
        /180 Ringing udp/,
        /replied: SpeakAndGetDigits/,
      ],
      ...[
        /answer leg/,
        /200 OK udp/,
        /-- ACK sip:/,
        /replied: Speak, Hangup/,
        /hang up leg/,
        /BYE sip:.* udp --\|/,
        /-- 200 OK udp/,
      ],
    ];
    let rest = drawn;
    for (const pattern of order) {
      const at = rest.search(pattern);
      assert.ok(at >= 0, `${pattern} in its place of ${drawn}`);
      rest = rest.slice(at + 1);
    }

    const refusedId = list.find(({ isRefused }) => isRefused)?.id ?? "";
    const ofRefused = (await ladder(refusedId, "--messages")).output;
    assert.match(ofRefused, /INVITE sip:\+12065550155@[^]*404 Not Found udp[^]*refused with 404 \(no-rule\)[^]*-- ACK/);
    assert.match(ofRefused, /\n {4}CSeq: 1 INVITE\n/);
    assert.deepEqual(await ladder("nobody").then(({ code, errors }) => [code, /HISTORY_NOT_FOUND/.test(errors)]), [
      2,
      true,
    ]);
  },
);

// Contract: records-histories
virtualFunctionTest(
  "a real call is recorded in development mode, and replayed: the same function, changed ones, and ones that fail",
  { files: { "app.mjs": askingApp }, mode: "development", limits: { functionTimeoutSeconds: 1 } },
  async (kit) => {
    await callAndPress(kit, "4711");
    const file = await recordedFile(kit);
    // How the audio of the leg was, which is known after the call's last step: a replay passes over it.
    assert.match(readFileSync(file, "utf8"), /\n\{[^\n]*"participantTag":"LEG-A"[^\n]*"packetsReceived":[1-9]/);
    const write = (name: string, code: string) => {
      writeFileSync(join(kit.folder, name), code);
      return join(kit.folder, name);
    };

    const same = await replayAlone(file, "--function", join(kit.folder, "app.mjs"));
    assert.equal(same.code, 0, same.output + same.errors);
    assert.match(same.output, /inbound call from \+15105550101 to \+12065550100/);
    assert.match(same.output, /the function sees NEW_INBOUND_CALL/);
    assert.match(same.output, /event +2 +ACTION_SUCCESSFUL +SpeakAndGetDigits +same/);
    assert.match(same.output, /\n3 events, 3 the same, 0 differ\.\n$/);

    const typed = write("typed.ts", askingApp.replace("(...Actions)", "(...Actions: unknown[])"));
    assert.equal((await replay(file, "-f", typed)).code, 0);

    const changed = await replay(file, "-f", write("changed.mjs", askingApp.replace("You said", "I heard")));
    assert.equal(changed.code, 1);
    assert.match(
      changed.output,
      /event +2 .* differs\n +Actions\[0\]\.Parameters\.Text\n +recorded +"You said 4711"\n +now +"I heard 4711"\n/,
    );
    assert.match(changed.output, /\n3 events, 2 the same, 1 differs\.\n$/);

    const thrown = askingApp.replace(
      "if (ActionData?.ReceivedDigits) {",
      "if (ActionData?.ReceivedDigits) { throw new Error('no more');",
    );
    const failing = await replay(file, "-f", write("failing.mjs", thrown));
    assert.equal(failing.code, 1);
    assert.match(
      failing.output,
      /recorded +answered Speak, Hangup\n +now +the function failed \(unhandled\): .*no more/,
    );

    const silent = await replay(
      file,
      "-f",
      write("silent.mjs", "export const handler = () => new Promise(() => setTimeout(() => 0, 60000));"),
    );
    assert.equal(silent.code, 1);
    assert.match(silent.output, /now +the function failed \(timeout\)/);

    const json = await replay(file, "-f", join(kit.folder, "changed.mjs"), "--json");
    const report = JSON.parse(json.output) as {
      readonly redacted: boolean;
      readonly invocations: readonly { readonly verdict: string }[];
    };
    assert.deepEqual([json.code, report.redacted], [1, false]);
    assert.deepEqual(
      report.invocations.map(({ verdict }) => verdict),
      ["same", "differs", "same"],
    );
  },
);

const bridgingApp = `
  const reply = (...Actions) => ({ SchemaVersion: "1.0", Actions });
  export const handler = async ({ InvocationEventType: type, CallDetails }) => {
    const [leg, partner] = CallDetails.Participants;
    if (type === "NEW_INBOUND_CALL") {
      return reply({ Type: "CallAndBridge", Parameters: {
        CallerIdNumber: leg.From, Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+442079460958" }],
        SipHeaders: { "X-Secret": "Mrs Smithers" },
      } });
    }
    if (type === "ACTION_SUCCESSFUL") return reply({ Type: "Hangup", Parameters: { CallId: partner.CallId } });
    if (type === "HANGUP" && leg.Status === "Connected") return reply({ Type: "Hangup", Parameters: { CallId: leg.CallId } });
    return reply();
  };
`;

// Contract: records-histories, records-histories-redacted
virtualFunctionTest(
  "a bridged call is recorded in production when asked for, redacted, and replays the same",
  { files: { "app.mjs": bridgingApp }, config: { histories: { write: true } } },
  async (kit) => {
    await kit.phone.dial(kit.uri(), { from: "+15105550101" }).ended;
    await kit.untilEnded();
    const file = await recordedFile(kit);

    const text = readFileSync(file, "utf8");
    for (const secret of ["5105550101", "2065550100", "2079460958", "Smithers"])
      assert.ok(!text.includes(secret), secret);
    assert.equal(statSync(file).mode & 0o777, 0o600);

    const same = await replay(file, "-f", join(kit.folder, "app.mjs"));
    assert.equal(same.code, 0, same.output + same.errors);
    assert.match(same.output, /This history is redacted/);
    assert.match(same.output, /\n4 events, 4 the same, 0 differ\.\n$/);

    writeFileSync(join(kit.folder, "other.mjs"), bridgingApp.replace('Uri: "+442079460958"', "Uri: leg.To"));
    const changed = await replay(file, "-f", join(kit.folder, "other.mjs"));
    assert.equal(changed.code, 1, changed.output);
    assert.match(changed.output, /Actions\[0\]\.Parameters\.Endpoints\[0\]\.Uri\n/);
  },
);

virtualFunctionTest(
  "a call of a function in Python is replayed with one",
  {
    files: {
      "app.py": `
import os

def lambda_handler(event, context):
    print("python sees", event["InvocationEventType"])
    actions = []
    if event["InvocationEventType"] == "NEW_INBOUND_CALL":
        actions = [{"Type": "Hangup", "Parameters": {"SipResponseCode": os.environ.get("CODE", "0")}}]
    return {"SchemaVersion": "1.0", "Actions": actions}
`,
    },
    function: { file: "./app.py", environment: { CODE: "486" } },
    mode: "development",
  },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();
    const file = await recordedFile(kit);
    const app = join(kit.folder, "app.py");

    const without = await replay(file, "-f", app);
    const within = await replay(file, "-f", app, "-e", "CODE=486", "--handler", "lambda_handler");

    assert.equal(within.code, 0, within.output + within.errors);
    assert.match(within.output, /console +python sees NEW_INBOUND_CALL/);
    assert.equal(without.code, 1);
    assert.match(without.output, /SipResponseCode\n +recorded +"486"\n +now +"0"/);
  },
);

// Contract: records-histories
virtualFunctionTest(
  "no history is kept in production until it is asked for",
  { files: { "app.mjs": bridgingApp } },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();

    assert.equal(kit.config.histories, undefined);
    assert.ok(!readdirSync(kit.config.dataFolder).includes("calls"));
  },
);

test("a server that is killed leaves a history that can be replayed as far as it goes", async () => {
  const place = mkdtempSync(join(tmpdir(), "offhook-killed-"));
  const phone = await openTestPhone();
  const app = join(place, "app.mjs");
  const actions = `[{ Type: "Pause", Parameters: { DurationInMilliseconds: 30000 } }]`;
  writeFileSync(app, `export const handler = async () => ({ SchemaVersion: "1.0", Actions: ${actions} });`);
  // JSON is YAML.
  const config = {
    sip: { listen: ["udp://127.0.0.1:0"] },
    ...{ api: { listen: "http://127.0.0.1:0" }, media: { ports: "0-0", workers: 1 }, numbers: ["+12065550100"] },
    functions: { app },
    applications: [{ name: "app", function: "app" }],
    rules: [{ name: "in", number: "+12065550100", applications: ["app"] }],
    histories: { write: true, folder: "kept", redact: false },
  };
  writeFileSync(join(place, "offhook.yaml"), JSON.stringify(config));
  const server = spawn(process.execPath, [program, "serve"], { cwd: place, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let log = "";
    server.stdout.on("data", (text: Buffer) => (log += text.toString()));
    const port = () => /"msg":"ready"/.test(log) && /"sip":\[\{[^\]]*"port":(\d+)/.exec(log)?.[1];
    await until("a server that is ready", () => typeof port() === "string");
    phone.dial(`sip:+12065550100@127.0.0.1:${String(port())}`, { from: "+15105550101" });
    const kept = () => callHistories(join(place, "kept")).map((name) => join(place, "kept", name));
    await until("the reply in the history", () => kept().some((file) => readFileSync(file, "utf8").includes("Pause")));
    server.kill("SIGKILL");
    await once(server, "exit");
    const [file = ""] = kept();
    // As when the last line was under way to the disk.
    writeFileSync(file, `{"input":{"type":"timer-fi`, { flag: "a" });

    const { code, output, errors } = await replay(file, "-f", app);

    assert.equal(code, 0, errors);
    assert.match(output, /\n1 event, 1 the same, 0 differ\.\n/);
    assert.match(output, /last line of the file is not whole/);
    assert.match(output, /The file ends before the call did/);

    writeFileSync(file, readFileSync(file, "utf8").replace(/\n[^]*/, "\n"));
    const cutBeforeFirstEvent = await replay(file, "-f", app);

    assert.equal(cutBeforeFirstEvent.code, 2);
    assert.match(cutBeforeFirstEvent.errors, /The file holds no event: .*HISTORY_EMPTY/);
  } finally {
    server.kill("SIGKILL");
    await phone.close();
    rmSync(place, { recursive: true });
  }
});

const folder = mkdtempSync(join(tmpdir(), "offhook-replay-"));
after(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test("offhook replay refuses what it cannot run with exit code 2, the line and what is wrong", async () => {
  const app = write("app.mjs", "export const handler = async () => null;");
  const garbage = write("garbage.jsonl", "GIF89a\u0000\n\u0001\n");
  const other = write("other.jsonl", `${JSON.stringify({ format: "offhook call history", version: 9 })}\n`);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[garbage, "-f", app], /Line 1: it is not JSON: .*HISTORY_MALFORMED/],
    [[other, "-f", app], /version 9 of the form.*HISTORY_OTHER_VERSION/],
    [[join(folder, "none.jsonl"), "-f", app], /there is no such file.*HISTORY_UNREADABLE/],
    [[garbage, "-f", join(folder, "none.mjs")], /there is no file .*none\.mjs/],
  ];
  const misused: typeof cases = [
    [[garbage], /name the function as it is now, by --function; or write a test, by --as-test/],
    [["-f", app], /missing required argument 'file'/],
    [[garbage, "-f", app, "-e", "X"], /It must be name=value/],
  ];

  for (const [list, run] of [
    [cases, replay],
    [misused, replayAlone],
  ] as const) {
    for (const [words, what] of list) {
      const { code, errors } = await run(...words);
      assert.equal(code, 2, errors);
      assert.match(errors, what);
      assert.doesNotMatch(errors, /\n +at /);
    }
  }
  assert.equal((await replayAlone("--help")).code, 0);
});
