/** Makes the console (console/) into dist/console: index.html, and beside it files whose names have a hash of what is in them. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "console");
const target = join(root, "dist/console");
/** Where the server has it. */
const address = "/console/";

const { metafile } = await build({
  entryPoints: {
    console: join(source, "main.tsx"),
    style: join(source, "style/console.css"),
    icon: join(source, "icon.svg"),
  },
  outdir: target,
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  // Browsers of the last two years.
  target: ["es2022", "chrome123", "firefox128", "safari17.5"],
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  loader: { ".woff2": "file", ".svg": "copy" },
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: address,
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
}).then(async ({ outputFiles, ...made }) => {
  // Written when all of it is there: a server that runs goes on with the files of before until then.
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
  return made;
});

const names = Object.keys(metafile.outputs).map((path) => basename(path));
/** @param {RegExp} pattern */
const found = (pattern) => {
  const name = names.find((one) => pattern.test(one));
  if (name === undefined) throw new Error(`the console has no file ${pattern}`);
  return address + name;
};
const html = (await readFile(join(source, "index.html"), "utf8"))
  .replace("SCRIPT", found(/^console-\w+\.js$/))
  .replace("STYLE", found(/^style-\w+\.css$/))
  .replace("ICON", found(/^icon-\w+\.svg$/))
  .replace("FONT", found(/^geist-latin-wght-normal-\w+\.woff2$/));
await writeFile(join(target, "index.html"), html);
