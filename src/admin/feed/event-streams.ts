import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../kernel/index.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import { showTime } from "../shapes/words.ts";
import type { CallFeed, FeedEntry } from "./call-feed.ts";
import type { OthersListener } from "./follow-others.ts";

/** Most streams at one time: a console has one, and few people look. */
const mostStreams = 64;
/** What may wait for a reader that is slow, bytes. */
const longestBacklog = 262_144;
/** A comment is sent so often where nothing happens, so that nobody on the way takes the connection for dead. */
const quietMs = 15_000;
/** How long the last words may take to a reader that is slow. */
const lastWordsMs = 10_000;

/** Between the places of several nodes in one id. */
const between = "~";

/** What a reader asks for. */
export interface WatchQuery {
  /** Only this call. */
  readonly callId: string | undefined;
  /** The id of the last event that it has; undefined: only what happens from now on. */
  readonly after: string | undefined;
  /** Where there may be others, and all calls are meant: what this one is called among them, and how to follow them. */
  readonly others?: { readonly node: string; follow(listener: OthersListener): () => void } | undefined;
}

/** Streams of what happens in calls, as server-sent events. HTML Living Standard, Server-sent events */
export interface EventStreams {
  /** Answers a request by a stream. Throws `API_LIMIT_EXCEEDED` when there are too many. */
  open(exchange: { readonly request: IncomingMessage; readonly response: ServerResponse }, query: WatchQuery): void;
  /** The beginning of ids of this process. */
  readonly run: string;
  readonly clock: Clock;
  /** Streams that are open. */
  count(): number;
  /** Ends all. */
  close(): void;
}

/** What an entry looks like to readers.
 * @param run of ids of this process: those of another one mean nothing here */
export function showEntry({ number, at, callId, fact }: FeedEntry, run: string) {
  return { id: `${run}.${number}`, at: showTime(at), callId, ...fact };
}

/** Makes streams of a feed. */
export function createEventStreams(feed: CallFeed, run: string, clock: Clock): EventStreams {
  const open = new Map<ServerResponse, (why: string) => void>();
  return {
    ...{ run, clock },
    count: () => open.size,
    close() {
      for (const end of [...open.values()]) end("the server stops; ask again with Last-Event-ID, or at another node");
    },
    open({ request, response }, { callId, after, others }) {
      if (open.size >= mostStreams) {
        const why = `${mostStreams} streams of events are open, which is the most; close one, or ask for calls by GET.`;
        throw refuseAdmin("API_LIMIT_EXCEEDED", why);
      }
      const send = (text: string) => {
        response.write(text);
        if (response.writableLength > longestBacklog) end("you read too slowly; ask again with Last-Event-ID");
      };
      const known = placesOf(after).filter((place) => runOf(place) !== run);
      const first = [`${run}.${feed.last()}`, ...(others === undefined ? [] : known)];
      const places = new Map(first.map((place) => [runOf(place), place]));
      const reach = (place: string) => {
        places.set(runOf(place), place);
        return [...places.values()].join(between);
      };
      const node = others && { node: others.node };
      const tell = (entry: FeedEntry) => {
        const id = reach(`${run}.${entry.number}`);
        if (callId === undefined || entry.callId === callId) send(print(id, { ...showEntry(entry, run), ...node, id }));
      };
      let stopFollowing: () => void = () => undefined;
      const stopWatching = feed.watch(tell);
      const beat = beatEvery(clock, () => send(": \n\n"));
      const forget = () => {
        stopWatching();
        stopFollowing();
        beat.cancel();
        open.delete(response);
      };
      const end = (why: string) => {
        forget();
        response.end(`event: dropped\ndata: ${JSON.stringify({ why })}\n\n`);
        const limit = clock.startTimer(lastWordsMs, () => response.destroy());
        response.once("close", () => limit.cancel());
      };
      open.set(response, end);
      response.once("close", forget);
      // A connection that has carried a stream ends with it: a server that stops waits for those that are kept.
      const headers = { "content-type": "text/event-stream", "cache-control": "no-store", connection: "close" };
      response.writeHead(200, headers);
      if (request.method === "HEAD") return void response.end();
      send(`retry: 2000\nid: ${run}.${feed.last()}\nevent: hello\ndata: {}\n\n`);
      for (const missed of missedSince(feed, after, run)) {
        if ("why" in missed) send(printGap(missed.why));
        else tell(missed);
      }
      if (others === undefined || !open.has(response)) return;
      stopFollowing = others.follow({
        reached: (place) => send(`id: ${reach(place)}\n\n`),
        told(from, place, entry) {
          const id = reach(place);
          send(print(id, { ...entry, node: from, id }));
        },
        missed: (from, why) =>
          send(
            printGap(
              from === ""
                ? `Events of other nodes are missing: ${why}`
                : `Events of the node ${from} are missing: ${why}`,
            ),
          ),
      });
    },
  };
}

/** Runs something again and again, until it is cancelled. */
function beatEvery(clock: Clock, run: () => void) {
  const start = () =>
    clock.startTimer(quietMs, () => {
      state.timer = start();
      run();
    });
  const state = { timer: start() };
  return { cancel: () => state.timer.cancel() };
}

/** What a reader has missed, or that it is not known any more. */
function missedSince(
  feed: CallFeed,
  after: string | undefined,
  run: string,
): readonly (FeedEntry | { readonly why: string })[] {
  if (after === undefined || after === "") return [];
  const own = placesOf(after).find((place) => runOf(place) === run);
  const [, number = ""] = own?.split(".") ?? [];
  const last = /^\d{1,15}$/.test(number) ? Number(number) : undefined;
  const isKnown = last !== undefined && last <= feed.last() && last + 1 >= feed.oldest();
  const why = last === undefined ? "the server has started anew since" : "they are too old, and not kept";
  return [...(isKnown ? [] : [{ why: `Events are missing here: ${why}.` }]), ...feed.since(last ?? 0)];
}

/** One of each node, and some of nodes that were started anew since. */
const mostPlaces = 64;

function placesOf(id: string | undefined): readonly string[] {
  return id === undefined ? [] : id.split(between).slice(0, mostPlaces);
}

function runOf(place: string): string {
  return place.split(".")[0] ?? "";
}

function printGap(why: string): string {
  return `event: gap\ndata: ${JSON.stringify({ why })}\n\n`;
}

function print(id: string, data: object): string {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
