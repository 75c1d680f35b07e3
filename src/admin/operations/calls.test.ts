import assert from "node:assert/strict";
import { it } from "node:test";
import type { CallState } from "../../call/index.ts";
import type { CallSearch } from "../../store/index.ts";
import { driveCall } from "../../testing/internal/call-driver.ts";
import type { AdminCall } from "../operation.ts";
import { listCalls } from "./calls.ts";

const stateOf = (transactionId: string, startedAt: number) =>
  ({ ...driveCall({ script: [] }).initialState, transactionId, startedAt }) as CallState;
const keptOf = ({ transactionId, startedAt }: CallState) => ({
  ...{ transactionId, startedAt, nodeId: "n", applicationId: "a", sipRuleId: undefined, direction: "Inbound" as const },
  ...{ from: "+1", to: "+2", endedAt: undefined, cause: undefined, endType: undefined },
  ...{ isRedacted: false, isTakenOver: false },
});
const [old, first, second] = [stateOf("old", 1_000), stateOf("first", 2_000), stateOf("second", 3_000)];

/** A server whose database has `old`, and not `first` and `second`, which began while it took nothing. */
function list({ why = "", peers = [] as object[] } = {}) {
  const live = [old, first, second];
  const asked: CallSearch[] = [];
  const source = {
    now: () => 9_000,
    ...{ isRedacted: false, liveCalls: () => live, unwritten: () => new Set(["first", "second"]) },
    liveCall: (id: string) => live.find(({ transactionId }) => transactionId === id),
    peers: async () => peers,
    records: {
      search: async (search: CallSearch) => {
        asked.push(search);
        if (why !== "") throw new Error(why);
        return { calls: [keptOf(old)], next: undefined };
      },
    },
  };
  const call = { source, exchange: { request: { headers: {} } } } as unknown as AdminCall;
  const ask = async (input: object) => {
    const page = (await listCalls.handle({ state: "all", limit: 100, ...input }, call)) as {
      readonly calls: readonly { readonly id: string }[];
      readonly next?: string;
      readonly notes: readonly string[];
    };
    return { ids: page.calls.map(({ id }) => id), next: page.next, notes: page.notes };
  };
  return { ask, asked };
}

it("lists calls that are up beside those of the database while that takes nothing, page by page, and none twice", async () => {
  const { ask, asked } = list();
  assert.deepEqual(await ask({}), { ids: ["second", "first", "old"], next: undefined, notes: [] });
  const one = await ask({ limit: 1 });
  assert.deepEqual(one.ids, ["second"]);
  const two = await ask({ limit: 1, after: one.next });
  assert.deepEqual(two.ids, ["first"]);
  const three = await ask({ limit: 1, after: two.next });
  assert.deepEqual(three.ids, ["old"]);
  assert.deepEqual(asked.at(-1)?.after, undefined);
  assert.deepEqual((await ask({ after: "1000.1" })).ids, ["old"]);
  assert.deepEqual((await ask({ state: "ended" })).ids, ["old"]);
  assert.deepEqual((await ask({ until: "1970-01-01T00:00:02.500Z" })).ids, ["first", "old"]);
  assert.match((await list({ peers: [{}] }).ask({})).notes.join(), /on other nodes.*are missing; state=live has them/);
});

it("lists all calls that are up here when the database does not answer, and says what is missing", async () => {
  const { ask } = list({ why: "connect ECONNREFUSED" });
  const { ids, notes } = await ask({});
  assert.deepEqual(ids, ["second", "first", "old"]);
  assert.match(notes.join(), /that are over, and those of other nodes, are missing: .*ECONNREFUSED/);
  assert.deepEqual((await ask({ state: "live", id: "fir" })).ids, ["first"]);
  await assert.rejects(ask({ state: "ended" }), /ECONNREFUSED/);
});
