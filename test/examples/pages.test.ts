import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";
import { sampleEvent } from "../../src/testing/index.ts";
import { blocksOf, commandsOf, isGuide, type Block } from "../shape/block-rules.ts";
import { repositoryFiles } from "../shape/repository.ts";
import { openPageShell, whyNoPageShell, type PageShell } from "./page-shell.ts";

/** Somebody who goes through pages one after another, on one machine. */
interface Reader {
  readonly pages: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** What the reader does before a block that no page has a command for, by what the block begins with. */
  readonly before?: Readonly<Record<string, string>>;
  /** A line that prints what a placeholder of the pages stands for. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** What commands print, by their begin. All others only succeed. */
  readonly prints: Readonly<Record<string, RegExp>>;
}

const pages = repositoryFiles().filter(isGuide);
const runBlocks = pages
  .flatMap(blocksOf)
  .filter(({ language, marks }) => language === "sh" && marks["by"] === undefined && marks["unrun"] === undefined);
const yamlOf = (page: string) =>
  pages
    .filter(({ path }) => path === page)
    .flatMap(blocksOf)
    .find(({ language }) => language === "yaml")?.text ?? "";

/** The function that pages call menu.mjs. */
const menu = `
const speak = (Text) => ({ Type: "Speak", Parameters: { Text } });
const ask = { Type: "SpeakAndGetDigits", Parameters: { SpeechParameters: { Text: "Press 1 for sales." },
  FailureSpeechParameters: { Text: "Please press 1." }, InputDigitsRegex: "^1$", MinNumberOfDigits: 1, MaxNumberOfDigits: 1,
  Repeat: 2, RepeatDurationInMilliseconds: 1000, InBetweenDigitsDurationInMilliseconds: 500 } };
const connect = { Type: "CallAndBridge", Parameters: { CallTimeoutSeconds: 20, CallerIdNumber: "+12065550100",
  Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550123" }] } };
const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
export const handler = async ({ InvocationEventType: type, ActionData: data }) => ({ SchemaVersion: "1.0", Actions:
  type === "NEW_INBOUND_CALL" || type === "CALL_ANSWERED" ? [ask]
  : type === "ACTION_SUCCESSFUL" && data.Type === "SpeakAndGetDigits" ? [connect]
  : type === "ACTION_FAILED" ? [speak("Goodbye."), hangUp]
  : type === "HANGUP" ? [hangUp] : [] });
`;

const developer: Reader = {
  pages: ["README.md", "docs/moving.md", "docs/failed-calls.md", "docs/replay.md", "docs/testing.md"],
  files: {
    "menu.mjs": menu,
    "menu.scene.yaml": pages.flatMap(blocksOf).find(({ marks }) => marks["of"] === "scene")?.text ?? "",
    "event.json": JSON.stringify(sampleEvent("NEW_INBOUND_CALL")),
  },
  before: {
    // Nobody presses a key, so that the call ends by itself.
    "offhook replay": "for _ in $(seq 300); do grep -q HANGUP .offhook/calls/*.jsonl && break; sleep 0.1; done",
    "offhook ladder": "offhook phone --dial +12065550155; true",
  },
  placeholders: {
    "<id>": "ls .offhook/calls | grep jsonl | head -1 | cut -d. -f1",
    "<Call-ID>":
      "for _ in $(seq 300); do ls .offhook/calls/refused/*.jsonl >/dev/null 2>&1 && break; sleep 0.1; done; grep -ho 'Call-ID: [^\\\\]*' .offhook/calls/refused/*.jsonl | head -1 | cut -c10-",
  },
  prints: {
    "offhook ladder <id>  ": /INVITE[^]*the function is asked: NEW_INBOUND_CALL/,
    "offhook replay .offhook/calls/<id>.jsonl --function ./menu.mjs": /NEW_INBOUND_CALL/,
    "offhook test": /pass [1-9]/,
    "offhook invoke menu.mjs HANGUP": /HANGUP/,
  },
};

