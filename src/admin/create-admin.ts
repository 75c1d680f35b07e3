import createRouter, { type HTTPVersion, type Instance } from "find-my-way";
import type { Exchange, OwnAsk, OwnRoute, OwnRoutes } from "../api/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { Site } from "../pages/index.ts";
import { createInputCheck } from "./check-input.ts";
import { createConsoleRoute } from "./console/console-route.ts";
import { createEventStreams } from "./feed/event-streams.ts";
import { adminOperations } from "./operations/index.ts";
import { findHolder, passOn } from "./other-nodes.ts";
import { adminPath, answered, type AdminOperation } from "./operation.ts";
import { refuseAdmin } from "./refuse-admin.ts";
import type { AdminSource } from "./source.ts";

/** What the routes are made with. */
export interface AdminOptions {
  readonly source: AdminSource;
  readonly version: string;
  /** Why the server takes no calls now, and whether that is because it starts or drains; undefined: it takes them. */
  readonly whyNotReady: () => { readonly status: "starting" | "draining"; readonly why: string } | undefined;
  /** The text of all metrics, with its type.
   * @param streams of events that are open */
  readonly metrics: (streams: number) => Promise<{ readonly contentType: string; readonly text: string }>;
  /** The console's files. */
  readonly site: Site;
  readonly clock: Clock;
  readonly log: Logger;
}

type Labels = Readonly<Record<string, string | undefined>>;
type Query = Readonly<Record<string, unknown>>;
interface Match {
  readonly operation: AdminOperation;
  readonly labels: Labels;
  readonly query: Query;
}
type Router = Instance<HTTPVersion.V1>;

/** Longest label of a path, characters. */
const longestLabel = 512;

/** Makes what this server shows of itself, on the port of its API: `/offhook/v1`, `/metrics`, and health for those who look after processes. */
export function createAdmin({ source, version, whyNotReady, metrics, site, clock, log }: AdminOptions): OwnRoutes {
  const streams = createEventStreams(source.feed, source.now().toString(36), clock);
  const router = createAdminRouter();
  const check = createInputCheck();
  const findPage = createConsoleRoute(site);
  const serveOperation = async ({ operation, labels, query }: Match, exchange: Exchange, ask: OwnAsk) => {
    const input = check(operation, { ...query, ...labels }, () => ask.body());
    const holder = await findHolder(operation, input, { request: exchange.request, source });
    if (holder !== undefined) return passOn(holder, exchange, ask.bytes());
    const answer = await operation.handle(input, { source, streams, exchange, ask });
    if (operation.method !== "GET") {
      const what = { operation: operation.id, ...labels, who: whoOf(ask, answer), from: remoteAddress(exchange) };
      log.info(what, "done for an operator");
    }
    if (answer !== answered) sendJson(exchange, 200, answer);
  };
  const fixed: Readonly<Record<string, OwnRoute>> = {
    "/healthz": {
      access: { of: "anybody" },
      serve: async (exchange) => sendJson(exchange, 200, { status: "up" }),
    },
    "/readyz": {
      access: { of: "anybody" },
      serve: async (exchange) => {
        const closed = whyNotReady();
        sendJson(exchange, closed === undefined ? 200 : 503, closed ?? { status: "up" });
      },
    },
    "/metrics": {
      access: { of: "key", permission: "GetMetrics" },
      serve: async (exchange) => {
        const { contentType, text } = await metrics(streams.count());
        send(exchange, 200, contentType, text);
      },
    },
    [`${adminPath}/openapi.json`]: {
      access: { of: "key", permission: "GetOpenApi" },
      serve: async (exchange) => {
        const { describeOpenApi } = await import("./open-api.ts");
        sendJson(exchange, 200, describeOpenApi(version));
      },
    },
  };
  return {
    find(request) {
      const { method = "", url = "" } = request;
      const [path = ""] = url.split("?", 1);
      const isReading = method === "GET" || method === "HEAD";
      const known = Object.hasOwn(fixed, path) && isReading ? fixed[path] : undefined;
      if (known !== undefined) return known;
      if (!path.startsWith(`${adminPath}/`)) return isReading ? findPage(path) : undefined;
      const found = router.find(isReading ? "GET" : (method as "POST"), url);
      if (found === null) throw refuseAdmin("API_UNKNOWN_OPERATION", whyUnknown(method, path));
      const match = found.handler(request, undefined as never, found.params, found.store, found.searchParams) as Match;
      const { id, access } = match.operation;
      return {
        access: access === undefined ? { of: "key", permission: id } : { of: access },
        serve: (exchange, ask) => serveOperation(match, exchange, ask),
      };
    },
    close: () => streams.close(),
  };
}

/** Who signs in is known by the answer. */
function whoOf({ who }: OwnAsk, answer: unknown): string {
  return who ?? (answer as { readonly who?: string } | undefined)?.who ?? "anybody";
}

function remoteAddress({ request }: Exchange): string {
  return request.socket.remoteAddress ?? "nobody that is there any more";
}

function createAdminRouter(): Router {
  const router = createRouter({
    maxParamLength: longestLabel,
    onBadUrl: () => {
      throw refuseAdmin("API_BAD_REQUEST", "The path has a percent sign that does not begin an encoded character.");
    },
  });
  for (const operation of adminOperations) {
    const path = `${adminPath}${operation.path.replaceAll("{", ":").replaceAll("}", "")}`;
    router.on(operation.method, path, (_request, _response, labels, _store, query): Match => ({
      ...{ operation, labels, query },
    }));
  }
  return router;
}

function whyUnknown(method: string, path: string): string {
  const there = adminOperations.map((one) => `${one.method} ${adminPath}${one.path}`).join(", ");
  return `There is nothing at ${method} ${path.slice(0, 200)}; there are ${there}.`;
}

function sendJson(exchange: Exchange, status: number, body: unknown): void {
  send(exchange, status, "application/json", JSON.stringify(body));
}

function send({ id, request, response }: Exchange, status: number, type: string, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", type).setHeader("content-length", Buffer.byteLength(text));
  response.setHeader("cache-control", "no-store").setHeader("x-amzn-requestid", id);
  response.end(request.method === "HEAD" ? undefined : text);
}
