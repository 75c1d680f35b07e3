import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { errorMessage } from "../kernel/index.ts";
import { bundleScript } from "./bundle-script.ts";

/** What a browser gets. */
export interface PageFile {
  /** Media type. */
  readonly type: string;
  readonly body: string | Buffer;
  /** What is wrong with a script, and where; it then is one that says so on the page. */
  readonly problem?: string;
}

/** The pages of a folder. */
export interface Pages {
  /** The file at the path of a URL, such as "/" or "/page.js"; undefined when there is none. */
  find(path: string): Promise<PageFile | undefined>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".ico": "image/x-icon",
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
};
const scripts = [".js", ".mjs", ".ts", ".tsx", ".jsx"];
const scriptType = "text/javascript; charset=utf-8";

/** Longest path, characters, and largest file, bytes. */
const longestPath = 1_024;
const largestFile = 16_777_216;

/** Serves what is in `folder` as it is at each request, so that an edit shows when the page is loaded again. Of a script that several ask
 * for at one time, one bundle is made. Files whose name begins with a dot, and what lies outside of the folder, are not found. */
export function createPages(folder: string): Pages {
  const bundling = new Map<string, Promise<string>>();
  const bundle = (file: string) => {
    const running = bundling.get(file) ?? bundleScript(file).finally(() => bundling.delete(file));
    bundling.set(file, running);
    return running;
  };
  return {
    async find(path) {
      const file = await locate(folder, path);
      if (file === undefined) return undefined;
      const extension = extname(file).toLowerCase();
      if (scripts.includes(extension)) return bundle(file).then((body) => ({ type: scriptType, body }), tellProblem);
      const type = types[extension];
      return type === undefined ? undefined : { type, body: await readFile(file) };
    },
  };
}

function tellProblem(error: unknown): PageFile {
  const problem = errorMessage(error);
  const text = JSON.stringify(problem);
  return { type: scriptType, body: `document.body.prepend(${text}); throw new Error(${text});`, problem };
}

/** The file that a path names, if it is one in the folder. */
async function locate(folder: string, path: string): Promise<string | undefined> {
  const name = decode(path);
  if (name === undefined || /[\0\\]|(^|\/)\./.test(name)) return undefined;
  try {
    const [root, file] = await Promise.all([
      realpath(folder),
      realpath(join(folder, name.endsWith("/") ? `${name}index.html` : name)),
    ]);
    if (!file.startsWith(root + sep)) return undefined;
    const found = await stat(file);
    return found.isFile() && found.size <= largestFile ? file : undefined;
  } catch {
    return undefined; // Not there, or not to be read.
  }
}

function decode(path: string): string | undefined {
  if (path.length > longestPath) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