const unit = readFileSync(join(packageRoot(), "deploy/systemd/offhook.service"), "utf8");
const [, service = ""] = /^ExecStart=\S+ (.*)$/m.exec(unit) ?? [];
const variables = [...unit.matchAll(/^Environment=(.*)$/gm)].map(([, variable = ""]) => variable);
const write = (text: string) => `cat >>/etc/offhook/offhook.yaml <<'YAML'\n${text}\nYAML`;
const call = (number: string) =>
  `offhook phone --listen udp://192.0.2.1:5070 --dial sip:${number}@192.0.2.10 --hang-up-after 1000`;

const operator: Reader = {
  pages: ["docs/quick-start.md", "docs/security.md", "docs/operating.md", "docs/scaling.md"],
  files: {},
  before: {
    "sudo useradd": `cd "$clone"`,
    "sudo -u offhook offhook check": `offhook phone --listen udp://192.0.2.1:5060 & sleep 1; ${write(yamlOf("docs/quick-start.md"))}`,
    // As the unit has it; there is no systemd here.
    "offhook calls": [
      "install -d -o offhook -m 700 /var/lib/offhook",
      `as_user="setpriv --reuid offhook --regid offhook --clear-groups env ${variables.join(" ")}"`,
      `${service} && ${call("+12065550100")} && { ${call("+12065550155")}; true; }`,
      "for _ in $(seq 300); do ls /var/lib/offhook/calls/refused/* && break; sleep 0.1; done",
    ].join(" && "),
    "openssl req": 'cd "$HOME"',
    "export OFFHOOK_ACCESS_KEY_ID": `${write(yamlOf("docs/security.md"))}\nrunning=before; ${service}`,
  },
  placeholders: {
    "<id>":
      "aws chime-sdk-voice list-sip-media-applications --query SipMediaApplications[0].SipMediaApplicationId --output text",
    "https://node-1.example.com:8443": "echo https://192.0.2.10:8443",
    "https://node-2.example.com:8443": "echo https://192.0.2.10:8443",
  },
  prints: {
    "offhook --version": /^\d+\.\d+\.\d+$/m,
    "sudo -u offhook offhook check": /Nothing is missing/,
    "offhook calls --state refused": /no-rule/,
    "offhook calls --state ended": /Inbound .* bye/,
    "aws chime-sdk-voice list-sip": /"Name": "hello"/,
    "aws chime-sdk-voice update-global": /^$/,
  },
};

const readers = [developer, operator];

describe("commands of pages", () => {
  it("are all run by a reader of this file, unless they say by what or why not", () => {
    const read = new Set(readers.flatMap((reader) => reader.pages));
    assert.deepEqual(
      runBlocks.filter(({ page }) => !read.has(page)).map(({ page, line }) => `${page}:${line}`),
      [],
    );
  });

  for (const reader of readers) {
    const blocks = reader.pages.flatMap((page) => runBlocks.filter((block) => block.page === page));
    describe(`by a reader of ${reader.pages.join(", ")}`, { skip: whyNoPageShell() }, () => {
      let shell: PageShell;
      before(() => void (shell = openPageShell(reader.files)));
      after(() => shell.close());
      for (const block of blocks)
        it(`run: ${block.page}:${block.line}: ${commandsOf(block)[0]}`, () => runBlock(shell, reader, block));
    });
  }
});

async function runBlock(
  shell: PageShell,
  { before: first = {}, placeholders, prints }: Reader,
  block: Block,
): Promise<void> {
  for (const [begin, line] of Object.entries(first)) {
    if (block.text.startsWith(begin)) await succeed(shell, line);
  }
  for (const command of commandsOf(block)) {
    let line = command;
    for (const [name, finding] of Object.entries(placeholders)) {
      if (line.includes(name)) line = line.replaceAll(name, (await succeed(shell, finding)).trim());
    }
    const said = await succeed(shell, line);
    for (const [begin, pattern] of Object.entries(prints)) if (command.startsWith(begin)) assert.match(said, pattern);
  }
}

async function succeed(shell: PageShell, line: string): Promise<string> {
  const { status, said } = await shell.run(line);
  assert.equal(status, 0, `${line}\n${said}`);
  return said;
}
