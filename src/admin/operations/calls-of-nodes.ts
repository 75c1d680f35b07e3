import type { Peer } from "../../cluster/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import { isPassedOn } from "../other-nodes.ts";
import { keyOfSummary, latestFirst } from "./live-calls.ts";
import type { AdminCall } from "../operation.ts";
import type { callPage } from "../shapes/calls.ts";
import type { ValueOf } from "../shapes/schema-node.ts";

type Page = ValueOf<typeof callPage>;
/** A page of calls of this node with those of all others: they are asked the same. */
export async function withOtherNodes(own: Page, limit: number, { source, exchange }: AdminCall): Promise<Page> {
  const { request } = exchange;
  if (isPassedOn(request)) return own;
  const peers = await source.peers().catch((error: unknown) => errorMessage(error));
  if (typeof peers === "string") return { ...own, notes: [...own.notes, withoutOthers(peers)] };
  if (peers.length === 0) return own;
  const pages = await Promise.all(peers.map((peer) => askPage(peer, request.url ?? "/")));
  const all = latestFirst([own, ...pages].flatMap(({ calls }) => calls));
  const calls = all.slice(0, limit);
  const last = calls.at(-1);
  const hasMore = all.length > limit || [own, ...pages].some(({ next }) => next !== undefined);
  return {
    calls,
    ...(hasMore && last !== undefined ? { next: keyOfSummary(last) } : {}),
    notes: [own, ...pages].flatMap(({ notes }) => notes),
  };
}

async function askPage(peer: Peer, path: string): Promise<Page> {
  try {
    const answer = await peer.ask({ method: "GET", from: "root", path });
    const text = await answer.text();
    if (answer.status === 200) return JSON.parse(text) as Page;
    return missing(peer, `it answers with ${answer.status}`);
  } catch (error) {
    return missing(peer, errorMessage(error));
  }
}

/** What is up here is told also while the database is away. */
function withoutOthers(why: string): string {
  return `The calls of other nodes are missing: the database does not say which nodes there are: ${why}`;
}

function missing({ card }: Peer, why: string): Page {
  return { calls: [], notes: [`The calls of the node ${card.name} are missing: ${why}`] };
}
