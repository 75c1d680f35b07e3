import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { statMs } from "./cpu.ts";
import type { LegServer } from "./leg-server.ts";
import { pause } from "./pause.ts";

const host = "127.0.0.1";
const answerLimitMs = 1_000;

/** Whether the program is there. */
export function hasRtpengine(): boolean {
  return spawnSync("rtpengine", ["--version"]).status === 0;
}

/** Pairs of legs whose streams rtpengine relays in user space, asked by its "ng" protocol: a cookie, then a bencoded dictionary.
 * https://rtpengine.readthedocs.io/en/latest/ng_control_protocol.html
 * @param portBase a free range of ports begins there: one for questions, thousands for audio */
export async function startRtpengine(processor: number | undefined, portBase: number): Promise<LegServer> {
  const words = [
    ...["--table=-1", "--foreground", "--log-stderr", "--log-level=3", `--interface=${host}`],
    ...[`--listen-ng=${host}:${portBase}`, `--port-min=${portBase + 10}`, `--port-max=${portBase + 16_000}`],
    ...["--num-threads=1", "--delete-delay=0", "--pidfile=/dev/null"],
    // As our media workers run where that is granted.
    ...(process.getuid?.() === 0 ? ["--scheduling=rr", "--priority=1"] : []),
  ];
  const child =
    processor === undefined
      ? spawn("rtpengine", words, { stdio: "ignore" })
      : spawn("taskset", ["-c", String(processor), "rtpengine", ...words], { stdio: "ignore" });
  const server = new RtpengineLegs(child, portBase);
  await server.untilReady();
  return server;
}

class RtpengineLegs implements LegServer {
  readonly #child: ChildProcess;
  readonly #socket: Socket = createSocket("udp4");
  readonly #port: number;
  readonly #calls: { readonly id: string; readonly firstRemotePort: number }[] = [];
  #cookie = 0;
  #nextCall = 0;

  constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  async untilReady(): Promise<void> {
    for (let tries = 0; tries < 50; tries++) {
      if ((await this.#ask({ command: "ping" }))?.includes("pong") === true) return;
      await pause(100);
    }
    throw new Error("rtpengine does not answer");
  }

  async add(remotePorts: readonly number[]): Promise<number[]> {
    const ports: number[] = [];
    for (let index = 0; index + 1 < remotePorts.length; index += 2) {
      const [first = 0, second = 0] = remotePorts.slice(index, index + 2);
      const call = { id: `bench${this.#nextCall++}`, firstRemotePort: first };
      const common = { "call-id": call.id, "from-tag": "a", ICE: "remove" };
      const offered = await this.#ask({ command: "offer", ...common, sdp: sdp(first) });
      const answered = await this.#ask({ command: "answer", ...common, "to-tag": "b", sdp: sdp(second) });
      const [towardsSecond, towardsFirst] = [audioPort(offered), audioPort(answered)];
      if (towardsFirst === undefined || towardsSecond === undefined) break;
      this.#calls.push(call);
      ports.push(towardsFirst, towardsSecond);
    }
    return ports;
  }

  async drop(count: number): Promise<void> {
    for (const { id } of this.#calls.splice(-count / 2)) {
      await this.#ask({ command: "delete", "call-id": id, "from-tag": "a" });
    }
  }

  async renew(): Promise<void> {
    // It holds nothing that grows.
  }

  async use() {
    const processId = this.#child.pid ?? 0;
    return {
      processMs: statMs(`/proc/${processId}/stat`) ?? Number.NaN,
      ...{ atMs: performance.now(), keys: 0 },
    };
  }

  async end(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
    this.#socket.close();
  }

  /** @returns the answer; undefined when none came */
  async #ask(question: Readonly<Record<string, string>>): Promise<string | undefined> {
    const cookie = `bench${this.#cookie++} `;
    const limit = AbortSignal.timeout(answerLimitMs);
    const answer = new Promise<string | undefined>((resolve) => {
      const hear = (bytes: Buffer) => {
        if (bytes.toString("latin1", 0, cookie.length) === cookie) resolve(bytes.toString("latin1", cookie.length));
      };
      this.#socket.on("message", hear);
      limit.addEventListener("abort", () => resolve(undefined));
    });
    this.#socket.send(cookie + bencoded(question), this.#port, host);
    const result = await answer;
    this.#socket.removeAllListeners("message");
    return result;
  }
}

/** A dictionary of text; its keys are to be in order. */
function bencoded(dictionary: Readonly<Record<string, string>>): string {
  const text = (value: string) => `${Buffer.byteLength(value)}:${value}`;
  const entries = Object.entries(dictionary).sort(([one], [other]) => (one < other ? -1 : 1));
  return `d${entries.map(([key, value]) => text(key) + text(value)).join("")}e`;
}

/** Of the description in an answer. */
function audioPort(answer: string | undefined): number | undefined {
  const port = /m=audio (\d+) /.exec(answer ?? "")?.[1];
  return port === undefined ? undefined : Number(port);
}

function sdp(port: number): string {
  const lines = [
    "v=0",
    `o=- 1 1 IN IP4 ${host}`,
    "s=-",
    `c=IN IP4 ${host}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 0`,
    "a=rtpmap:0 PCMU/8000",
  ];
  return [...lines, "a=ptime:20", "a=sendrecv", ""].join("\r\n");
}
