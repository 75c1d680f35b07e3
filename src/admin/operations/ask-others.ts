import { errorMessage } from "../../kernel/index.ts";
import type { Peer } from "../../cluster/index.ts";
import { isPassedOn } from "../other-nodes.ts";
import type { AdminCall } from "../operation.ts";

/** What the other nodes answer to the request that is being answered here, and whose answers are missing. */
export interface OthersAnswers<Answer> {
  readonly answers: readonly { readonly node: string; readonly answer: Answer }[];
  /** For people. */
  readonly notes: readonly string[];
}

/** Asks all other nodes the same, at once; nobody, where another node asks here. Never rejects: what is here is told also while the database is away.
 * @param what is missing then, such as "calls" */
export async function askOthers<Answer>(
  { source, exchange: { request } }: Pick<AdminCall, "source" | "exchange">,
  what: string,
): Promise<OthersAnswers<Answer>> {
  if (isPassedOn(request)) return { answers: [], notes: [] };
  const peers = await source.peers().catch((error: unknown) => errorMessage(error));
  if (typeof peers === "string") {
    const why = `The ${what} of other nodes are missing: the database does not say which nodes there are: ${peers}`;
    return { answers: [], notes: [why] };
  }
  const path = request.url ?? "/";
  const found = await Promise.all(peers.map(async (peer) => ({ peer, got: await askPeer<Answer>(peer, path) })));
  return {
    answers: found.flatMap(({ peer, got }) => ("why" in got ? [] : [{ node: peer.card.name, answer: got.answer }])),
    notes: found.flatMap(({ peer, got }) =>
      "why" in got ? [`The ${what} of the node ${peer.card.name} are missing: ${got.why}`] : [],
    ),
  };
}

async function askPeer<Answer>(
  peer: Peer,
  path: string,
): Promise<{ readonly answer: Answer } | { readonly why: string }> {
  try {
    const answer = await peer.ask({ method: "GET", from: "root", path });
    const text = await answer.text();
    return answer.status === 200 ? { answer: JSON.parse(text) as Answer } : { why: `it answers with ${answer.status}` };
  } catch (error) {
    return { why: errorMessage(error) };
  }
}
