import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { ownNumber } from "../interop/kit.ts";
import { freePort } from "../interop/ports.ts";

const program = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

/** `offhook serve` in a process of its own, over files that a test wrote. */
export interface ServeProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  /** What an SDK takes as `endpoint`. */
  readonly apiUrl: string;
  /** Where a phone dials to reach the function. */
  readonly uri: string;
  /** Resolves once the server is ready: its API refuses with 503 before. */
  answers(): Promise<void>;
  /** Sends a signal, by default SIGTERM; the exit code, or the signal that ended it, once all that it printed is here. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface ServeProcessOptions {
  /** By path; "app.mjs" is the function. */
  readonly files: Readonly<Record<string, string>>;
  /** Further keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly stdio?: StdioOptions;
  readonly command?: readonly string[];
  /** Folder and ports are those of this one, which has ended. */
  readonly after?: ServeProcess;
}

/** Starts it. It is ended, and its folder removed, when the test ends. */
export async function startServeProcess(test: TestContext, options: ServeProcessOptions): Promise<ServeProcess> {
  const { after } = options;
  const folder = after?.folder ?? (await mkdtemp(join(tmpdir(), "offhook-serve-")));
  const sipPort = after === undefined ? await freePort() : Number(after.uri.split(":").at(-1));
  const apiPort = after === undefined ? await freePort() : Number(new URL(after.apiUrl).port);
  const written = {
    sip: { listen: [`udp://127.0.0.1:${sipPort}`] },
    api: { listen: `http://127.0.0.1:${apiPort}` },
    media: { ports: "0-0", workers: 1 },
    numbers: [ownNumber],
    functions: { app: "./app.mjs" },
    applications: [{ name: "app", function: "app" }],
    rules: [{ name: "in", number: ownNumber, applications: ["app"] }],
    ...options.config,
  };
  for (const [path, text] of Object.entries({ ...options.files, "offhook.yaml": JSON.stringify(written) })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const command = options.command ?? ["serve"];
  const child = spawn(process.execPath, [program, ...command], {
    cwd: folder,
    stdio: options.stdio ?? ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  test.after(async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    child,
    folder,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    uri: `sip:${ownNumber}@127.0.0.1:${sipPort}`,
    async answers() {
      while (child.exitCode === null && child.signalCode === null) {
        const isThere = await fetch(`http://127.0.0.1:${apiPort}/`).then(
          ({ status }) => status !== 503,
          () => false,
        );
        if (isThere) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`the server ended (${child.exitCode ?? child.signalCode}) before its API answered`);
    },
    async stop(by = "SIGTERM") {
      child.kill(by);
      const [code, signal] = await exited;
      return code ?? signal;
    },
  };
}
