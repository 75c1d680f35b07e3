import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { errorMessage, packageRoot } from "../kernel/index.ts";
import { Command, Option } from "commander";

/** The function's file, by language. */
const functions = { javascript: "index.mjs", typescript: "index.ts", python: "index.py" } as const;
type Language = keyof typeof functions;

const scripts = { start: "offhook dev", test: "offhook test" };

/** `offhook init`: a project that works at once. */
export function initCommand(): Command {
  return new Command("init")
    .description("Makes a project: a function, prompts, offhook.yaml, tests, a README, and npm start and npm test.")
    .argument("[folder]", "where (default: this folder)", ".")
    .addOption(
      new Option("-l, --language <language>", "of the function")
        .choices(Object.keys(functions))
        .default("javascript" satisfies Language),
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (folder: string, { language }: { readonly language: Language }) => {
      process.exitCode = await runInit(folder, language);
    });
}

/** The exit code. */
async function runInit(folder: string, language: Language): Promise<number> {
  try {
    const isInstalled = await makeProject(resolve(folder), language);
    const steps = [
      ...(folder === "." ? [] : [`cd ${folder}`]),
      ...(isInstalled ? [] : ["npm install"]),
      "npm test",
      "npm start",
    ];
    console.log(`\nNext:\n${steps.map((step) => `  ${step}`).join("\n")}`);
    return 0;
  } catch (error) {
    console.error(`offhook init: ${errorMessage(error)}`);
    return 2;
  }
}

/** Writes the project; nothing that is there is written over.
 * @returns whether the package is installed there already */
async function makeProject(folder: string, language: Language): Promise<boolean> {
  const files = [...(await templatesOf("common")), ...(await templatesOf(language))].map(({ name, text }) => ({
    name,
    content: name.endsWith(".wav") ? text : text.toString("utf8").replaceAll("{{function}}", functions[language]),
  }));
  files.push({ name: ".gitignore", content: "node_modules/\n.offhook/\n" });
  const there = files.map(({ name }) => name).filter((name) => existsSync(join(folder, name)));
  if (there.length > 0)
    throw new Error(
      `${there.join(", ")} ${there.length === 1 ? "is" : "are"} in ${folder} already; nothing was written.`,
    );
  const before = await readPackage(join(folder, "package.json"));
  for (const { name, content } of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { flag: "wx" });
    console.log(`  ${name}`);
  }
  return writePackage(folder, before);
}

async function templatesOf(kind: string): Promise<readonly { name: string; text: Buffer }[]> {
  const root = join(packageRoot(), "assets", "init", kind);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Promise.all(
    found.sort().map(async (path) => ({ name: relative(root, path).split(sep).join("/"), text: await readFile(path) })),
  );
}

/** Writes package.json with scripts and the package; those that are there stay. */
async function writePackage(folder: string, before: PackageFile | undefined): Promise<boolean> {
  const {
    type = "module",
    scripts: own,
    dependencies = {},
    devDependencies = {},
    ...rest
  } = before ?? { private: true };
  const isNamed = [dependencies, devDependencies].some((all) => all["offhook"] !== undefined);
  // It is in no registry: what runs now is what the project gets.
  const needed = isNamed ? dependencies : { ...dependencies, offhook: `file:${packageRoot()}` };
  const after = {
    ...rest,
    type,
    scripts: { ...scripts, ...withoutPlaceholder(own) },
    dependencies: needed,
    ...(Object.keys(devDependencies).length === 0 ? {} : { devDependencies }),
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(after, undefined, 2)}\n`);
  console.log(`  package.json${before === undefined ? "" : " (scripts added)"}`);
  return existsSync(join(folder, "node_modules", "offhook", "package.json"));
}

/** What is read of package.json. */
interface PackageFile {
  readonly private?: boolean;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function readPackage(file: string): Promise<PackageFile | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(await readFile(file, "utf8")) as PackageFile;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${errorMessage(error)}; nothing was written.`, { cause: error });
  }
}

/** `npm init` writes a test script that only fails. */
function withoutPlaceholder(written: PackageFile["scripts"] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(written).filter(([, script]) => !script.includes("no test specified")));
}
