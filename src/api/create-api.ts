import { TLSSocket } from "node:tls";
import createRouter, { type HTTPVersion, type Instance } from "find-my-way";
import { withBrackets } from "../sip-syntax/index.ts";
import { prepareOperations, type PreparedOperation } from "./prepare-operations.ts";
import type { Exchange } from "./exchange.ts";
import { clientKind, formerOperations } from "./former-namespace.ts";
import { openHttpServer, readBody } from "./http-server.ts";
import { createHostCheck } from "./own-hosts.ts";
import { coverage } from "./operations/coverage.ts";
import { operations } from "./operations/index.ts";
import type { OperationContext, RequestFacts } from "./operations/operation.ts";
import { createQuotas } from "./quotas.ts";
import { createRateCheck } from "./rate-limits.ts";
import { createRecentCalls } from "./recent-calls.ts";
import { createResponder } from "./respond.ts";
import { refuse } from "./refuse.ts";
import { resourceOf } from "./resource-arn.ts";
import { createOwnService, type PerformOperation } from "./serve-own.ts";
import { servePage } from "./serve-page.ts";
import type { createAuthenticator, PendingSignature } from "./signature/create-authenticator.ts";
import { checkPermission } from "./signature/permissions.ts";
import type { Api, ApiOptions } from "./types.ts";
import { parseBody } from "./wire/body.ts";
import { readOperations, type OperationModel } from "./wire/model.ts";
import { createRouteTable, pickOperation, readLabels, type Route } from "./wire/route-table.ts";

/** Longest path label, characters; a longer one is an unknown route. */
const longestLabel = 4_096;

/** Seconds after which a server that starts is worth another try. */
const startRetryAfterS = 1;

/** A request over the limit is answered after this delay, and may be tried again after the second. */
const throttledMs = 250;
const throttledRetryAfterS = 1;

type Router = Instance<HTTPVersion.V1>;
type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Starts the API. Rejects with `API_LISTEN_FAILED` when the port cannot be had. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { address, basePath = "", log } = options;
  const context: OperationContext = {
    ...{ numberPool: [], numbersChanged: () => Promise.resolve(), connectorsChanged: () => Promise.resolve() },
    settingsChanged: () => Promise.resolve(),
    lastPing: () => undefined,
    ...options,
    recentCalls: createRecentCalls(options.clock, options.store.calls),
    withinQuota: createQuotas(options.quotas ?? {}, options.store),
  };
  const responder = createResponder(log, options.clock);
  const { refuseSocket, refuseConnection } = responder;
  const models = [...readOperations(), ...formerOperations].map((model) => withStatus(model, options.createCallStatus));
  const router = createRoutes(models, basePath);
  const prepared = prepareOperations(operations, coverage);
  const authenticate = options.accessKeys && (await loadAuthenticator())(options.accessKeys, options.clock);
  const checkHost = createHostCheck([address, ...(options.hosts ?? [])]);
  const checkRate = createRateCheck(options.rates ?? {}, options.clock, undefined, options.shareOfRate);
  const perform: PerformOperation = async (exchange, name, input) => {
    const asked = prepared(
      models.find((model) => model.name === name),
      "today",
    );
    if (asked === undefined) throw new Error(`there is no operation ${name}`);
    const tooMany = checkRate(name);
    if (tooMany !== undefined) throw refuse("API_THROTTLED", tooMany, throttledRetryAfterS);
    const labels = Object.fromEntries(Object.entries(input).map(([member, value]) => [member, String(value)]));
    const query = Object.fromEntries(
      asked.model.input.flatMap(({ name: member, binding }) =>
        binding.in === "query" && member in labels ? [[binding.name, labels[member]]] : [],
      ),
    );
    const checked = asked.read({ labels, query, body: () => input });
    return asked.handle(checked, context, factsOf(exchange, basePath));
  };
  const servePages = async (exchange: Exchange) => {
    const { pages } = options;
    if (pages === undefined || findRoute(exchange.request, router) !== null) return false;
    return servePage(exchange, pages, basePath, log);
  };
  const serveOwn = createOwnService(options.accessKeys, authenticate, perform, options.clock);
  let isClosing = false;
  const serve = async (exchange: Exchange) => {
    let asked: PreparedOperation | undefined;
    try {
      const own = options.ownRoutes?.find(exchange.request);
      if (own?.access.of === "anybody") return void (await serveOwn(own, exchange));
      // Open connections may still send requests while the server closes.
      if (isClosing) throw refuse("API_CLOSING", "The server is shutting down.");
      const why = options.whyClosed?.();
      if (why !== undefined) throw refuse("API_CLOSING", why, startRetryAfterS);
      checkHost(exchange.request);
      if (own !== undefined) return void (await serveOwn(own, exchange));
      if (await servePages(exchange)) return;
      const match = matchRoute(exchange, router);
      asked = prepared(pickOperation(match.route, match.query), clientKind(exchange.request.headers["user-agent"]));
      if (asked === undefined) throw unknownOperation(exchange.request);
      // What is not signed at all, or by a stranger, costs others none of the rate, and no reading of a body.
      const signature = authenticate?.(exchange.request);
      const tooMany = signature?.isOfNode === true ? undefined : checkRate(asked.model.name);
      if (tooMany !== undefined) {
        // The delay slows down a client that retries in a loop, at no cost of processor time.
        await new Promise<void>((resolve) => options.clock.startTimer(throttledMs, resolve));
        throw refuse("API_THROTTLED", tooMany, throttledRetryAfterS);
      }
      const output = await callOperation(exchange, match, asked, { context, basePath, signature });
      responder.answer(exchange, asked.model, output);
    } catch (error) {
      responder.refuse(exchange, error, asked?.model.service ?? serviceOf(exchange.request, basePath));
    }
  };
  const { takeWebSocket } = options;
  const listen = { address, port: options.port, certificate: options.certificate };
  const server = await openHttpServer(listen, { serve, refuseSocket, refuseConnection, takeWebSocket });
  const { port } = server;
  const url = `${options.certificate === undefined ? "http" : "https"}://${withBrackets(address)}:${port}${basePath}`;
  log.info({ url, region: options.region, accountId: options.accountId }, "API listens");
  return {
    address,
    port,
    url,
    close: () => {
      isClosing = true;
      options.ownRoutes?.close();
      return server.close();
    },
  };
}

