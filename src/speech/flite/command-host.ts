/** What a run of a WebAssembly command left behind. */
export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and standard error, as one text. */
  readonly console: string;
  /** Content of the one file that it wrote. */
  readonly file: Uint8Array;
}

/** A compiled module, as `WebAssembly.compile` gives it. */
export type CommandModule = object;

interface Instance {
  readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; _start(): void };
}
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<CommandModule>;
  instantiate(module: CommandModule, imports: object): Promise<Instance>;
}
const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** Error numbers of WASI preview 1. */
const ok = 0;
const badFile = 8;
const cannotSeek = 70;
const folderFd = 3;
const fileFd = 4;
/** The only folder of the command; it may write one file there, of any name. */
export const commandFolder = "/out";

/** How `proc_exit` leaves the module's stack. */
class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/** Compiles the bytes of a command. */
export async function compileCommand(bytes: Uint8Array): Promise<CommandModule> {
  return webAssembly.compile(bytes);
}

/** A command that waits for its arguments, to run once.
 * @throws what the module itself traps with */
export type ReadyCommand = (args: readonly string[]) => CommandResult;

/** Makes a WASI preview 1 command ready that reads nothing and writes one file, all in memory: a third of a short run's time.
 *
 * It answers the 13 system calls of Flite itself rather than through `node:wasi`: that one crashed the whole process (a
 * segmentation fault on a text of one 400-letter word, Node 20.20), needs a folder on disk, and is experimental. */
export async function prepareCommand(module: CommandModule): Promise<ReadyCommand> {
  const host = createHost();
  const instance = await webAssembly.instantiate(module, { wasi_snapshot_preview1: host.calls });
  host.useMemory(instance.exports.memory);
  return (args) => {
    host.useArguments(args);
    try {
      instance.exports._start();
      return host.result(0);
    } catch (error) {
      if (error instanceof Exit) return host.result(error.code);
      throw error;
    }
  };
}

type Memory = () => { readonly buffer: ArrayBuffer };

function createHost() {
  let encoded: readonly Uint8Array[] = [];
  let memory: { readonly buffer: ArrayBuffer } = { buffer: new ArrayBuffer(0) };
  const now: Memory = () => memory;
  const output = createOutput();
  return {
    calls: { ...startCalls(() => encoded, now), ...descriptorCalls(now), ...outputCalls(output, now) },
    useArguments: (args: readonly string[]) => void (encoded = args.map((arg) => new TextEncoder().encode(`${arg}\0`))),
    useMemory: (exported: { readonly buffer: ArrayBuffer }) => void (memory = exported),
    result: (exitCode: number): CommandResult => ({ exitCode, console: output.console(), file: output.file() }),
  };
}

/** Arguments, clock and exit. */
function startCalls(args: () => readonly Uint8Array[], memory: Memory) {
  const view = (): DataView => new DataView(memory().buffer);
  return {
    args_sizes_get(countAt: number, sizeAt: number) {
      const encoded = args();
      const all = encoded.reduce((sum, arg) => sum + arg.length, 0);
      view().setUint32(countAt, encoded.length, true);
      view().setUint32(sizeAt, all, true);
      return ok;
    },
    args_get(pointersAt: number, textAt: number) {
      for (const [index, arg] of args().entries()) {
        view().setUint32(pointersAt + 4 * index, textAt, true);
        new Uint8Array(memory().buffer).set(arg, textAt);
        textAt += arg.length;
      }
      return ok;
    },
    clock_time_get(_clock: number, _precision: bigint, timeAt: number) {
      view().setBigUint64(timeAt, 0n, true);
      return ok;
    },
    proc_exit(code: number) {
      throw new Exit(code);
    },
  };
}

/** What the command asks about its files: one folder, nothing to read. */
function descriptorCalls(memory: Memory) {
  const folder = new TextEncoder().encode(commandFolder);
  const view = (): DataView => new DataView(memory().buffer);
  return {
    fd_close: () => ok,
    fd_fdstat_set_flags: () => ok,
    fd_fdstat_get(fd: number, statAt: number) {
      const [kind, allRights] = [fd === folderFd ? 3 : 4, 0xffff_ffff_ffff_ffffn];
      view().setUint8(statAt, kind);
      view().setUint16(statAt + 2, 0, true);
      view().setBigUint64(statAt + 8, allRights, true);
      view().setBigUint64(statAt + 16, allRights, true);
      return ok;
    },
    fd_prestat_get(fd: number, prestatAt: number) {
      if (fd !== folderFd) return badFile;
      view().setUint8(prestatAt, 0);
      view().setUint32(prestatAt + 4, folder.length, true);
      return ok;
    },
    fd_prestat_dir_name(_fd: number, nameAt: number, length: number) {
      new Uint8Array(memory().buffer).set(folder.subarray(0, length), nameAt);
      return ok;
    },
    fd_read(_fd: number, _vectors: number, _count: number, readAt: number) {
      view().setUint32(readAt, 0, true);
      return ok;
    },
  };
}

/** Writing: to the one file, or else to the console. */
function outputCalls(output: ReturnType<typeof createOutput>, memory: Memory) {
  const view = (): DataView => new DataView(memory().buffer);
  return {
    path_open(...parameters: [number, number, number, number, number, bigint, bigint, number, number]) {
      output.openFile();
      view().setUint32(parameters[8], fileFd, true);
      return ok;
    },
    fd_seek(fd: number, offset: bigint, from: number, positionAt: number) {
      if (fd !== fileFd) return cannotSeek;
      view().setBigUint64(positionAt, BigInt(output.seek(Number(offset), from)), true);
      return ok;
    },
    fd_write(fd: number, vectors: number, count: number, writtenAt: number) {
      let written = 0;
      for (let index = 0; index < count; index++) {
        const at = view().getUint32(vectors + 8 * index, true);
        const length = view().getUint32(vectors + 8 * index + 4, true);
        const bytes = new Uint8Array(memory().buffer, at, length);
        if (fd === fileFd) output.writeFile(bytes);
        else output.writeConsole(bytes);
        written += length;
      }
      view().setUint32(writtenAt, written, true);
      return ok;
    },
  };
}

/** The file and the console of one run. */
function createOutput() {
  let file = new Uint8Array(262_144);
  let sizeBytes = 0;
  let position = 0;
  let console = "";
  return {
    file: () => file.subarray(0, sizeBytes),
    console: () => console,
    openFile: () => void ([position, sizeBytes] = [0, 0]),
    /** `from`: 0 the start, 1 the position, 2 the end. Gives the new position. */
    seek: (offset: number, from: number) => (position = offset + ([0, position, sizeBytes][from] ?? 0)),
    writeConsole: (bytes: Uint8Array) => void (console += new TextDecoder().decode(bytes)),
    writeFile(bytes: Uint8Array) {
      if (position + bytes.length > file.length) {
        const larger = new Uint8Array(2 * (position + bytes.length));
        larger.set(file);
        file = larger;
      }
      file.set(bytes, position);
      position += bytes.length;
      sizeBytes = Math.max(sizeBytes, position);
    },
  };
}
