import assert from "node:assert/strict";
import { it } from "node:test";
import type { AdminCall } from "../operation.ts";
import { withOtherNodes } from "./calls-of-nodes.ts";

it("lists the calls that are up here while the database does not say which other nodes there are, and says whose are missing", async () => {
  const own = { calls: [], notes: ["one of ours"] };
  const call = {
    source: { peers: () => Promise.reject(new Error("connect ECONNREFUSED")) },
    exchange: { request: { headers: {} } },
  } as unknown as AdminCall;

  const page = await withOtherNodes(own, 10, call);

  assert.deepEqual(page, {
    calls: [],
    notes: [
      "one of ours",
      "The calls of other nodes are missing: the database does not say which nodes there are: connect ECONNREFUSED",
    ],
  });
});
