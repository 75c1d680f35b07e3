import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One time that a node told the function something. */
export interface Told {
  /** Which node told it. */
  readonly node: number;
  /** Monotonic. */
  readonly atMs: number;
  readonly type: string;
  readonly transactionId: string;
  /** The first leg's. */
  readonly from: string;
  readonly to: string;
  /** Of the leg that a HANGUP is of. */
  readonly callId: string | undefined;
  readonly mayRepeat: boolean;
  readonly arguments: Readonly<Record<string, string>> | undefined;
}

/** The function of all nodes: each posts to a path of its own, so that it is known who tells. */
export interface FunctionServer {
  readonly told: readonly Told[];
  urlFor(node: number): string;
  close(): Promise<void>;
}

interface FunctionEvent {
  readonly InvocationEventType: string;
  readonly PossiblyRepeated?: boolean;
  readonly ActionData?: { readonly Parameters?: { readonly CallId?: string; readonly Arguments?: Told["arguments"] } };
  readonly CallDetails: {
    readonly TransactionId: string;
    readonly Participants: readonly { readonly From: string; readonly To: string }[];
  };
}

const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const refusal = { Type: "Hangup", Parameters: { SipResponseCode: "486" } };
const pause = (ms: number) => ({ Type: "Pause", Parameters: { DurationInMilliseconds: String(ms) } });

/** Starts it. A call lasts as many seconds as the last digit of who calls, or is called out, says; one that ends in 9 lasts until it is updated, and
 * one that ends in 8 is refused with 486. */
export async function startFunction(): Promise<FunctionServer> {
  const told: Told[] = [];
  const answer = (node: number, event: FunctionEvent): object => {
    const { InvocationEventType: type, ActionData: action, CallDetails: call } = event;
    const [first] = call.Participants;
    told.push({
      ...{ node, atMs: performance.now(), type, transactionId: call.TransactionId },
      ...{ from: first?.From ?? "", to: first?.To ?? "", callId: action?.Parameters?.CallId },
      ...{ mayRepeat: event.PossiblyRepeated === true, arguments: action?.Parameters?.Arguments },
    });
    const other = type === "NEW_INBOUND_CALL" ? first?.From : first?.To;
    const seconds = Number(other?.at(-1) ?? 1);
    if (type === "CALL_UPDATE_REQUESTED") return { SchemaVersion: "1.0", Actions: [hangUp] };
    const isFirst = type === "NEW_INBOUND_CALL" || type === "CALL_ANSWERED";
    if (seconds === 8) return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? [refusal] : [] };
    const last = seconds === 9 ? Array.from({ length: 10 }, () => pause(30_000)) : [pause(seconds * 1_000)];
    const greeting = { Type: "Speak", Parameters: { Text: "Hi" } };
    const actions = type === "CALL_ANSWERED" ? last : [greeting, ...last];
    const Actions = isFirst ? [...actions.slice(0, 9), hangUp] : [];
    return { SchemaVersion: "1.0", Actions };
  };
  const server = createServer((request, response) => {
    void read(request).then(({ node, event }) => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer(node, event)));
    });
  });
  server.keepAliveTimeout = 60_000;
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    told,
    urlFor: (node) => `http://127.0.0.1:${port}/${node}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function read(request: IncomingMessage): Promise<{ readonly node: number; readonly event: FunctionEvent }> {
  return { node: Number(request.url?.slice(1)), event: JSON.parse(await text(request)) as FunctionEvent };
}

async function listen(server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}
