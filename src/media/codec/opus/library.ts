import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { SampleRate } from "../codec.ts";

/** The functions of libopus, and the memory that they work on. What takes or gives an address takes a number. */
export interface OpusLibrary {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(address: number): void;
  opus_encoder_get_size(channels: number): number;
  opus_encoder_init(encoder: number, rateHz: SampleRate, channels: number, application: number): number;
  opus_encoder_ctl_set(encoder: number, request: number, value: number): number;
  /** @returns the bytes written, or a negative error */
  opus_encode(encoder: number, samples: number, count: number, output: number, room: number): number;
  opus_decoder_get_size(channels: number): number;
  opus_decoder_init(decoder: number, rateHz: SampleRate, channels: number): number;
  /** @param isOfBefore what the packet says of the one before it is decoded, `count` samples
   * @returns the samples written, or a negative error */
  opus_decode(
    decoder: number,
    packet: number,
    length: number,
    output: number,
    count: number,
    isOfBefore: 0 | 1,
  ): number;
}

/** libopus compiled, which threads can hand to each other. */
export type OpusModule = object;

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<OpusModule>;
  readonly Module: new (bytes: Uint8Array) => OpusModule;
  readonly Instance: new (module: OpusModule, imports: object) => { readonly exports: unknown };
}

const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** What it asks for to print and to end, neither of which it does; and to be told that its memory grew, which is seen anyway. */
const nothing = () => 0;
const imports = {
  wasi_snapshot_preview1: { fd_seek: nothing, fd_write: nothing, fd_close: nothing, proc_exit: nothing },
  env: { emscripten_notify_memory_growth: nothing },
};

/** Of this thread. */
const own: { module?: OpusModule; library?: OpusLibrary } = {};

/** Compiles libopus beside the calling thread. */
export function compileOpus(): Promise<OpusModule> {
  return webAssembly.compile(code());
}

/** What this thread is to use from now on, so that it need not compile it. */
export function useOpus(module: OpusModule): void {
  own.module ??= module;
}

/** libopus in this thread, with memory of its own. It is the WebAssembly inside `@evan/opus`, used without that package's code: its native add-on
 * works in one buffer for all threads, so that streams of two threads get into each other, and both copy each packet into new memory. */
export function opusLibrary(): OpusLibrary {
  own.module ??= new webAssembly.Module(code());
  own.library ??= start(own.module);
  return own.library;
}

function start(module: OpusModule): OpusLibrary {
  const library = new webAssembly.Instance(module, imports).exports as OpusLibrary & { _initialize(): void };
  library._initialize();
  return library;
}

function code(): Uint8Array {
  return readFileSync(createRequire(import.meta.url).resolve("@evan/opus/wasm/simd.wasm"));
}
