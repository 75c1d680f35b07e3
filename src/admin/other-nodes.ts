import type { IncomingMessage } from "node:http";
import type { Exchange } from "../api/index.ts";
import { passedOnHeader, type Peer } from "../cluster/index.ts";
import { errorCode, errorMessage, AppError } from "../kernel/index.ts";
import { adminPath, membersOfPath, type AdminOperation } from "./operation.ts";
import { refuseAdmin } from "./refuse-admin.ts";
import type { AdminSource } from "./source.ts";

/** Seconds after which a node that does not answer has died for all others. */
const retryAfterS = 5;

/** Whether another node has asked: it gets what this one has. */
export function isPassedOn({ headers }: Pick<IncomingMessage, "headers">): boolean {
  return headers[passedOnHeader] !== undefined;
}

/** The node that has the call which a request names, or its history; undefined: this one answers. Throws `API_NOT_FOUND` where nothing here or there knows it. */
export async function findHolder(
  { path, takesRefused = false }: Pick<AdminOperation, "path" | "takesRefused">,
  input: object,
  { request, source }: { readonly request: IncomingMessage; readonly source: AdminSource },
): Promise<Peer | undefined> {
  const { callId, call = callId } = input as { readonly callId?: string; readonly call?: string };
  const namesOne = membersOfPath(path).includes("callId") || path === "/events";
  if (!namesOne || call === undefined || source.liveCall(call) !== undefined) return undefined;
  const holder = isPassedOn(request) ? undefined : ((await source.holderOf(call)) ?? (await findHistory(call, source)));
  if (holder === undefined && !takesRefused && !(await source.isKnown(call)))
    throw refuseAdmin("API_NOT_FOUND", noCall(call));
  return holder;
}

/** The node that has the history of a call whose node is there no more, such as the one that was started again in its place. */
async function findHistory(call: string, source: AdminSource): Promise<Peer | undefined> {
  const peers = source.past === undefined ? [] : await source.peers();
  if (peers.length === 0 || (await source.hasHistory(call))) return undefined;
  const path = `${adminPath}/calls/${encodeURIComponent(call)}/ladder`;
  const found = await Promise.all(
    peers.map(async (peer) => {
      // One that does not answer has nothing to give.
      const answer = await peer.ask({ method: "HEAD", from: "root", path }).catch(() => undefined);
      answer?.cancel();
      return answer?.status === 200 ? peer : undefined;
    }),
  );
  return found.find((peer) => peer !== undefined);
}

function noCall(id: string): string {
  return `There is no call ${JSON.stringify(id.slice(0, 80))}: it never was, or nothing is kept of it any more. GET ${adminPath}/calls?state=all lists those that are known.`;
}

/** Answers with what another node says. Rejects with `API_NODE_AWAY`. */
export async function passOn(holder: Peer, { id, request, response }: Exchange, body: Uint8Array): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const [contentType, lastEventId] = [headers["content-type"], headers["last-event-id"]?.toString()];
  const answer = await holder
    .ask({ ...{ method, from: "root", path: url, body, contentType, lastEventId } })
    .catch((error: unknown) => {
      throw asAway(error);
    });
  response.once("close", () => answer.cancel());
  response.statusCode = answer.status;
  for (const name of ["content-type", "content-length", "x-amzn-errortype", "retry-after"]) {
    const value = answer.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  response.setHeader("cache-control", "no-store").setHeader("x-amzn-requestid", id);
  response.flushHeaders();
  try {
    for await (const chunk of answer.body) response.write(chunk);
    response.end();
  } catch {
    // It broke off, and so does this answer: its length says that it is not whole.
    response.destroy();
  }
}

/** The error of a request that another node should have answered. */
export function asAway(error: unknown): unknown {
  if (errorCode(error) !== "CLUSTER_NODE_AWAY") return error;
  return new AppError("API_NODE_AWAY", errorMessage(error), { details: { retryAfterS }, retry: "later", cause: error });
}
