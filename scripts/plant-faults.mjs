/** Plants faults in the functions of the examples, one at a time, and tells which of them the tests of the example do not find. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readWords } from "../dist/src/testing/internal/read-words.js";
import { findSurvivors } from "./find-survivors.mjs";

const root = join(import.meta.dirname, "..");
const examples = join(root, "examples");
const all = readdirSync(examples);
const usage = `npm run plant-faults -- [example]... [--sample <number>] [--lines <first>-<last>] [--untouched]
  example      ${all.join(", ")} (default: all)
  --sample     so many of the faults, by chance (default: all)
  --lines      only those of these lines
  --untouched  runs each example as it is, too`;
const { values, positionals } = readWords(usage, {
  options: { sample: { type: "string" }, lines: { type: "string" }, untouched: { type: "boolean" } },
  allowPositionals: true,
  numbers: ["sample"],
});
const named = positionals.length > 0 ? positionals : all;
const unknown = named.filter((name) => !all.includes(name));
const [firstLine = 1, lastLine = Infinity] = values.lines?.split("-").map(Number) ?? [];
if (unknown.length > 0 || !/^\d+-\d+$/.test(values.lines ?? "1-1") || firstLine > lastLine) {
  console.error(unknown.length > 0 ? `no example is named ${unknown.join(", ")}` : `--lines must be as in 10-20`);
  console.error(usage);
  process.exit(2);
}

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

/** Faults that no call can show, and why. */
const unobservable = [
  [
    /"Disconnectedx"|("Statusx"|"LEG-B"|"LEG-Ax")\) ={2,3} "Disconnected"/,
    all,
    "what is asked for a caller who has left is ignored by the server; the check spares it that",
  ],
  [/^ParticipantTag: "LEG-(A|Bx)",$/, ["meeting-dial-in"], "the CallId beside it wins"],
  [
    /(case |kind == )"HANGUPx":/,
    ["appointment-reminder", "voicemail"],
    "the end of a call is only told to who looks at the terminal",
  ],
];

/** Whether no call can tell what stands here: a remark, or the label of a case that does what happens without it. */
function isUnseen(lines, index, at) {
  const line = lines[index];
  const remark = line.search(/ (\/\/|#) /);
  if (remark >= 0 && at > remark) return true;
  const isLabel = (text) => /^\s*case [^:]*:\s*(\/\/.*)?$/.test(text);
  if (!isLabel(line)) return false;
  return /^\s*default:/.test(lines.slice(index).find((text) => !isLabel(text)) ?? "");
}

function plant(example, file) {
  const lines = readFileSync(join(examples, example, file), "utf8").split("\n");
  let isComment = false;
  let isLogged = false;
  return lines.flatMap((line, index) => {
    if (/^"""|^\/\*\*/.test(line)) isComment = true;
    if (/^\s*console\.\w+\($/.test(line)) isLogged = true;
    const isSkipped = isComment || isLogged || skipped.test(line);
    if (/^\s*\);$/.test(line)) isLogged = false;
    if (/"""\s*$|\*\/\s*$/.test(line)) isComment = false;
    if (isSkipped || index + 1 < firstLine || index + 1 > lastLine) return [];
    return faults.flatMap(([pattern, instead]) =>
      [...line.matchAll(pattern)]
        .filter(({ index: at }) => !isUnseen(lines, index, at))
        .map((match) => {
          const planted = `${line.slice(0, match.index)}${instead(match[0])}${line.slice(match.index + match[0].length)}`;
          const text = [...lines.slice(0, index), planted, ...lines.slice(index + 1)].join("\n");
          return { example, file, line: index + 1, planted: planted.trim(), text };
        }),
    );
  });
}

const functions = named.flatMap((example) =>
  readdirSync(join(examples, example))
    .filter((file) => /^(index\.mjs|index\.ts|voicemail\.py|recording\.py)$/.test(file))
    .map((file) => ({ example, file })),
);
const planted = functions.flatMap(({ example, file }) => plant(example, file));
const isSeen = ({ example, planted: text }) =>
  !unobservable.some(([pattern, where]) => where.includes(example) && pattern.test(text));
const plantable = planted.filter(isSeen);
const sample = values.sample === undefined ? plantable.length : Number(values.sample);
const chosen = plantable.toSorted(() => (sample < plantable.length ? Math.random() - 0.5 : 0)).slice(0, sample);
const untouched = (values.untouched ? functions : []).map(({ example, file }) => {
  return { example, file, text: readFileSync(join(examples, example, file), "utf8") };
});
const survivors = await findSurvivors([...chosen, ...untouched], (fault) => {
  if (fault.planted !== undefined) console.log(`not found  ${describe(fault)}`);
});
const unfound = survivors.filter(({ planted: text }) => text !== undefined);
const isGood = survivors.length - unfound.length === untouched.length;
for (const fault of planted.filter((one) => !isSeen(one))) {
  const [, , why] = unobservable.find(([pattern]) => pattern.test(fault.planted));
  console.log(`not planted  ${describe(fault)}  (${why})`);
}
console.log(`${chosen.length} faults planted, ${chosen.length - unfound.length} found, ${unfound.length} not found`);
if (values.untouched) console.log(`untouched: ${isGood ? "passes" : "fails"}`);
process.exitCode = unfound.length === 0 && isGood ? 0 : 1;

function describe({ example, file, line, planted: text }) {
  return `${example}/${file}:${line}  ${text}`;
}
