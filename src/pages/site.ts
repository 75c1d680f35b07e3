import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { LRUCache } from "lru-cache";

/** A file of a site, as it goes to a browser. */
export interface SiteFile {
  readonly type: string;
  readonly body: Buffer;
  readonly encoding: "br" | "gzip" | undefined;
  /** Its name changes with what is in it. */
  readonly isImmutable: boolean;
}

/** Web pages that were built: files of one folder, with a hash in the names of those that may be kept for ever. */
export interface Site {
  /** The file at a path below the site's own, such as "main-5XQ2ZK7A.js"; undefined: there is none.
   * @param accepted value of Accept-Encoding */
  find(name: string, accepted: string): Promise<SiteFile | undefined>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};
const compressible = /^text\/|json|svg|wasm/;
/** One name, or one in a folder: no file of ours lies deeper. */
const nameForm = /^(?:[A-Za-z0-9_-]{1,64}\/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
/** As bundlers write it: of capitals and digits, or of hexadecimal digits. */
const hashForm = /[-.](?=[A-Za-z0-9]*\d)(?:[A-Z0-9]{8}|[0-9a-f]{8,32})\.[a-z0-9]+$/;
const mostKept = 64;

const compress = {
  br: (body: Buffer) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 9 }),
};

/** Serves what was built into `folder`; what is built anew shows at once. What is compressed is kept. */
export function createSite(folder: string): Site {
  const kept = new LRUCache<string, Promise<Buffer>>({ max: mostKept });
  const read = (path: string, encoding: SiteFile["encoding"], mark: string) => {
    const key = `${path} ${encoding} ${mark}`;
    const body = kept.get(key) ?? readFile(path).then((plain) => (encoding ? compress[encoding](plain) : plain));
    kept.set(key, body);
    return body;
  };
  return {
    async find(name, accepted) {
      const type = types[extname(name)];
      if (type === undefined || !nameForm.test(name)) return undefined;
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) return undefined;
      const encoding = compressible.test(type) ? chooseEncoding(accepted) : undefined;
      const body = await read(path, encoding, `${found.mtimeMs} ${found.size}`);
      return { type, body, encoding, isImmutable: hashForm.test(name) };
    },
  };
}

/** RFC 9110 §12.5.3 */
function chooseEncoding(accepted: string): SiteFile["encoding"] {
  const offered = accepted.split(",", 16).map((one) => one.trim().toLowerCase().replaceAll(" ", ""));
  const takes = (name: string) =>
    offered.some((one) => one === name || (one.startsWith(`${name};q=`) && Number(one.slice(name.length + 3)) > 0));
  if (takes("br")) return "br";
  return takes("gzip") ? "gzip" : undefined;
}