/** Loads what checks signatures, which only a server with access keys needs. */
async function loadAuthenticator(): Promise<typeof createAuthenticator> {
  return (await import("./signature/create-authenticator.ts")).createAuthenticator;
}

/** The guide and the client's model do not agree on the status of this operation. Contract: api-create-call-status */
function withStatus(model: OperationModel, successStatus: number | undefined): OperationModel {
  return successStatus !== undefined && model.name === "CreateSipMediaApplicationCall"
    ? { ...model, successStatus }
    : model;
}

/** The operation that path and query of a request match. */
interface Match {
  readonly route: Route;
  readonly labels: Readonly<Record<string, string>>;
  readonly query: Query;
}

/** The routes of all operations of the service; each handler only says what was matched. */
function createRoutes(models: readonly OperationModel[], basePath: string): Router {
  const router = createRouter({
    maxParamLength: longestLabel,
    onBadUrl: () => {
      throw refuse("API_BAD_REQUEST", "The path has a percent sign that does not begin an encoded character.");
    },
  });
  for (const route of createRouteTable(models)) {
    router.on(
      route.method as Parameters<Router["on"]>[0],
      `${basePath}${route.url}`,
      (_request, _response, labels, _store, query): Match => ({
        ...{ route, query },
        labels: labels as Readonly<Record<string, string>>,
      }),
    );
  }
  return router;
}

/** The service that a request was signed for: `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...`. */
function signedService(authorization: string | undefined): string | undefined {
  const [scope = ""] = authorization?.split("Credential=")[1]?.split(",") ?? [];
  const service = scope.split("/").at(-2);
  return service === undefined || service === "" || service.length > 64 ? undefined : service;
}

function findRoute({ method = "", url = "" }: Exchange["request"], router: Router) {
  return router.find(method as Parameters<Router["find"]>[0], url);
}

/** The service whose form an answer has that is given before it is known what is asked for. */
function serviceOf({ url = "" }: Exchange["request"], basePath: string): OperationModel["service"] {
  return url.startsWith(basePath) && /^\/meetings(?:[/?]|$)/.test(url.slice(basePath.length)) ? "meetings" : "voice";
}

/** Finds what a request asks for. Throws `API_BAD_REQUEST` and `API_UNKNOWN_OPERATION`. */
function matchRoute({ request, response }: Exchange, router: Router): Match {
  const found = findRoute(request, router);
  if (found === null) throw unknownOperation(request);
  return found.handler(request, response, found.params, found.store, found.searchParams) as Match;
}

/** What operations are answered with. */
interface Answering {
  readonly context: OperationContext;
  readonly basePath: string;
  /** undefined: anybody may use the API. */
  readonly signature: PendingSignature | undefined;
}

/** Runs an operation. Those that this server does not support reject with what to do instead. */
async function callOperation(
  exchange: Exchange,
  { labels, query }: Match,
  operation: PreparedOperation,
  { context, basePath, signature }: Answering,
): Promise<object | undefined> {
  const { request } = exchange;
  const bytes = await readBody(request);
  const key = signature?.verify(bytes);
  const input = operation.read({
    labels: readLabels(operation.model, labels),
    query,
    body: () => parseBody(bytes, request.headers["content-type"]),
  });
  if (key?.roles !== undefined) {
    const resource = await resourceOf(input, context);
    checkPermission(key, { operation: operation.model.name, resource });
  }
  return operation.handle(input, context, factsOf(exchange, basePath));
}

function factsOf({ id, request: { headers, socket } }: Exchange, basePath: string): RequestFacts {
  const { "amz-sdk-invocation-id": invocationId, "amz-sdk-request": attempt } = headers;
  return {
    requestId: id,
    ownUrl: `${socket instanceof TLSSocket ? "wss" : "ws"}://${headers.host}${basePath}`,
    attempt: {
      invocationId: typeof invocationId === "string" ? invocationId : undefined,
      isFirst: typeof attempt === "string" && /\battempt=1\b/.test(attempt),
    },
  };
}

/** Signing name of the operations that are served, under both of their namespaces. Contract: api-old-namespace, api-unknown-routes */
const ownService = "chime";

function unknownOperation({ method, url = "", headers }: Exchange["request"]): Error {
  const service = signedService(headers.authorization);
  if (service !== undefined && service !== ownService) {
    return refuse(
      "API_UNKNOWN_OPERATION",
      `Offhook has no service "${service}". It came here by AWS_ENDPOINT_URL, which keeps functions in development from AWS; ` +
        `give the function credentials, or an AWS_ENDPOINT_URL, of its own in its environment in offhook.yaml.`,
    );
  }
  return refuse("API_UNKNOWN_OPERATION", `There is no operation at ${method} ${url.split("?")[0]}.`);
}
