import type { RepositoryFile } from "./repository.ts";

/** Most lines of a source file, and of a test file. */
export const sizeLimits = { source: 400, test: 500 } as const;

/** Source files over their size without a reason, and reasons that nothing needs any more.
 * @param exceptions the text of scripts/size-exceptions.txt: `path reason...` a line, `#` for comments */
export function sizeProblems(files: readonly RepositoryFile[], exceptions: string): readonly string[] {
  const excused = new Map(
    exceptions
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.split(/\s+/)[0] ?? "", line.split(/\s+/).slice(1).join(" ")] as const),
  );
  const large = files.filter(
    ({ path, text }) => (isCode(path) || path.endsWith(".css")) && lineCount(text) > limitOf(path),
  );
  return [
    ...large
      .filter((file) => !excused.get(file.path))
      .map(
        (file) => `${file.path} has ${lineCount(file.text)} lines, limit ${limitOf(file.path)}: split it by behaviour`,
      ),
    ...[...excused.keys()]
      .filter((path) => !large.some((file) => file.path === path))
      .map((path) => `scripts/size-exceptions.txt excuses ${path}, which needs no excuse`),
  ];
}

/** Front doors that are not as agreed: a docstring first, then named exports only. */
export function doorProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files
    .filter((file) => /^src\/[^/]+\/index\.ts$/.test(file.path))
    .flatMap((file) => [
      ...(file.text.startsWith("/**") ? [] : [`${file.path} does not begin with a docstring`]),
      ...(/^export\s+(?:type\s+)?\*/m.test(file.text)
        ? [`${file.path} has an \`export *\`: name what is exported`]
        : []),
      ...(/^export\s+default\b/m.test(file.text) ? [`${file.path} has a default export`] : []),
      ...(/^export\s/m.test(file.text) ? [] : [`${file.path} exports nothing`]),
    ]);
}

/** Names that say nothing, and source names that are not kebab-case. */
export function nameProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files
    .filter((file) => isCode(file.path) && !file.path.startsWith("examples/"))
    .flatMap((file) => {
      const parts = file.path.replace(/(\.test|\.d)?\.(ts|mjs|cjs|js)$/, "").split("/");
      const vague = parts.find((part) => /^(utils?|common|helpers?|misc|shared)$/.test(part));
      const crooked = parts.find((part) => !/^\.?[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
      return [
        ...(vague === undefined ? [] : [`${file.path}: "${vague}" is no noun of ours; put it with its one caller`]),
        ...(crooked === undefined ? [] : [`${file.path}: "${crooked}" is not kebab-case`]),
      ];
    });
}

/** Rooms that decide and read, and do nothing: what they are given is all that they know. */
const pureRooms = ["call", "actions", "contract", "sip-syntax", "sdp"];
const impure =
  /\b(?:async|await|Promise|setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|Math\.random|performance\.now|process\.\w+)\b|new Date\(\)|from "node:(?!net")/;

/** What pure rooms do with time, chance, the system or a promise. `node:net` tells addresses from names there. */
export function purityProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files
    .filter(({ path }) => pureRooms.some((room) => path.startsWith(`src/${room}/`)) && /(?<!\.test)\.ts$/.test(path))
    .flatMap(({ path, text }) => {
      const code = text.split("\n").filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line));
      return code.flatMap((line) => {
        const found = impure.exec(line)?.[0];
        return found === undefined ? [] : [`${path} is in a pure room, and has \`${found}\``];
      });
    });
}

/** State at module level in src: `let` and `var`. */
export function moduleStateProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files
    .filter((file) => file.path.startsWith("src/") && file.path.endsWith(".ts"))
    .flatMap((file) =>
      [...file.text.matchAll(/^(?:export\s+)?(?:let|var)\s+(\w+)/gm)].map(
        (match) => `${file.path}: \`${match[1]}\` is state of the module; give it to a value that is created`,
      ),
    );
}

/** Unit tests (beside their file in src) that open sockets; those live in test/wire. */
export function socketProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files
    .filter((file) => /^src\/.*\.test\.ts$/.test(file.path))
    .filter((file) => /^import\s(?!type\b).*from "node:(?:net|dgram|tls|http|https|http2)";/m.test(file.text))
    .map((file) => `${file.path} uses sockets: move it to test/wire`);
}

// Written in pieces, so that this file passes its own check.
const forbiddenTexts: readonly (readonly [pattern: RegExp, why: string])[] = [
  [
    new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`),
    "an unfinished note: do it or open an issue",
  ],
  [new RegExp(`(?<![\\w.~/-])/(?:${["wo" + "rk", "ro" + "ot", "ho" + "me"].join("|")})/`), "a path of one machine"],
  [
    new RegExp(["regist" + "ry\\.(?:npmjs|yarnpkg)", "py" + "pi\\.org", "deb\\.deb" + "ian\\.org"].join("|"), "i"),
    "the host of a package registry",
  ],
  [new RegExp(`-----BEGIN [A-Z ]*PRIVATE ${"KEY"}-----`), "a private key"],
  [new RegExp(`\\bAKIA(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\\b`), "an access key"],
];

/** Texts that no file of the repository may hold, with their line. */
export function textProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files.flatMap((file) => {
    const texts = forbiddenTexts.filter(([pattern]) => pattern.test(file.text));
    if (texts.length === 0) return [];
    return file.text
      .split("\n")
      .flatMap((line, index) =>
        texts.filter(([pattern]) => pattern.test(line)).map(([, why]) => `${file.path}:${index + 1} holds ${why}`),
      );
  });
}

/** Download addresses in the lock file: it must work with any registry. */
export function lockProblems(lockText: string): readonly string[] {
  const count = [...lockText.matchAll(/"resolved":/g)].length;
  return count === 0
    ? []
    : [`package-lock.json names ${count} download addresses: keep .npmrc as it is and lock again`];
}

function isCode(path: string): boolean {
  return /\.(ts|mjs|cjs|js)$/.test(path);
}

function limitOf(path: string): number {
  return path.endsWith(".test.ts") ? sizeLimits.test : sizeLimits.source;
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
