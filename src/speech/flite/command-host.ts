import { WASI } from "@runno/wasi";

/** What a run of a WebAssembly command left behind. */
export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and standard error, as one text. */
  readonly console: string;
  /** Content of `commandFile`; empty if it wrote none. */
  readonly file: Uint8Array;
}

/** A compiled module, as `WebAssembly.compile` gives it. */
export type CommandModule = object;

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<CommandModule>;
  instantiate(module: CommandModule, imports: object): Promise<object>;
}
const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** The file that a command writes, in a file system of its own in memory. */
export const commandFile = "/speech.wav";

/** Compiles the bytes of a command. */
export async function compileCommand(bytes: Uint8Array): Promise<CommandModule> {
  return webAssembly.compile(bytes);
}

/** A command that waits for its arguments, to run once. A trap of the module ends it with 134, as the signal would. */
export type ReadyCommand = (args: readonly string[]) => CommandResult;

/** Makes a WASI preview 1 command ready that reads nothing and writes one file, all in memory: a third of a short run's time.
 *
 * Not on `node:wasi`: that one crashed the whole process (a segmentation fault on a text of one 400-letter word, Node
 * 20.20), needs a folder on disk, and is experimental. */
export async function prepareCommand(module: CommandModule): Promise<ReadyCommand> {
  let console = "";
  const print = (text: string): void => void (console += text);
  const host = new WASI({ stdout: print, stderr: print, stdin: () => null });
  const instance = await webAssembly.instantiate(module, host.getImportObject());
  return (args) => {
    host.context.args = [...args];
    const { exitCode, fs } = host.start({ instance, module });
    const content = fs[commandFile]?.content ?? "";
    return { exitCode, console, file: typeof content === "string" ? Buffer.from(content) : content };
  };
}
