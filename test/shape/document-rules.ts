import type { RepositoryFile } from "./repository.ts";

/** Rooms of src without a row in ARCHITECTURE.md, and paths named there in backticks that do not exist.
 * A path begins with a folder of the repository or a room of src (`sip/agent.ts`); `.ts` may be left out. */
export function architectureProblems(files: readonly RepositoryFile[], page: string): readonly string[] {
  const rooms = roomsOf(files);
  const rows = new Set(firstCells(page).map((cell) => cell.replace(/^src\/|\/$/g, "")));
  const known = knownPaths(files);
  const roots = new Set([...rooms, ...files.map((file) => file.path.split("/")[0] ?? "")]);
  return [
    ...rooms.filter((room) => !rows.has(room)).map((room) => `ARCHITECTURE.md has no row for the room ${room}`),
    ...[...page.matchAll(/`([^`\n]+)`/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => /^[\w.@-]+(\/[\w.@*<>-]*)+$/.test(name) && roots.has(name.split("/")[0] ?? ""))
      .filter((name) => !exists(name, known))
      .map((name) => `ARCHITECTURE.md names ${name}, which does not exist`),
  ];
}

/** Differences between the codes of every `src/<room>/errors.ts` and the rows of docs/errors.md, codes that do not
 * begin with their room, and codes thrown without being listed. */
export function errorProblems(files: readonly RepositoryFile[], page: string): readonly string[] {
  const listed = files.flatMap((file) => {
    const room = /^src\/([^/]+)\/errors\.ts$/.exec(file.path)?.[1];
    return room === undefined ? [] : codesOf(file.text).map((code) => ({ code, room, path: file.path }));
  });
  const codes = new Set(listed.map(({ code }) => code));
  const rows = firstCells(page).filter((cell) => /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(cell));
  const thrown = files
    .filter((file) => /^src\/(?!testing\/).*(?<!\.test)\.ts$/.test(file.path))
    .flatMap((file) =>
      [...file.text.matchAll(/new AppError\(\s*"([^"]+)"/g)].map((match) => ({
        code: match[1] ?? "",
        path: file.path,
      })),
    );
  return [
    ...listed
      .filter(({ code, room }) => !code.startsWith(`${room.toUpperCase()}_`))
      .map(({ code, room, path }) => `${path}: ${code} does not begin with ${room.toUpperCase()}_`),
    ...[...codes].filter((code) => !rows.includes(code)).map((code) => `docs/errors.md has no row for ${code}`),
    ...rows.filter((code) => !codes.has(code)).map((code) => `docs/errors.md has ${code}, which no errors.ts lists`),
    ...thrown
      .filter(({ code }) => !codes.has(code))
      .map(({ code, path }) => `${path} throws ${code}, which no errors.ts lists`),
  ];
}

/** Differences between the list in src/actions/index.ts, the files beside it that define an action, and the table of
 * docs/contract/actions.md headed "Action": its first cell is the wire name, the file is that name in kebab case. */
export function actionProblems(files: readonly RepositoryFile[], page: string): readonly string[] {
  const list = files.find((file) => file.path === "src/actions/index.ts")?.text ?? "";
  const listed = [...list.matchAll(/^import \{[^}]*\} from "\.\/([^"]+)\.ts";/gm)].map((match) => match[1] ?? "");
  const defined = files
    .filter((file) => /^export const \w+ = defineAction\b/m.test(file.text))
    .flatMap((file) => /^src\/actions\/([^/.]+)\.ts$/.exec(file.path)?.[1] ?? []);
  const rows = firstCells(page, "Action").map(kebab);
  return [
    ...defined.filter((name) => !listed.includes(name)).map((name) => `src/actions/index.ts does not list ${name}.ts`),
    ...listed
      .filter((name) => !rows.includes(name))
      .map((name) => `docs/contract/actions.md has no row for ${name}.ts`),
    ...rows
      .filter((name) => !listed.includes(name))
      .map((name) => `docs/contract/actions.md has a row without ${name}.ts`),
  ];
}

/** Examples without a README, and examples that no test names (`examples/<name>`). */
export function exampleProblems(files: readonly RepositoryFile[]): readonly string[] {
  const names = new Set(files.flatMap((file) => /^examples\/([^/]+)\//.exec(file.path)?.[1] ?? []));
  const tests = files.filter(
    (file) => /^(?:src|test)\/.*\.ts$/.test(file.path) && !file.path.startsWith("test/shape/"),
  );
  const has = (path: string): boolean => files.some((file) => file.path === path);
  const named = (name: string): boolean =>
    tests.some((file) => new RegExp(`examples(?:/|",\\s*")${name}(?![\\w-])`).test(file.text));
  return [...names].flatMap((name) => [
    ...(has(`examples/${name}/README.md`) ? [] : [`examples/${name} has no README.md`]),
    ...(named(name) ? [] : [`examples/${name} is run by no test`]),
  ]);
}

/** Differences between the dependencies of package.json and the rows of CONTRIBUTING.md, and what would install with npm only. */
export function dependencyProblems(manifestText: string, page: string): readonly string[] {
  const manifest = JSON.parse(manifestText) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  const used = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  const rows = firstCells(page, "package");
  return [
    ...used.filter((name) => !rows.includes(name)).map((name) => `CONTRIBUTING.md does not say why we use ${name}`),
    ...rows.filter((name) => !used.includes(name)).map((name) => `CONTRIBUTING.md explains ${name}, which is not used`),
    ...("overrides" in manifest ? ["package.json has overrides, which no package manager but npm reads"] : []),
  ];
}

/** Differences between the packages that an installation gets by the lock file and the rows of NOTICE (name, licence,
 * holder of copyright). A row `@scope/*` stands for the programs of each system that a package has. */
export function noticeProblems(lockText: string, notice: string): readonly string[] {
  const { packages } = JSON.parse(lockText) as {
    readonly packages: Readonly<Record<string, { readonly license?: string; readonly dev?: true }>>;
  };
  const rows = [...notice.matchAll(/^ {2}(@?[\w./*-]+) {2,}([\w.-]+|\([\w. -]+\)) +\S.*$/gm)].map(
    ([, name = "", licence = ""]) => ({
      name,
      licence,
    }),
  );
  const installed = Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path, { license = "none" }]) => ({ name: path.replace(/^.*node_modules\//, ""), licence: license }));
  const isOf = (row: { readonly name: string }, name: string): boolean =>
    row.name === name || (row.name.endsWith("/*") && name.startsWith(row.name.slice(0, -1)));
  return [
    ...installed
      .filter(({ name, licence }) => !rows.some((row) => isOf(row, name) && row.licence === licence))
      .map(({ name, licence }) => `NOTICE has no row for ${name} with the licence ${licence}`),
    ...rows
      .filter((row) => !installed.some(({ name }) => isOf(row, name)))
      .map(({ name }) => `NOTICE has a row for ${name}, which is not installed`),
  ];
}

/** Entry points of package.json (`exports`, `bin`) without a source file. */
export function entryProblems(files: readonly RepositoryFile[], manifestText: string): readonly string[] {
  const targets = [...manifestText.matchAll(/"(?:\.\/)?dist\/([^"*]+)\.js"/g)].map((match) => `${match[1]}.ts`);
  const missing = [...new Set(targets)].filter((path) => !files.some((file) => file.path === path));
  return missing.map((path) => `package.json points to ${path}, which does not exist`);
}

function roomsOf(files: readonly RepositoryFile[]): readonly string[] {
  return [...new Set(files.flatMap((file) => /^src\/([^/]+)\/.*\.ts$/.exec(file.path)?.[1] ?? []))];
}

/** The first cell of each row of the page's tables, without backticks, emphasis and links.
 * @param heading only of tables whose first column has this heading */
function firstCells(page: string, heading?: string): readonly string[] {
  const lines = page.split("\n");
  const cellOf = (line: string | undefined): string | undefined =>
    /^\|([^|]*)\|/
      .exec(line ?? "")?.[1]
      ?.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[`*]/g, "")
      .trim();
  const isRule = (line: string | undefined): boolean => /^\|\s*:?-+/.test(line ?? "");
  const found: string[] = [];
  let table: string | undefined;
  for (const [index, line] of lines.entries()) {
    const cell = cellOf(line);
    if (isRule(line)) table = cellOf(lines[index - 1]);
    else if (cell !== undefined && !isRule(lines[index + 1]) && (heading ?? table) === table) found.push(cell);
  }
  return found;
}

function codesOf(text: string): readonly string[] {
  return [...text.matchAll(/^\s+([A-Z][A-Z0-9]*_[A-Z0-9_]+):/gm)].map((match) => match[1] ?? "");
}

function kebab(wireName: string): string {
  return wireName.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

/** Every file and every folder, with and without `src/` in front. */
function knownPaths(files: readonly RepositoryFile[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/");
    for (let count = 1; count <= parts.length; count++) {
      const whole = parts.slice(0, count).join("/");
      known.add(whole);
      if (parts[0] === "src") known.add(parts.slice(1, count).join("/"));
    }
  }
  return known;
}

/** A name with a wildcard or a placeholder exists when the folder before it does. */
function exists(name: string, known: ReadonlySet<string>): boolean {
  const fixed = name
    .replace(/[*<].*$/, "")
    .replace(/[^/]*$/, (last) => (/[*<]/.test(name) ? "" : last))
    .replace(/\/$/, "");
  return known.has(fixed) || known.has(`${fixed}.ts`);
}
