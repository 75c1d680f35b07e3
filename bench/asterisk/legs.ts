import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { statMs } from "../cpu.ts";
import type { LegServer } from "../leg-server.ts";
import { inviteText, laterText, okText, readWireMessage, sdp, type WireCall } from "../sip-messages.ts";
import { bridgedPrefix, playingName } from "./config.ts";
import { startAsterisk, type Asterisk } from "./program.ts";

const host = "127.0.0.1";
const answerLimitMs = 5_000;

interface Leg {
  readonly wire: WireCall;
  readonly answered: (port: number | undefined) => void;
  toTag: string;
}

/** Legs of Asterisk that play, or pairs of them that it bridges: the second of a pair is dialled for the first. */
export async function startAsteriskLegs(
  kind: "playing" | "bridged",
  processor: number | undefined,
): Promise<LegServer> {
  const socket = createSocket("udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  try {
    const asterisk = await startAsterisk({ farPort: socket.address().port }, processor);
    return new AsteriskLegs(kind, asterisk, socket);
  } catch (error) {
    socket.close();
    throw error;
  }
}

class AsteriskLegs implements LegServer {
  readonly #legsPerCall: number;
  readonly #asterisk: Asterisk;
  readonly #socket: Socket;
  readonly #legs = new Map<string, Leg>();
  /** Where it listens for the far end that it dialled, by the name of that far end. */
  readonly #dialled = new Map<string, number>();
  #next = 0;

  constructor(kind: "playing" | "bridged", asterisk: Asterisk, socket: Socket) {
    this.#legsPerCall = kind === "bridged" ? 2 : 1;
    this.#asterisk = asterisk;
    this.#socket = socket;
    socket.on("message", (bytes) => this.#onMessage(bytes.toString("latin1")));
  }

  async add(remotePorts: readonly number[]): Promise<number[]> {
    const step = this.#legsPerCall;
    const calls = Array.from({ length: Math.floor(remotePorts.length / step) }, (_, index) =>
      this.#place(remotePorts.slice(index * step, (index + 1) * step)),
    );
    return (await Promise.all(calls)).flat();
  }

  async drop(count: number): Promise<void> {
    const surplus = [...this.#legs.entries()].slice(-count / this.#legsPerCall);
    for (const [id, { wire, toTag }] of surplus) {
      this.#legs.delete(id);
      this.#send(laterText(wire, "BYE", toTag));
    }
  }

  async renew(): Promise<void> {
    // It holds nothing that grows.
  }

  async use() {
    const processMs = statMs(`/proc/${this.#asterisk.processId}/stat`) ?? Number.NaN;
    return { processMs, atMs: performance.now(), keys: 0 };
  }

  async end(): Promise<void> {
    await this.#asterisk.end();
    this.#socket.close();
  }

  /** @returns where Asterisk listens for each of these far ends; none when the call was not answered */
  async #place([mediaPort = 0, dialledPort]: readonly number[]): Promise<readonly number[]> {
    const id = `${process.pid}a${this.#next++}`;
    // Far ends share ports.
    const name = `${dialledPort}-${id}`;
    const number = dialledPort === undefined ? playingName : `${bridgedPrefix}${name}`;
    const ports = { port: this.#asterisk.sipPort, localPort: this.#socket.address().port, mediaPort };
    const wire: WireCall = { ...ports, number, id };
    const port = await new Promise<number | undefined>((resolve) => {
      const limit = setTimeout(() => resolve(undefined), answerLimitMs);
      const answered = (answer: number | undefined) => {
        clearTimeout(limit);
        resolve(answer);
      };
      this.#legs.set(id, { wire, answered, toTag: "" });
      this.#send(inviteText(wire));
    });
    const all = dialledPort === undefined ? [port] : [port, this.#dialled.get(name)];
    const known = all.filter((each) => each !== undefined);
    if (known.length === all.length) return known;
    this.#legs.delete(id);
    return [];
  }

  #onMessage(text: string): void {
    const { status, method, id, toTag, mediaPort } = readWireMessage(text);
    if (status === undefined) {
      if (method !== "ACK") this.#onRequest(text, method, mediaPort);
      return;
    }
    const leg = this.#legs.get(id);
    if (method !== "INVITE" || status < 200 || leg === undefined) return;
    this.#send(laterText(leg.wire, "ACK", toTag, status >= 300));
    leg.toTag = toTag;
    leg.answered(status < 300 ? mediaPort : undefined);
  }

  /** The far end that is dialled says where it listens: at the port that its name begins with. */
  #onRequest(text: string, method: string, mediaPort: number | undefined): void {
    const [, name = "", farPort] = /^INVITE sip:((\d+)-\w+)@/.exec(text) ?? [];
    if (method === "INVITE" && mediaPort !== undefined) this.#dialled.set(name, mediaPort);
    this.#send(method === "INVITE" ? okText(text, sdp(Number(farPort))) : okText(text));
  }

  #send(text: string): void {
    this.#socket.send(text, this.#asterisk.sipPort, host);
  }
}
