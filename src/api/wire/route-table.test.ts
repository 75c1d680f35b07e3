import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readOperations } from "./model.ts";
import { createRouteTable, pickOperation, readLabels, type Route } from "./route-table.ts";

const operations = readOperations();
const routes = createRouteTable(operations);

function routeOf(method: string, url: string): Route {
  const route = routes.find((candidate) => candidate.method === method && candidate.url === url);
  assert.ok(route !== undefined, `${method} ${url}`);
  return route;
}

describe("the route table", () => {
  it("has each operation once, and each method and path once", () => {
    const names = routes.flatMap((route) => route.operations.map(({ name }) => name));
    const keys = routes.map(({ method, url }) => `${method} ${url}`);

    // 96 of voice and 16 of meetings; both have the three on tags.
    assert.equal(new Set(names).size, 109);
    assert.equal(names.length, 109);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("can tell the operations of each route apart by their static query", () => {
    for (const route of routes) {
      const pairs = route.operations.map(({ staticQuery }) => JSON.stringify(staticQuery));
      assert.equal(new Set(pairs).size, pairs.length, route.url);
    }
  });

  it("picks by static query pairs, wherever they stand, before the operation that has none", () => {
    const numbers = routeOf("POST", "/phone-numbers");
    const pick = (query: Record<string, string | string[]>) => pickOperation(numbers, query)?.name;

    assert.equal(pick({ operation: "batch-delete" }), "BatchDeletePhoneNumber");
    assert.equal(pick({ other: "1", operation: ["x", "batch-update"] }), "BatchUpdatePhoneNumber");
    assert.equal(pick({ operation: "none" }), undefined);
    assert.equal(pickOperation(routeOf("GET", "/sip-rules"), { any: "1" })?.name, "ListSipRules");
  });

  it("gives labels by member name, decoding again what still is encoded", () => {
    const update = pickOperation(routeOf("POST", "/sip-media-applications/:p1/calls/:p2"), {});
    assert.ok(update !== undefined);

    assert.deepEqual(readLabels(update, { p1: "%2B1", p2: "50%" }), {
      SipMediaApplicationId: "+1",
      TransactionId: "50%",
    });
    assert.deepEqual(readLabels(update, { p1: "%E0", p2: "" }), { SipMediaApplicationId: "%E0", TransactionId: "" });
  });
});
