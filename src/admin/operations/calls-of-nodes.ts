import type { Peer } from "../../cluster/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import { isPassedOn } from "../other-nodes.ts";
import type { AdminCall } from "../operation.ts";
import type { callPage } from "../shapes/calls.ts";
import type { ValueOf } from "../shapes/schema-node.ts";

type Page = ValueOf<typeof callPage>;
type Summary = Page["calls"][number];

/** What calls that are up are sorted by, the latest first, and where a page goes on: `after` has the same form on all nodes. */
export function keyOfLive(startedAtMs: number, id: string): string {
  return `${String(startedAtMs).padStart(16, "0")}.${id}`;
}

/** A page of calls of this node with those of all others: they are asked the same. */
export async function withOtherNodes(own: Page, limit: number, { source, exchange }: AdminCall): Promise<Page> {
  const { request } = exchange;
  if (isPassedOn(request)) return own;
  const peers = await source.peers();
  if (peers.length === 0) return own;
  const pages = await Promise.all(peers.map((peer) => askPage(peer, request.url ?? "/")));
  const keyOf = ({ startedAt, id }: Summary) => keyOfLive(Date.parse(startedAt), id);
  const all = [own, ...pages]
    .flatMap(({ calls }) => calls)
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? 1 : -1));
  const calls = all.slice(0, limit);
  const last = calls.at(-1);
  const hasMore = all.length > limit || [own, ...pages].some(({ next }) => next !== undefined);
  return {
    calls,
    ...(hasMore && last !== undefined ? { next: keyOf(last) } : {}),
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

function missing({ card }: Peer, why: string): Page {
  return { calls: [], notes: [`The calls of the node ${card.name} are missing: ${why}`] };
}
