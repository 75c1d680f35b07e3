import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { applicationId, ownNumber, startSystem, until, type System, type SystemNode } from "./system.ts";

/* Three servers on one PostgreSQL, with our Kamailio configuration in front, each a process of its own. The tests share them, in this order. */

let system: System;
before(async () => {
  system = await startSystem();
});
after(() => system.close());

interface NodeList {
  readonly nodes: readonly {
    readonly api: string;
    readonly state: string;
    readonly calls: number;
    readonly isThis: boolean;
  }[];
}

interface CallList {
  readonly calls: readonly { readonly id: string; readonly from: string }[];
  readonly notes: readonly string[];
}

const node = (index: number): SystemNode => system.nodes[index] ?? assert.fail("no such node");
const told = (type: string, transactionId: string) =>
  system.function.told.filter((one) => one.type === type && one.transactionId === transactionId);

it("each of them lists all of them, with what it does", async () => {
  await until("all give signs of life", async () => {
    const { body } = await node(1).ask<NodeList>("GET", "/offhook/v1/nodes");
    return body.nodes.filter(({ state }) => state === "up").length === 3;
  });
  const { body } = await node(2).ask<NodeList>("GET", "/offhook/v1/nodes");
  assert.deepEqual(body.nodes.map(({ api }) => api).sort(), system.nodes.map(({ apiUrl }) => apiUrl).sort());
  assert.deepEqual(
    body.nodes.filter(({ isThis }) => isThis).map(({ api }) => api),
    [node(2).apiUrl],
  );
});

it("a call of one of them is listed, shown, laddered and updated by any other", async () => {
  const path = `/sip-media-applications/${applicationId}/calls`;
  const made = await node(0).ask<{ readonly SipMediaApplicationCall: { readonly TransactionId: string } }>(
    "POST",
    path,
    {
      ...{ FromPhoneNumber: ownNumber, ToPhoneNumber: "+15105550109" },
    },
  );
  assert.equal(made.status, 202, JSON.stringify(made.body));
  const id = made.body.SipMediaApplicationCall.TransactionId;
  await until("it is answered", () => told("CALL_ANSWERED", id).length === 1);

  const listed = await node(1).ask<CallList>("GET", "/offhook/v1/calls");
  assert.deepEqual([listed.body.calls.map((call) => call.id), listed.body.notes], [[id], []]);
  const shown = await node(2).ask<{ readonly id: string; readonly legs: readonly object[] }>(
    "GET",
    `/offhook/v1/calls/${id}`,
  );
  assert.deepEqual([shown.status, shown.body.id, shown.body.legs.length], [200, id, 1]);
  const unknown = await node(2).ask<{ readonly Code: string }>("GET", "/offhook/v1/calls/none");
  assert.equal(unknown.status, 404);

  const update = { Arguments: { word: "hello" } };
  const updated = await node(2).ask("POST", `${path}/${id}`, update);
  assert.equal(updated.status, 202, JSON.stringify(updated.body));
  await until("its function hears of it", () => told("CALL_UPDATE_REQUESTED", id).length === 1);
  assert.deepEqual(told("CALL_UPDATE_REQUESTED", id)[0]?.arguments, update.Arguments);
  assert.equal(told("CALL_UPDATE_REQUESTED", id)[0]?.node, 0);
  const wrong = await node(2).ask(
    "POST",
    `/sip-media-applications/${applicationId.replace("1", "2")}/calls/${id}`,
    update,
  );
  assert.equal(wrong.status, 404);
});
