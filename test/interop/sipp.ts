import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SipAddress } from "../../src/sip/index.ts";
import type { CallKit } from "./kit.ts";
import { ownNumber } from "./kit.ts";
import { freePort, isBoundBy } from "./ports.ts";
import { startProgram, type Program } from "./program.ts";

/** A message that SIPp sent or received. */
export interface SippMessage {
  readonly direction: "sent" | "received";
  /** First line. */
  readonly startLine: string;
  readonly text: string;
}

/** A SIPp that runs one scenario. */
export interface Sipp {
  readonly program: Program;
  readonly address: SipAddress;
  /** Resolves when it has ended with success: each call went through its whole scenario, and nothing else came than what that asks for. */
  succeeded(): Promise<void>;
  /** Without those that were said again byte for byte, as each side does when the other has to wait for its processor. */
  messages(): Promise<readonly SippMessage[]>;
  /** First lines of the messages in one direction; `all`: with what was said again. */
  startLines(direction: SippMessage["direction"], all?: "all"): Promise<readonly string[]>;
}

export interface SippOptions {
  readonly scenario: string;
  /** Calls in all; default 1. */
  readonly calls?: number;
  readonly transport?: "udp" | "tcp";
  /** More words of the command line. */
  readonly words?: readonly string[];
}

/** Starts SIPp as the called party and sends the server's calls there. Resolves when it listens. */
export async function startCalled(kit: CallKit, options: SippOptions): Promise<Sipp> {
  const sipp = await start(kit, options, []);
  await kit.until("SIPp listens", async () => {
    if (!sipp.program.isRunning()) throw new Error("SIPp ended at once");
    return isBoundBy(sipp.program.pid, sipp.address);
  });
  kit.routeTo(sipp.address);
  return sipp;
}

/** Starts SIPp as a caller of `number`. */
export async function startCaller(kit: CallKit, options: SippOptions & { readonly number?: string }): Promise<Sipp> {
  const { host, port } = kit.address(options.transport ?? "udp");
  return start(kit, options, [`${host}:${port}`, "-s", options.number ?? ownNumber]);
}

async function start(kit: CallKit, options: SippOptions, target: readonly string[]): Promise<Sipp> {
  const { scenario, calls = 1, transport = "udp", words = [] } = options;
  const port = await freePort();
  const name = `sipp-${port}`;
  const file = (kind: string) => join(kit.folder, `${name}.${kind}`);
  await writeFile(file("xml"), scenario);
  const program = startProgram(
    "sipp",
    [
      ...target,
      ...["-sf", file("xml"), "-m", String(calls), "-i", "127.0.0.1", "-bind_local", "-p", String(port)],
      ...[
        "-mi",
        "127.0.0.1",
        "-mp",
        // Sound and pictures, each with its RTCP.
        String(await freePort(4)),
        "-ci",
        "127.0.0.1",
        "-cp",
        String(await freePort()),
        "-t",
        transport === "tcp" ? "t1" : "u1",
      ],
      ...["-trace_err", "-error_file", file("errors"), "-trace_msg", "-message_file", file("messages")],
      ...["-nostdin", "-timeout", "90s", "-timeout_error", "-timer_resol", "5"],
      // What a busy server says again may come at any step. That nothing else came is looked at in the end.
      ...["-default_behaviors", "all,-abortunexp", ...words],
    ],
    { folder: kit.folder, onChange: kit.onChange },
  );
  const read = (kind: string) => readFile(file(kind), "latin1").catch(() => "");
  const all = async () => parseMessages(await read("messages"));
  const messages = async () => withoutRepeated(await all());
  kit.watch(program, async () => {
    const reported = (await all()).map(({ direction, startLine }) => `  ${direction} ${startLine}`);
    return [await read("errors"), ...reported.slice(-40)].join("\n");
  });
  return {
    program,
    address: { transport, host: "127.0.0.1", port },
    succeeded: async () => {
      await kit.until("SIPp ends", () => !program.isRunning(), 100_000);
      const outcome = await program.ended;
      const unexpected = findUnexpected(await read("errors"), await all());
      if (outcome !== 0 || unexpected.length > 0)
        throw new Error(`SIPp ended with ${outcome}, unexpected: [${unexpected.join()}]: ${await read("errors")}`);
    },
    messages,
    startLines: async (direction, repeated) =>
      (await (repeated === "all" ? all() : messages()))
        .filter((message) => message.direction === direction)
        .map(({ startLine }) => startLine),
  };
}

function withoutRepeated(messages: readonly SippMessage[]): readonly SippMessage[] {
  const texts = new Set<string>();
  return messages.filter(({ direction, text }) => {
    const key = `${direction} ${text}`;
    return !texts.has(key) && texts.add(key);
  });
}

/** The begins of what SIPp says that it did not expect, but for what it had got before. */
function findUnexpected(errors: string, messages: readonly SippMessage[]): readonly string[] {
  const found = [...errors.matchAll(/on (?:an )?unexpected (?:(BYE|CANCEL) for|message [^]*? received '([^\r\n]*))/g)];
  const begins = found.map(([, method, startLine]) => method ?? startLine ?? "");
  return [...new Set(begins)].filter((begin) => {
    const received = messages.filter((each) => each.direction === "received" && each.startLine.startsWith(begin));
    const repeated = received.length - withoutRepeated(received).length;
    return begins.filter((other) => other === begin).length > repeated;
  });
}

function parseMessages(text: string): readonly SippMessage[] {
  return text
    .split(/^-{20,}(?: .*)?$/m)
    .slice(1)
    .flatMap((block) => {
      const [head = "", ...rest] = block.trimStart().split("\n");
      const direction = / received /.test(head) ? "received" : / sent /.test(head) ? "sent" : undefined;
      if (direction === undefined) return [];
      const message = rest.join("\n").trim().replaceAll("\r", "");
      return [{ direction, startLine: message.split("\n")[0] ?? "", text: message } as const];
    });
}
