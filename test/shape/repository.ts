import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";

/** One text file of the repository. `path` is relative to its root, with "/". */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

const ourFolders = ["src", "test", "bench", "examples", "scripts", "docs", "assets", "console", "deploy", ".ci"];
const binaryName = /\.(wav|raw|png|gz|wasm|voice|ulaw|alaw|pcap|db)$/i;

/** Every text file that git keeps, and in our own folders those that it would keep once added. Without git (a source
 * archive) the folders are walked. */
export function repositoryFiles(): readonly RepositoryFile[] {
  const root = packageRoot();
  return repositoryPaths()
    .filter((path) => !binaryName.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The paths of those, and of what is no text. */
export function repositoryPaths(): readonly string[] {
  const root = packageRoot();
  const paths = gitPaths(root) ?? ourFolders.flatMap((folder) => walk(root, folder));
  return paths.filter((path) => existsSync(join(root, path)));
}

function gitPaths(root: string): readonly string[] | undefined {
  try {
    const tracked = git(root, ["ls-files", "-z"]);
    const added = git(root, ["ls-files", "-z", "-o", "--exclude-standard", "--", ...ourFolders]);
    return [...new Set([...tracked, ...added])].sort();
  } catch {
    return undefined;
  }
}

function git(root: string, words: readonly string[]): readonly string[] {
  const output = execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return output.split("\0").filter((path) => path !== "");
}

function walk(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : walk(root, path);
    return [path];
  });
}
