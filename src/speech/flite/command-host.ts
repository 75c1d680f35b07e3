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

interface Instance {
  readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } };
}
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<CommandModule>;
  readonly Instance: new (module: CommandModule, imports: object) => Instance;
}
const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** The file that a command writes, in a file system of its own in memory. */
export const commandFile = "/speech.wav";
/** An instance whose memory grew beyond this is given up after the run, since WebAssembly cannot give memory back. */
const mostMemoryBytes = 64 * 1024 ** 2;

/** Compiles the bytes of a command. */
export async function compileCommand(bytes: Uint8Array): Promise<CommandModule> {
  return webAssembly.compile(bytes);
}

/** A WASI preview 1 command that reads nothing and writes one file, all in memory; each run is as the first. A trap of the module ends a run
 * with 134, as the signal would. */
export interface Command {
  run(args: readonly string[]): CommandResult;
  /** What is kept for the next run; undefined: nothing. For tests. */
  kept(): { readonly memoryBytes: number; readonly constants: Uint8Array } | undefined;
}

/** Makes a command that keeps its instance from run to run, which is a fifth of the time of a short run, and of the garbage all. Its constants stay; what a
 * run may write to is put back.
 * @param variableBytes how much of the memory that an instance begins with, from its end, a run may write to
 *
 * Not on `node:wasi`: that one crashed the whole process (a segmentation fault on a text of one 400-letter word, Node
 * 20.20), needs a folder on disk, and is experimental. */
export function createCommand(module: CommandModule, variableBytes: number): Command {
  let kept: Prepared | undefined;
  return {
    run(args) {
      const prepared = kept ?? prepare(module, variableBytes);
      kept = undefined;
      const result = prepared.run(args);
      // After another end, the stack of the instance may not be empty.
      if (result.exitCode === 0 && prepared.memory().byteLength <= mostMemoryBytes) {
        prepared.restore();
        kept = prepared;
      }
      return result;
    },
    kept: () =>
      kept === undefined ? undefined : { memoryBytes: kept.memory().byteLength, constants: kept.constants() },
  };
}

interface Prepared {
  run(args: readonly string[]): CommandResult;
  /** Makes its memory as it was in the beginning. */
  restore(): void;
  memory(): Uint8Array;
  /** The part of it that is not restored. */
  constants(): Uint8Array;
}

function prepare(module: CommandModule, variableBytes: number): Prepared {
  let console = "";
  const print = (text: string): void => void (console += text);
  const createHost = () => new WASI({ stdout: print, stderr: print, stdin: () => null });
  type Imports = Record<string, (...args: unknown[]) => unknown>;
  const importsOf = (host: WASI) => host.getImportObject().wasi_snapshot_preview1 as unknown as Imports;

  // A host serves one run; the instance reaches that of the present one.
  let imports = importsOf(createHost());
  const forward: Imports = {};
  for (const name of Object.keys(imports)) forward[name] = (...args) => imports[name]?.(...args);
  const instance = new webAssembly.Instance(module, { wasi_snapshot_preview1: forward });
  const memory = () => new Uint8Array(instance.exports.memory.buffer);
  const firstBytes = memory().byteLength;
  const variable = memory().slice(firstBytes - variableBytes);

  return {
    run(args) {
      console = "";
      const host = createHost();
      imports = importsOf(host);
      host.context.args = [...args];
      const { exitCode, fs } = host.start({ instance, module });
      const content = fs[commandFile]?.content ?? "";
      return { exitCode, console, file: typeof content === "string" ? Buffer.from(content) : content };
    },
    restore() {
      memory().set(variable, firstBytes - variableBytes);
      memory().fill(0, firstBytes);
    },
    memory,
    constants: () => memory().subarray(0, firstBytes - variableBytes),
  };
}
