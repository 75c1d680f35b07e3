import type { Peer, PeerAnswer } from "../../cluster/index.ts";
import { errorMessage, type Clock, type Timer } from "../../kernel/index.ts";

/** What is heard of other nodes. */
export interface OthersListener {
  /** Something happened there.
   * @param place in the ids of its node */
  told(node: string, place: string, entry: object): void;
  /** All up to this place is told. */
  reached(place: string): void;
  /** Events are missing from here on, for people. */
  missed(node: string, why: string): void;
}

/** What they are followed with. */
export interface OthersParts {
  readonly peers: () => Promise<readonly Peer[]>;
  readonly path: string;
  /** Where the reader goes on, as `Last-Event-ID`; undefined: from now on. */
  readonly after: string | undefined;
  readonly clock: Pick<Clock, "startTimer">;
}

/** Between attempts to reach a node, and to see which there are. */
const againMs = 2_000;

/** Follows the streams of events of all other nodes, also of those that come later, until the function is called that this returns. A node that breaks off is
 * asked again, behind the last event that it told; that it cannot be reached is told once. */
export function followOthers({ peers, path, after, clock }: OthersParts, listener: OthersListener): () => void {
  const followed = new Map<string, { cancel(): void }>();
  const timers = new Set<Timer>();
  let isOver = false;
  let isFirst = true;
  let isAway = false;
  const later = (run: () => void) => {
    if (isOver) return;
    const timer = clock.startTimer(againMs, () => {
      timers.delete(timer);
      run();
    });
    timers.add(timer);
  };
  /** Resolves when it breaks off. */
  const read = async (peer: Peer, from: string | undefined, onPlace: (place: string) => void): Promise<void> => {
    const answer = await peer.ask({ method: "GET", from: "root", path, lastEventId: from });
    followed.set(peer.card.url, answer);
    if (isOver || answer.status !== 200) answer.cancel();
    if (answer.status !== 200) throw new Error(`it answers with ${answer.status}`);
    for await (const { id, event, data } of eventsOf(answer)) {
      if (isOver || event === "dropped") break;
      if (id !== undefined) onPlace(id);
      if (event === "gap") listener.missed(peer.card.name, whyOf(data));
      else if (event === undefined && id !== undefined) listener.told(peer.card.name, id, JSON.parse(data) as object);
      else if (id !== undefined) listener.reached(id);
    }
    answer.cancel();
  };
  const follow = (peer: Peer, first: string | undefined) => {
    followed.set(peer.card.url, { cancel: () => undefined });
    let place = first;
    const attempt = async (isMissed: boolean): Promise<void> => {
      let wasReached = false;
      const onPlace = (id: string) => {
        place = id;
        wasReached = true;
      };
      const why = await read(peer, place, onPlace).then(() => undefined, errorMessage);
      if (isOver) return;
      // One that was cut off tells what came meanwhile.
      if (wasReached) return later(() => void attempt(false));
      if (!isMissed) listener.missed(peer.card.name, why ?? "it ends the stream");
      const isThere = await peers().then(
        (all) => all.some(({ card }) => card.url === peer.card.url && card.startedAt === peer.card.startedAt),
        () => true,
      );
      if (isThere) later(() => void attempt(true));
      else followed.delete(peer.card.url);
    };
    void attempt(false);
  };
  const look = async () => {
    try {
      for (const peer of await peers())
        if (!isOver && !followed.has(peer.card.url)) follow(peer, isFirst ? after : undefined);
      [isFirst, isAway] = [false, false];
    } catch (error) {
      if (!isAway) listener.missed("", `the database does not say which nodes there are: ${errorMessage(error)}`);
      isAway = true;
    }
    later(() => void look());
  };
  void look();
  return () => {
    isOver = true;
    for (const timer of timers) timer.cancel();
    for (const one of followed.values()) one.cancel();
  };
}

/** The blocks of a stream of server-sent events, as ours have them. Ends where it breaks off. */
async function* eventsOf({ body }: Pick<PeerAnswer, "body">) {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = new Map(block.split("\n").map((line) => splitOnce(line)));
        yield { id: fields.get("id"), event: fields.get("event"), data: fields.get("data") ?? "{}" };
      }
    }
  } catch {
    // Whoever follows it asks again.
  }
}

function splitOnce(line: string): readonly [name: string, value: string] {
  const at = line.indexOf(": ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 2)];
}

function whyOf(data: string): string {
  const { why } = JSON.parse(data) as { readonly why?: unknown };
  return typeof why === "string" ? why : "it does not say why";
}
