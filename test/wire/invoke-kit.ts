import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import {
  createInvoker,
  type CommandFunction,
  type FileFunction,
  type FunctionOutput,
  type Invoker,
  type LocalFunction,
} from "../../src/invoke/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";

/** An invoker of real processes over handlers that a test writes, in a folder of its own. */
export interface InvokeKit {
  readonly folder: string;
  readonly invoker: Invoker;
  readonly output: readonly FunctionOutput[];
  readonly reloads: readonly string[];
  /** Facts and text of what was logged as a warning or an error. */
  readonly warnings: readonly (Readonly<Record<string, unknown>> & { readonly message: string })[];
  write(file: string, source: string): Promise<void>;
  /** Invokes the function "fn"; the parsed answer, or the failure as it came. */
  call(event?: unknown, deadlineMs?: number): Promise<unknown>;
  /** Resolves once `condition` holds; looks again whenever the event loop turns. */
  until(condition: () => boolean): Promise<void>;
}

/** What is of its own in a function that is a program. */
type ProgramFunction = Pick<CommandFunction, "kind" | "command" | "folder" | "handler">;

/** Opens a kit whose function "fn" is the handler `file` with `source`. Closed when the test ends. */
export async function openInvokeKit(
  test: TestContext,
  file: string,
  source: string,
  changes: Partial<FileFunction> & { readonly program?: (folder: string) => Promise<ProgramFunction> } = {},
): Promise<InvokeKit> {
  const { program, ...others } = changes;
  const folder = await mkdtemp(join(tmpdir(), "offhook-invoke-"));
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  await write(file, source);
  const output: FunctionOutput[] = [];
  const reloads: string[] = [];
  const warnings: (Record<string, unknown> & { readonly message: string })[] = [];
  const warn = (facts: object, message: string) => void warnings.push({ ...facts, message });
  const common = {
    name: "fn",
    environment: {},
    inherited: {},
    timeoutMs: 20_000,
    maxProcesses: 4,
    reload: false,
  };
  const local: LocalFunction =
    program === undefined
      ? { ...common, kind: "file", file: join(folder, file), handler: "handler", ...others }
      : { ...common, ...(await program(folder)) };
  const invoker = await createInvoker({
    functions: [local],
    region: "us-east-1",
    accountId: "111122223333",
    clock: systemClock,
    log: { ...silentLogger, warn, error: warn },
    onOutput: (line) => void output.push(line),
    onReload: (_name, changedFile) => void reloads.push(changedFile),
  });
  test.after(async () => {
    await invoker.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    invoker,
    output,
    warnings,
    reloads,
    write,
    async call(event = {}, deadlineMs = 20_000) {
      const result = await invoker.invoke("fn", event, deadlineMs);
      return result.type === "response" ? (JSON.parse(result.payload) as unknown) : result;
    },
    async until(condition) {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
    },
  };
}
