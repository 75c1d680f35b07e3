import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Peer, PeerAnswer, PeerRequest } from "../../cluster/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { followOthers } from "./follow-others.ts";

/** Another node, whose streams end when they are told to. */
function createPeer(name: string) {
  const asked: (string | undefined)[] = [];
  const world = { isAway: false, status: 200, cancelled: 0, texts: [] as string[], wake: () => undefined as void };
  async function* body(): AsyncIterable<Uint8Array> {
    for (;;) {
      const text = world.texts.shift();
      if (text === "end") return;
      if (text === undefined) await new Promise<void>((resolve) => (world.wake = resolve));
      else yield Buffer.from(text);
    }
  }
  const ask = async ({ lastEventId }: PeerRequest): Promise<PeerAnswer> => {
    asked.push(lastEventId);
    if (world.isAway) throw new Error("it does not answer");
    const answer = { status: world.status, headers: new Headers(), text: async () => "", body: body() };
    return { ...answer, cancel: () => void world.cancelled++ };
  };
  const peer = { card: { name, url: `http://${name}`, startedAt: 1 }, seenAt: 0, ask } as unknown as Peer;
  const say = async (...texts: readonly string[]) => {
    world.texts.push(...texts);
    world.wake();
    await settle();
  };
  return { peer, asked, world, say };
}

const settle = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

async function open(after?: string) {
  const clock = createManualClock();
  const heard: string[] = [];
  const world = { peers: [] as Peer[], isAway: false };
  const other = createPeer("b");
  world.peers.push(other.peer);
  const peers = async () => {
    if (world.isAway) throw new Error("no database");
    return world.peers;
  };
  const stop = followOthers(
    { peers, path: "/events", after, clock },
    {
      told: (node, place, entry) => void heard.push(`${node} ${place} ${JSON.stringify(entry)}`),
      reached: (place) => void heard.push(place),
      missed: (node, why) => void heard.push(`missed of ${node}: ${why}`),
    },
  );
  await settle();
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  return { clock, heard, world, other, stop, pass };
}

const hello = "retry: 2000\nid: run.4\nevent: hello\ndata: {}\n\n";
const event = (number: number) => `id: run.${number}\ndata: {"id":"run.${number}","callId":"c"}\n\n`;

describe("the streams of other nodes", () => {
  it("are told with whose they are, in whatever pieces they come, and go on behind what was told when they break off", async () => {
    const { heard, other, pass } = await open("x.1~run.2");
    const [one, two] = [event(5).slice(0, 9), event(5).slice(9)];
    await other.say(hello, ": \n\n", one, `${two}event: gap\ndata: {"why":"too old"}\n\n`, "end");
    assert.deepEqual(heard, ["run.4", 'b run.5 {"id":"run.5","callId":"c"}', "missed of b: too old"]);
    assert.deepEqual(other.asked, ["x.1~run.2"]);

    await pass(2_000);
    assert.deepEqual(other.asked, ["x.1~run.2", "run.5"]);
  });

  it("are missing while a node cannot be reached, which is said once, and asked for again", async () => {
    const { heard, other, pass } = await open();
    await other.say(hello, "end");
    other.world.isAway = true;
    for (let times = 0; times < 5; times++) await pass(2_000);
    assert.deepEqual(heard, ["run.4", "missed of b: it does not answer"]);

    [other.world.isAway, other.world.status] = [false, 400];
    await pass(2_000);
    other.world.status = 200;
    await pass(2_000);
    await other.say(event(5));
    assert.equal(heard.at(-1), 'b run.5 {"id":"run.5","callId":"c"}');
    assert.equal(heard.length, 3);
  });

  it("are those of nodes that come later too, and nobody is asked any more that has gone, or once nobody listens", async () => {
    const { heard, world, other, stop, pass } = await open();
    const late = createPeer("c");
    world.peers.push(late.peer);
    await pass(2_000);
    await late.say(hello, event(5));
    assert.deepEqual(heard, ["run.4", 'c run.5 {"id":"run.5","callId":"c"}']);
    world.peers.splice(0, 2);
    other.world.isAway = true;
    await other.say(hello, "end");
    for (let times = 0; times < 5; times++) await pass(2_000);
    assert.equal(other.asked.length, 2);

    stop();
    assert.ok(late.world.cancelled > 0);
    await late.say("end");
    await pass(10_000);
    assert.equal(late.asked.length, 1);
  });

  it("are missing while the database does not say which nodes there are, which is said once", async () => {
    const { heard, world, pass } = await open();
    world.isAway = true;
    for (let times = 0; times < 3; times++) await pass(2_000);
    assert.deepEqual(heard, ["missed of : the database does not say which nodes there are: no database"]);
  });
});
