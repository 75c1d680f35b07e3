import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {{ name: string, files: readonly string[], processOf: (file: string) => string | undefined, needs: readonly string[], needsOf: (file: string) => readonly string[], isOnMachineTime: boolean }} Suite
 * `files` are TypeScript paths relative to the repository. `processOf`: the name of the process that a file shares with others; undefined
 * when it has its own. `needs`: programs that must be in PATH; `needsOf`: those that one of its files needs beside them. `isOnMachineTime`: it
 * has sockets, programs and the machine's time, so that what else runs can disturb it. */

/** Processes that begin before all others, as the list of the slowest names them, longest first: one that begins late is waited for alone. */
export const longest = [
  "browser console",
  "wire call",
  "browser browser",
  "wire servers",
  "interop sipp",
  "examples examples",
  "wire invoke",
  "interop phones",
  "test/interop/races.test.ts",
  "test/examples/pages.test.ts",
  "wire phones",
  "unit media",
  "interop aws",
  "test/wire/replay.test.ts",
  "test/wire/recording-crash.test.ts",
];

/** Suites whose files begin next, since some of them take long; all others follow by name. */
const first = ["interop", "browser", "hosts", "unit", "simulate", "leniency", "wire", "examples"];
/** Files that share a process, whose name is the group that fits: unit tests of a room, scenes on virtual time, those that share Chromium or old SDKs,
 * and the servers and phones of one process that wait for others or for time. To load the server, and to run its code for the first time, takes a process
 * over a second. What measures garbage has its own: V8 compiles code for all that ran. */
const sharing = {
  interop:
    /^test\/interop\/(?:(?<aws>aws-)|(?<sipp>inbound|outbound|sip|live|load|prometheus)|(?<phones>baresip|call|registered|kamailio))/,
  unit: /^src\/([^/]+)\/(?!worker\/\w+-garbage\.)/,
  leniency: /^test\/(leniency)\//,
  wire: /^test\/wire\/(?:(api|call|flow|invoke|objects|speech|target)\b(?!-killed)|(?<servers>serve|dev|command|validate|meeting-server|target-killed)|(?<phones>phone|sip|scripted|real|web|recording-gaps|function|meetings?-(?!server)|name|console|start|ask))/,
  store: /^test\/(store)\//,
  shape: /^test\/(shape)\//,
  package: /^test\/(package)\//,
  fuzz: /^test\/(fuzz)\/(?!feedback)/,
  examples: /^test\/(examples)\/(?!first-call|pages)/,
  browser: /^test\/(?:browser\/)?(console|browser)\/(?!firefox)/,
};
/** Suites on the machine's sockets and time. */
const onMachineTime = ["interop", "browser", "hosts", "wire", "examples", "store", "media", "package", "webrtc"];
/** Programs that a suite drives; scripts/install-test-peers.sh installs them. */
const programs = {
  interop: ["sipp", "baresip", "sox", "aws", "openssl"],
  hosts: ["ip"],
  browser: ["chromium", "firefox-esr", "pulseaudio", "ip"],
};

/** Programs that one file drives, by the begin of its path; without them it is left out, and the rest of its suite is not. */
const programsOfFiles = {
  "test/interop/kamailio": ["kamailio"],
  "test/interop/nodes": ["kamailio", "postgres"],
  "test/interop/captured": ["kamailio", "tshark"],
  "test/interop/prometheus": ["promtool"],
  "test/interop/sipsak": ["sipsak"],
  "test/fuzz/feedback": ["afl-fuzz"],
  "test/hosts/attackers": ["svmap", "svwar", "svcrack"],
  "test/interop/registered": ["linphonec"],
  "test/hosts/nat": ["iptables"],
  "test/interop/espeak": ["espeak-ng"],
  "test/store/postgresql": ["postgres"],
  "test/examples/pages": ["unshare", "ip", "setpriv", "useradd", "openssl", "aws"],
};

/** All suites that have files: `unit` (src), and one for each folder of test/.
 * @param {string} root the repository
 * @returns {readonly Suite[]} in the order in which they begin */
export function findSuites(root) {
  const folders = existsSync(join(root, "test"))
    ? readdirSync(join(root, "test"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const rank = ({ name }) => (first.includes(name) ? first.indexOf(name) : first.length);
  const suites = [
    { name: "unit", files: testFiles(root, "src") },
    ...folders.map((entry) => ({ name: entry.name, files: testFiles(root, `test/${entry.name}`) })),
  ];
  return suites
    .filter((suite) => suite.files.length > 0)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .map((suite) => ({
      ...suite,
      processOf: (file) => processOf(suite.name, file),
      isOnMachineTime: onMachineTime.includes(suite.name),
      needs: programs[suite.name] ?? [],
      needsOf: (file) =>
        Object.entries(programsOfFiles).flatMap(([begin, needed]) => (file.startsWith(begin) ? needed : [])),
    }));
}

/** The text of a group is the name of the process; where the group has a name, that is. */
function processOf(suite, file) {
  const found = sharing[suite]?.exec(file);
  const [named] = Object.entries(found?.groups ?? {}).filter(([, text]) => text !== undefined);
  return named?.[0] ?? found?.[1];
}

/** The programs among `names` that are not in PATH.
 * @param {readonly string[]} names
 * @returns {readonly string[]} */
export function missingPrograms(names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...postgresFolders()];
  return names.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
}

/** Debian keeps the programs of PostgreSQL out of PATH, in a folder for each version. */
function postgresFolders() {
  const root = "/usr/lib/postgresql";
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin")) : [];
}

function testFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}
