import type { Dispatcher, request } from "undici";
import { errorCode, errorMessage, type Clock } from "../../kernel/index.ts";
import type { FunctionEvent, InvocableFunction } from "../invocable-function.ts";
import type { HttpFunction, InvocationFailure, InvocationResult } from "../types.ts";
import { printTraceparent } from "../trace-context.ts";
import { readAnswer } from "./read-answer.ts";
import { signEvent } from "./sign-event.ts";

/** Time for a connection with its handshake, milliseconds. */
const connectMs = 5_000;
/** Time that an idle connection is kept, milliseconds, unless the far end names a shorter one. */
const idleMs = 30_000;

/** A function behind a URL. Connections are kept, by HTTP/2 where the far end offers it; nothing is opened before the first event. */
export function openHttpFunction(target: HttpFunction, { clock }: { readonly clock: Clock }): InvocableFunction {
  const { name, url, secrets, timeoutMs } = target;
  const who = `Function "${name}" at ${new URL(url).origin}`;
  let client: Promise<Client> | undefined;
  const open = new Set<AbortController>();

  const post = async (event: FunctionEvent, signal: AbortSignal): Promise<InvocationResult> => {
    const { request: ask, dispatcher } = await (client ??= openClient(target));
    const answer = await ask(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "accept-encoding": "identity",
        "user-agent": "Offhook",
        ...(event.trace === undefined ? {} : { traceparent: printTraceparent(event.trace) }),
        ...signEvent(secrets, event.eventId, event.payload, clock.now()),
      },
      body: event.payload,
      ...{ dispatcher, signal, headersTimeout: 0, bodyTimeout: 0 },
    });
    const header = (key: string) => [answer.headers[key] ?? []].flat()[0];
    const body = await readBody(answer.body, header, target.maxReplyBytes);
    if (typeof body === "string") return readAnswer(who, { status: answer.statusCode, header, body }, clock.now());
    return failed("refused", `${who} answered ${answer.statusCode} ${body.problem}`);
  };

  return {
    name,
    async invoke(event) {
      const limitMs = Math.min(timeoutMs, event.deadlineMs);
      const abort = new AbortController();
      open.add(abort);
      const timer = clock.startTimer(limitMs, () => abort.abort(new TooLong()));
      try {
        return await post(event, abort.signal);
      } catch (error) {
        if (abort.signal.reason instanceof TooLong) {
          return failed("timeout", `${who} gave no answer in ${Math.round(limitMs)} ms`);
        }
        return failed("unreachable", `${who}: ${whyUnreached(error)}`);
      } finally {
        timer.cancel();
        open.delete(abort);
      }
    },
    warmUp: async () => undefined,
    ledger: () => ({ invocations: open.size, processes: 0 }),
    queue: () => ({ waiting: 0, longestWaitMs: 0 }),
    async close() {
      for (const abort of open) abort.abort(new Error("the server is closing"));
      await client?.then(({ dispatcher }) => dispatcher.destroy()).catch(() => undefined);
    },
  };
}

/** Reason to give up an event. */
class TooLong extends Error {}

interface Client {
  readonly request: typeof request;
  readonly dispatcher: Dispatcher;
}

/** Loaded when the first event comes, since most servers need none of it. */
async function openClient({ authorities, proxy }: HttpFunction): Promise<Client> {
  const { Agent, EnvHttpProxyAgent, ProxyAgent, request: ask } = await import("undici");
  const tls = { timeout: connectMs, ...(authorities === undefined ? {} : { ca: authorities }) };
  const common = { allowH2: true, connect: tls, keepAliveTimeout: idleMs, connectTimeout: connectMs };
  if (proxy !== undefined) {
    return { request: ask, dispatcher: new ProxyAgent({ ...common, uri: proxy, requestTls: tls, proxyTls: tls }) };
  }
  const isProxied = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"].some((name) => process.env[name]);
  const dispatcher = isProxied
    ? new EnvHttpProxyAgent({ ...common, requestTls: tls, proxyTls: tls })
    : new Agent(common);
  return { request: ask, dispatcher };
}

/** The body as text, or what is wrong with it; of more than `maxBytes` no more is read. */
async function readBody(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown; on(event: "error", listener: () => void): unknown },
  header: (name: string) => string | undefined,
  maxBytes: number,
): Promise<string | { readonly problem: string }> {
  const give = (problem: string) => {
    body.on("error", () => undefined);
    body.destroy();
    return { problem };
  };
  const encoding = header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") {
    return give(`in the encoding ${JSON.stringify(encoding.slice(0, 40))}, which was not asked for`);
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) return give(`with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** What goes wrong below HTTP often has no message, but a code. */
function whyUnreached(error: unknown): string {
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = errorMessage(cause);
  const code = errorCode(cause);
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

function failed(reason: InvocationFailure, message: string): InvocationResult {
  return { type: "failed", reason, message, stack: undefined };
}
