import { dirname } from "node:path";
import type { Plugin } from "esbuild";

export interface BundleOptions {
  /** Packages that others stand for, by name. */
  readonly standIns?: Readonly<Record<string, string>>;
  /** Where those are looked for; default the script's folder. */
  readonly folder?: string;
}

/** Makes one script for browsers of a file (JavaScript or TypeScript) and what it imports. Rejects with an Error that says what is wrong
 * and where. */
export async function bundleScript(file: string, options: BundleOptions = {}): Promise<string> {
  const { standIns = {}, folder = dirname(file) } = options;
  // Loaded with the first page, since few servers have any.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [file],
    absWorkingDir: folder,
    alias: { ...standIns },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { global: "globalThis" },
    plugins: [withoutChat],
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** The chat client, which `amazon-chime-sdk-js` brings along for an address that pages of meetings never ask for; its files for Node are
 * nothing for a browser. */
const chatClient = /^@aws-sdk\/client-chime-sdk-messaging$/;
const withoutChat: Plugin = {
  name: "without-chat",
  setup(build) {
    build.onResolve({ filter: chatClient }, ({ path }) => ({ path, namespace: "none" }));
    build.onLoad({ filter: /^/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
  },
};
