import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { soakScripts } from "../../bench/soak/scripts.ts";
import { loadConfig, type Config } from "../../src/app/index.ts";
import { devCommand } from "../../src/cli/dev/dev.ts";
import { phoneCommand } from "../../src/cli/phone/phone.ts";
import { packageRoot } from "../../src/kernel/index.ts";

const root = packageRoot();
const folder = join(root, "examples");
const examples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const readme = (name: string) => readFileSync(join(folder, name, "README.md"), "utf8");

/** The commands of a page. What is printed stands in a block marked `text`. */
const commandsOf = (page: string) =>
  [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, language, block = ""]) =>
    language === "text" ? [] : block.split("\n").filter(Boolean),
  );

/** The words of a command line; quotes hold words together. */
const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

const configOf = (name: string): Config =>
  loadConfig({ mode: "production", environment: {}, file: join(folder, name) });

for (const name of examples.filter((each) => each !== "hello")) {
  test(`examples/${name}: the configuration loads without a warning, and its files are small`, () => {
    const config = configOf(name);

    assert.deepEqual(config.warnings, []);
    assert.equal(config.applications.length, 1);
    for (const target of config.functions) {
      assert.ok(target.kind === "file" && target.file.startsWith(join(folder, name)), JSON.stringify(target));
    }
    for (const path of readdirSync(join(folder, name), { recursive: true }).map(String)) {
      if (path.includes(".offhook") || /^objects.(messages|recordings)/.test(path)) continue;
      const { size } = statSync(join(folder, name, path));
      assert.ok(size <= 50_000, `${path}: ${size} bytes`);
    }
  });

  test(`examples/${name}: the commands of the README are commands, and name what is there`, () => {
    const commands = commandsOf(readme(name));
    assert.ok(commands.some((line) => line.endsWith(`npm start -- -c examples/${name}`)));
    for (const line of commands) assertCommand(line, name);
  });
}

test("the README of the repository lists every example", () => {
  const page = readFileSync(join(root, "README.md"), "utf8");
  for (const name of examples) assert.ok(page.includes(`(examples/${name}`), name);
});

test("every example but hello can be soaked", () => {
  assert.deepEqual(
    Object.keys(soakScripts).sort(),
    examples.filter((name) => name !== "hello"),
  );
});

function assertCommand(line: string, name: string): void {
  const words = wordsOf(/^\w+=\$\((.*)\)$/.exec(line)?.[1] ?? line).filter((word) => !/^[A-Z_]+=/.test(word));
  const [program, first = "", ...rest] = words;
  switch (program) {
    case "npm":
      assert.deepEqual([first, rest[0]], ["start", "--"], line);
      assertOptions(devCommand(), rest.slice(1), line);
      assert.ok(existsSync(join(root, rest[2] ?? "", "offhook.yaml")), line);
      break;
    case "offhook":
      assert.equal(first, "phone", line);
      assertOptions(phoneCommand(), rest, line);
      assertDialled(rest, name, line);
      break;
    case "node":
      assert.ok(existsSync(join(root, first)), line);
      break;
    default:
      assert.ok(program === "export" || program === "sleep", line);
  }
}

function assertOptions(command: Command, words: readonly string[], line: string): void {
  const known = command.options.flatMap(({ short, long }) => [short, long]);
  for (const word of words.filter((each) => each.startsWith("-")))
    assert.ok(known.includes(word), `${word} in ${line}`);
}

/** A number that is dialled is one that a rule gives to the example. */
function assertDialled(words: readonly string[], name: string, line: string): void {
  const at = words.indexOf("--dial");
  if (at < 0) return;
  const numbers = configOf(name).rules.map(({ triggerValue }) => triggerValue);
  assert.ok(numbers.includes(words[at + 1] ?? ""), line);
}
