// Finds out why a handler cannot be loaded: where its syntax is wrong, what packages and variables it lacks.
import { readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { basename, isAbsolute, resolve } from "node:path";

/** The last releases that still have the calls for SIP media applications; without an entry the newest is good. */
const lastGood = { "@aws-sdk/client-chime": "3.699.0" };
const fromLambda = /^(?:aws-sdk|@aws-sdk\/[^/]+)$/;

/** What the files reachable from the handler's file lack.
 * @param {string} file absolute path of the handler's file
 * @returns {Promise<{ files: string[], packages: string[], variables: string[] }>} imports of files that are not there, names as `npm install` takes them, and variables that are read and not set */
export async function findMissing(file) {
  const files = new Set();
  const { metafile } = await bundleOf(file, (path, importer) => files.add(`${path} (in ${basename(importer)})`));
  const packages = new Set();
  const variables = new Set();
  for (const [input, { imports }] of Object.entries(metafile.inputs)) {
    const from = isAbsolute(input) ? input : resolve(input);
    for (const { path, external } of imports) {
      if (external && !isFile(path) && isMissing(path, from)) packages.add(packageName(path));
    }
    for (const [, dotted, quoted] of (await readFile(from, "utf8")).matchAll(
      /process\.env(?:\.([A-Za-z_]\w{0,99})|\[["']([A-Za-z_]\w{0,99})["']\])/g,
    )) {
      const name = dotted ?? quoted;
      if (process.env[name] === undefined) variables.add(name);
    }
  }
  return { files: [...files], packages: [...packages], variables: [...variables] };
}

/** One sentence for people on imports of files that are not there: the error names the first only. */
export function fileAdvice(files) {
  return files.length < 2 ? "" : `These files are missing: ${files.join(", ")}`;
}

/** Where the syntax of the handler's file, or of one that it imports, is wrong.
 * @returns {Promise<string | undefined>} file and line, the line, and its place marked below it; undefined when no fault is found */
export async function findSyntaxFault(file) {
  const errors = await bundleOf(file).then(
    () => [],
    (error) => error.errors ?? [],
  );
  const found = errors.find(({ location }) => location !== null)?.location;
  if (found === undefined) return undefined;
  const indent = found.lineText.slice(0, found.column).replace(/[^\t]/g, " ");
  return `${resolve(found.file)}:${found.line}\n${found.lineText}\n${indent}^`;
}

/** One sentence for people on how to install `packages`. */
export function installAdvice(packages) {
  if (packages.length === 0) return "";
  const broughtAlong = packages.filter((name) => fromLambda.test(name));
  const why = broughtAlong.length === 0 ? "" : `Lambda brings along ${broughtAlong.join(", ")}. `;
  const names = packages.map((name) => (lastGood[name] === undefined ? name : `${name}@${lastGood[name]}`));
  return `${why}Here install it beside the function: npm install ${names.join(" ")}`;
}

/** An installed release of a package that no longer has what is imported. */
export function versionAdvice(message) {
  for (const [name, version] of Object.entries(lastGood)) {
    if (message.includes(name) && /does not provide an export|not found/.test(message)) {
      return `Newer releases of ${name} have no calls for SIP media applications: npm install ${name}@${version}, or use @aws-sdk/client-chime-sdk-voice`;
    }
  }
  return "";
}

/** All files and imports from the handler's file on, without running any of it. */
async function bundleOf(file, onMissingFile) {
  const { build } = await import("esbuild");
  return build({
    entryPoints: [file],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
    loader: { ".node": "empty" },
    plugins: [{ name: "missing files", setup: (bundle) => passMissingFiles(bundle, onMissingFile) }],
  });
}

/** A file that is not there would end the look at all others. */
function passMissingFiles({ onResolve, resolve: look }, onMissingFile) {
  onResolve({ filter: /^\.{0,2}\// }, async ({ path, importer, kind, resolveDir, pluginData }) => {
    if (pluginData === "seen" || kind === "entry-point") return undefined;
    const { errors } = await look(path, { importer, kind, resolveDir, pluginData: "seen" });
    if (errors.length === 0) return undefined;
    onMissingFile(path, importer);
    return { path, external: true };
  });
}

const isFile = (specifier) => /^\.{0,2}\//.test(specifier);

function isMissing(specifier, from) {
  if (isBuiltin(specifier)) return false;
  try {
    createRequire(from).resolve(specifier);
    return false;
  } catch (error) {
    // A package may have no door for `require`; it is there all the same.
    return error?.code === "MODULE_NOT_FOUND";
  }
}

function packageName(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
