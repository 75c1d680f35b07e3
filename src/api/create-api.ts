import fastify, { type FastifyInstance } from "fastify";
import { AppError, errorMessage, newId } from "../kernel/index.ts";
import { createEndpoints, type Endpoint } from "./endpoints.ts";
import { operations } from "./operations/index.ts";
import type { OperationContext } from "./operations/operation.ts";
import { createRecentCalls } from "./recent-calls.ts";
import { createResponder, type Responder } from "./respond.ts";
import { refuse } from "./refuse.ts";
import type { Api, ApiOptions } from "./types.ts";
import { parseBody } from "./wire/body.ts";
import { readServiceModel, type OperationModel } from "./wire/model.ts";
import { createRouteTable, pickOperation, readLabels, type Route } from "./wire/route-table.ts";

/** Largest request body, bytes. */
const largestBody = 1_048_576;

/** Longest path label, characters; a longer one is an unknown route. */
const longestLabel = 4_096;

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Starts the API. Rejects with `API_LISTEN_FAILED` when the port cannot be had, `API_MODEL_CHANGED` when the installed
 * client package is not the one this version reads. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { address, basePath = "", log } = options;
  const context: OperationContext = { ...options, recentCalls: createRecentCalls(options.clock) };
  const responder = createResponder(log);
  const models = readServiceModel().operations.map((model) => withStatus(model, options.createCallStatus));
  const endpoints = createEndpoints(models, operations);
  const server = createServer(responder);
  refuseWhenClosing(server);
  refuseForeignPages(server);
  server.register(
    (scope, _options, done) => {
      for (const route of createRouteTable(models)) addRoute(scope, route, endpoints, context, responder);
      done();
    },
    { prefix: basePath },
  );
  await listen(server, options);
  const bound = server.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : options.port;
  const url = `http://${address.includes(":") ? `[${address}]` : address}:${port}${basePath}`;
  log.info({ url, region: options.region, accountId: options.accountId }, "API listens");
  return { address, port, url, close: () => server.close() };
}

/** The guide and the client's model do not agree on the status of this operation. Contract: events section 13 row 27 */
function withStatus(model: OperationModel, successStatus: number | undefined): OperationModel {
  return successStatus !== undefined && model.name === "CreateSipMediaApplicationCall"
    ? { ...model, successStatus }
    : model;
}

function createServer(responder: Responder): FastifyInstance {
  const server = fastify({
    bodyLimit: largestBody,
    exposeHeadRoutes: false,
    genReqId: () => newId(),
    return503OnClosing: false,
    routerOptions: { maxParamLength: longestLabel },
    frameworkErrors: (error, request, reply) => void responder.refuse(request, reply, error),
    clientErrorHandler: (error, socket) => responder.refuseSocket(error, socket),
  });
  // Bodies are parsed where the operation is known; what an operation does not read is never parsed.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error, request, reply) => responder.refuse(request, reply, error));
  server.setNotFoundHandler((request) => {
    const [path] = request.url.split("?");
    throw refuse("API_UNKNOWN_OPERATION", `There is no operation at ${request.method} ${path}.`);
  });
  return server;
}

/** Connections that are kept open may still bring requests while the server closes. */
function refuseWhenClosing(server: FastifyInstance): void {
  const state = { isClosing: false };
  server.addHook("preClose", (done) => {
    state.isClosing = true;
    done();
  });
  server.addHook("onRequest", (_request, _reply, done) => {
    done(state.isClosing ? refuse("API_CLOSING", "The server is shutting down.") : undefined);
  });
}

/** Browsers name the origin of a page in each request that can change something. Without this, any web page that the user
 * of this machine visits could place calls through a server on loopback. */
function refuseForeignPages(server: FastifyInstance): void {
  server.addHook("onRequest", ({ headers }, _reply, done) => {
    const { origin, host } = headers;
    const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
    done(isOwn ? undefined : refuse("API_FORBIDDEN", `Web pages of ${origin} may not use this API.`));
  });
}

function addRoute(
  scope: FastifyInstance,
  route: Route,
  endpoints: ReadonlyMap<string, Endpoint>,
  context: OperationContext,
  responder: Responder,
): void {
  scope.route({
    method: route.method,
    url: route.url,
    handler: async (request, reply) => {
      const query = request.query as Query;
      const operation = pickOperation(route, query);
      const endpoint = operation === undefined ? undefined : endpoints.get(operation.name);
      if (operation === undefined || endpoint === undefined) {
        throw refuse("API_UNKNOWN_OPERATION", `There is no operation at ${request.method} ${request.url}.`);
      }
      const { headers } = request;
      const input = endpoint.read({
        labels: readLabels(operation, request.params as Readonly<Record<string, string>>),
        query,
        body: () => parseBody(request.body as Buffer | undefined, headers["content-type"]),
      });
      const invocationId = headers["amz-sdk-invocation-id"];
      const output = await endpoint.handle(input, context, {
        invocationId: typeof invocationId === "string" ? invocationId : undefined,
      });
      return responder.answer(request, reply, operation, output);
    },
  });
}

async function listen(server: FastifyInstance, { address, port }: ApiOptions): Promise<void> {
  try {
    await server.listen({ host: address, port });
  } catch (error) {
    await server.close();
    const message = `The API cannot listen on ${address} port ${port}: ${errorMessage(error)}`;
    throw new AppError("API_LISTEN_FAILED", message, { cause: error, details: { address, port } });
  }
}
