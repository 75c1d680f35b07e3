import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Readable } from "node:stream";
import type { InvokeCommand, InvokeCommandOutput, LambdaClient, LambdaClientConfig } from "@aws-sdk/client-lambda";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import { errorMessage, makeSdkClient, type Clock } from "../../kernel/index.ts";
import type { FunctionEvent, InvocableFunction } from "../invocable-function.ts";
import { printClientContext, printXrayHeader, type TraceContext } from "../trace-context.ts";
import { maxResponseBytes } from "../local/runtime-door.ts";
import type { FunctionOutput, InvocationResult, LambdaFunction, LoadFailure } from "../types.ts";
import { limitStream } from "./limit-stream.ts";
import { readInvocation, readInvokeError, readLogTail } from "./read-invocation.ts";

/** Time for a connection, milliseconds. */
const connectMs = 3_000;
/** Credentials that AWS does not take, for stand-ins. */
const standIn = { accessKeyId: "offhook", secretAccessKey: "offhook" };

export interface LambdaFunctionOptions {
  readonly clock: Clock;
  readonly onOutput?: ((output: FunctionOutput) => void) | undefined;
}

/** A function behind the AWS Lambda Invoke API. The client is loaded with `warmUp` or the first event; it makes one try, since a slow function must
 * not be invoked again while it runs. */
export function openLambdaFunction(
  target: LambdaFunction,
  { clock, onOutput }: LambdaFunctionOptions,
): InvocableFunction {
  const { name, timeoutMs, endpoint } = target;
  const who = `Function "${name}"${endpoint === undefined ? "" : ` at ${new URL(endpoint).origin}`}`;
  let client: Promise<Client> | undefined;
  const open = new Set<AbortController>();
  const load = () => (client ??= openClient(target));

  const invoke = async (event: FunctionEvent, abortSignal: AbortSignal): Promise<InvocationResult> => {
    const { send } = await load();
    const output = await send(event, abortSignal);
    if (target.showsLog) {
      const { transactionId } = event;
      for (const line of readLogTail(output.LogResult)) {
        onOutput?.({ functionName: name, stream: "stdout", line, transactionId });
      }
    }
    return readInvocation(who, output);
  };

  return {
    name,
    async invoke(event) {
      const limitMs = Math.min(timeoutMs, event.deadlineMs);
      const abort = new AbortController();
      open.add(abort);
      let giveUp: (result: InvocationResult) => void = () => undefined;
      const late = new Promise<InvocationResult>((resolve) => (giveUp = resolve));
      const timer = clock.startTimer(limitMs, () => {
        giveUp(timedOut(`${who} gave no answer in ${Math.round(limitMs)} ms`));
        abort.abort();
      });
      try {
        const asked = invoke(event, abort.signal).catch((error: unknown) => readInvokeError(who, error));
        return await Promise.race([asked, late]);
      } finally {
        timer.cancel();
        open.delete(abort);
      }
    },
    async warmUp(): Promise<LoadFailure | undefined> {
      try {
        await load();
        return undefined;
      } catch (error) {
        return { message: `The client of AWS Lambda cannot be loaded: ${errorMessage(error)}`, stack: undefined };
      }
    },
    ledger: () => ({ invocations: open.size, processes: 0 }),
    queue: () => ({ waiting: 0, longestWaitMs: 0 }),
    async close() {
      for (const abort of open) abort.abort();
      await client?.then((one) => one.close()).catch(() => undefined);
    },
  };
}

function timedOut(message: string): InvocationResult {
  return {
    type: "failed",
    reason: "timeout",
    message: `AWS Lambda client operation timed out. ${message}`,
    stack: undefined,
  };
}

interface Client {
  send(event: FunctionEvent, abortSignal: AbortSignal): Promise<InvokeCommandOutput>;
  close(): void;
}

/** Loads what every client needs, which takes a second of a processor. */
export async function loadLambdaClient() {
  const [sdk, http] = await Promise.all([import("@aws-sdk/client-lambda"), import("@smithy/node-http-handler")]);
  return { ...sdk, ...http };
}

async function openClient(target: LambdaFunction): Promise<Client> {
  const { LambdaClient: Made, InvokeCommand: Command, NodeHttpHandler: Handler } = await loadLambdaClient();
  const requestHandler = openRequestHandler(Handler);
  const { region, endpoint, profile } = target;
  const isClear = endpoint !== undefined && new URL(endpoint).protocol === "http:";
  const settings: LambdaClientConfig = {
    ...{ requestHandler, maxAttempts: 1 },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    // Real credentials are not sent without TLS, unless the configuration names them.
    ...(isClear && profile === undefined ? { credentials: standIn } : {}),
  };
  const client: LambdaClient = makeSdkClient(() => new Made(settings));
  return {
    send: ({ arn, payload, trace }, abortSignal) => {
      const command = new Command({
        FunctionName: target.functionName ?? arn,
        Payload: Buffer.from(payload),
        ...(target.showsLog ? { LogType: "Tail" } : {}),
        ...(trace === undefined ? {} : { ClientContext: Buffer.from(printClientContext(trace)).toString("base64") }),
      });
      if (trace !== undefined) addTraceHeader(command, trace);
      return client.send(command, { abortSignal });
    },
    close: () => client.destroy(),
  };
}

/** AWS Lambda takes the trace of an invocation from this header, which its client has no member for. */
function addTraceHeader(command: InvokeCommand, trace: TraceContext): void {
  command.middlewareStack.add(
    (next) => (invocation) => {
      const { request } = invocation as { readonly request: { readonly headers: Record<string, string> } };
      request.headers["x-amzn-trace-id"] = printXrayHeader(trace);
      return next(invocation);
    },
    { step: "build", name: "offhookTrace" },
  );
}

/** Connections are kept; an answer that is larger than the API allows, such as of a stand-in that never ends, is cut. */
function openRequestHandler(Handler: typeof NodeHttpHandler): NonNullable<LambdaClientConfig["requestHandler"]> {
  // Each call has one event under way at most, so that calls limit connections.
  const kept = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  const [httpAgent, httpsAgent] = [new HttpAgent(kept), new HttpsAgent(kept)];
  const handler = new Handler({ connectionTimeout: connectMs, httpAgent, httpsAgent });
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const result = await handle(request, options);
    const { response } = result;
    response.body = limitStream(response.body as Readable, maxResponseBytes);
    return result;
  };
  return handler;
}
