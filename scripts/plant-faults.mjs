/** Plants faults in the functions of the examples, one at a time, and tells which of them the tests of the example do not find.
 * `npm run plant-faults -- [example ...] [--sample n] [--lines 10-20] [--untouched]`; the last one runs each example as it is too. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  options: { sample: { type: "string" }, lines: { type: "string" }, untouched: { type: "boolean" } },
  allowPositionals: true,
});
const examples = join(root, "examples");
const named = positionals.length > 0 ? positionals : readdirSync(examples);

const [firstLine = 1, lastLine = Infinity] = values.lines?.split("-").map(Number) ?? [];

/** What goes wrong in a line: a pattern, and what stands there instead. */
const faults = [
  [/"LEG-A"/g, () => '"LEG-B"'],
  [/"LEG-B"/g, () => '"LEG-A"'],
  [/ === /g, () => " !== "],
  [/ !== /g, () => " === "],
  [/ == /g, () => " != "],
  [/ not in /g, () => " in "],
  [/(?<!not) in attributes/g, () => " not in attributes"],
  [/ >= /g, () => " < "],
  [/\b(\d+)\b(?!\.)/g, (number) => String(Number(number) + 1)],
  [/(["`])([^"`]*[A-Za-z]{2}[^"`]*)\1/g, (text) => `${text.slice(0, -1)}x${text.slice(-1)}`],
  [/\bhangUp\b(?!\()(?=[\],;])|\bhangUp\([^)]*\)(?=[\],])|\bhang_up\([^)]*\)(?=[\],])/g, () => ""],
];
/** Lines that no caller notices: what is logged, imported, said to the reader, or is a type. */
const skipped =
  /console\.|print\(|^\s*(\/\/|\*|\/\*\*|#|import|\} from|"""|type |interface |readonly )|told|SchemaVersion|INVALID_LAMBDA|refused|process\.env|environ|new Error/;

function plant(example, file) {
  const lines = readFileSync(join(examples, example, file), "utf8").split("\n");
  let isComment = false;
  return lines.flatMap((line, index) => {
    if (/^"""|^\/\*\*/.test(line)) isComment = true;
    const isSkipped = isComment || skipped.test(line);
    if (/"""\s*$|\*\/\s*$/.test(line)) isComment = false;
    if (isSkipped || index + 1 < firstLine || index + 1 > lastLine) return [];
    return faults.flatMap(([pattern, instead]) =>
      [...line.matchAll(pattern)].map((match) => {
        const planted = `${line.slice(0, match.index)}${instead(match[0])}${line.slice(match.index + match[0].length)}`;
        const text = [...lines.slice(0, index), planted, ...lines.slice(index + 1)].join("\n");
        return { example, file, line: index + 1, planted: planted.trim(), text };
      }),
    );
  });
}

const planted = named.flatMap((example) =>
  readdirSync(join(examples, example))
    .filter((file) => /^(index\.mjs|index\.ts|voicemail\.py|recording\.py)$/.test(file))
    .flatMap((file) => plant(example, file)),
);
const sample = values.sample === undefined ? planted.length : Number(values.sample);
const chosen = planted.toSorted(() => (sample < planted.length ? Math.random() - 0.5 : 0)).slice(0, sample);
const folder = mkdtempSync(join(tmpdir(), "offhook-faults-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules", "offhook"));
symlinkSync(join(root, "node_modules", "@aws-sdk"), join(folder, "node_modules", "@aws-sdk"));
const survivors = [];
if (values.untouched) chosen.push(...named.map((example) => ({ example, isUntouched: true })));
for (let from = 0; from < chosen.length; from += 40) {
  const batch = chosen.slice(from, from + 40);
  const places = batch.map(({ example, file, text }, index) => {
    const place = join(folder, `fault-${from + index}`);
    cpSync(join(examples, example), place, { recursive: true });
    if (file !== undefined) writeFileSync(join(place, file), text);
    return place;
  });
  const program = join(root, "dist", "src", "cli", "main.js");
  const words = [program, "test", ...places, "--reporter", "tap"];
  const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8", maxBuffer: 1e9 });
  const failed = new Set([...stdout.matchAll(/^not ok \d+ - .*\/(fault-\d+)\//gm)].map(([, name]) => name));
  const passed = new Set([...stdout.matchAll(/^ok \d+ - .*\/(fault-\d+)\//gm)].map(([, name]) => name));
  for (const [index, place] of places.entries()) {
    const name = basename(place);
    if (!failed.has(name) && !passed.has(name)) throw new Error(`${name} was not run:\n${stdout.slice(-4_000)}`);
    if (!failed.has(name)) survivors.push(batch[index]);
    rmSync(place, { recursive: true });
  }
}
const unfound = survivors.filter(({ isUntouched }) => isUntouched !== true);
const count = chosen.filter(({ isUntouched }) => isUntouched !== true).length;
const passing = survivors.length - unfound.length;
for (const { example, file, line, planted: text } of unfound)
  console.log(`not found  ${example}/${file}:${line}  ${text}`);
console.log(`${count} faults planted, ${count - unfound.length} found, ${unfound.length} not found`);
if (values.untouched) console.log(`untouched: ${passing === named.length ? "passes" : "fails"}`);
process.exitCode = unfound.length === 0 && (!values.untouched || passing === named.length) ? 0 : 1;
