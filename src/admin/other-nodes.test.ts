import assert from "node:assert/strict";
import { it } from "node:test";
import type { IncomingMessage } from "node:http";
import { passedOnHeader, type Peer } from "../cluster/index.ts";
import { findHolder } from "./other-nodes.ts";
import type { AdminSource } from "./source.ts";

const ladder = { path: "/calls/{callId}/ladder" };

/** What a node finds that has not the call itself. */
function find(
  callId: string,
  { histories = {} as Readonly<Record<string, number | Error>>, own = [] as readonly string[], passedOn = false } = {},
) {
  const asked: string[] = [];
  const peerOf = (name: string) =>
    ({
      card: { name },
      ask: async ({ method, path }: { method: string; path: string }) => {
        asked.push(`${name} ${method} ${path}`);
        const status = histories[name];
        if (status instanceof Error) throw status;
        return { status, cancel: () => undefined };
      },
    }) as unknown as Peer;
  const source = {
    liveCall: () => undefined,
    holderOf: async () => undefined,
    peers: async () => Object.keys(histories).map(peerOf),
    hasHistory: async (name: string) => own.includes(name),
    isKnown: async (name: string) => name !== "unknown",
    past: {},
  } as unknown as AdminSource;
  const request = { headers: passedOn ? { [passedOnHeader]: "1" } : {} } as IncomingMessage;
  const holder = findHolder(ladder, { callId }, { request, source }).then((peer) => peer?.card.name);
  return { holder, asked };
}

it("a call whose node is there no more is answered by the one that has its history", async () => {
  const { holder, asked } = find("old", { histories: { a: 404, b: new Error("away"), c: 200 } });
  assert.equal(await holder, "c");
  assert.equal(asked[0], "a HEAD /offhook/v1/calls/old/ladder");
});

it("one whose history is here, or nowhere, is answered here, and nobody is asked twice", async () => {
  const here = find("old", { histories: { a: 200 }, own: ["old"] });
  assert.deepEqual([await here.holder, here.asked], [undefined, []]);
  assert.equal(await find("old", { histories: { a: 404 } }).holder, undefined);
  const passedOn = find("old", { histories: { a: 200 }, passedOn: true });
  assert.deepEqual([await passedOn.holder, passedOn.asked], [undefined, []]);
  await assert.rejects(find("unknown", { histories: { a: 404 } }).holder, { code: "API_NOT_FOUND" });
});
