import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallFact } from "../../src/app/index.ts";
import { virtualFunctionTest, type FunctionKit } from "./function-kit.ts";

/** Functions of another machine, by path. "/killed" dies between the request and its answer, each time. */
const elsewhere = createServer((request, response) => {
  request.resume();
  if (request.url === "/killed") return void request.socket.destroy();
  if (request.url === "/page") return void response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hi</h1>");
  response.writeHead(500).end("boom");
});
elsewhere.listen(0, "127.0.0.1").unref();
await once(elsewhere, "listening");
const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;

const failures = (kit: FunctionKit) =>
  kit.facts.filter((fact): fact is Extract<CallFact, { type: "function-failed" }> => fact.type === "function-failed");

async function callIn(kit: FunctionKit) {
  const report = await kit.phone.dial(kit.uri()).ended;
  await kit.untilEnded();
  return report;
}

const apology = [{ Type: "Speak", Parameters: { Text: "Please call again later" } }, { Type: "Hangup" }];

// Contract: events-fallback-actions
virtualFunctionTest(
  "a function that is killed at each event leaves its caller with the words of the configuration",
  { function: { url: `${url}/killed`, fallbackActions: apology, circuit: { failures: 3, pauseSeconds: 60 } } },
  async (kit) => {
    const report = await callIn(kit);

    assert.equal(report.answered, true);
    const told = failures(kit).map(({ sequence, event, target, reason, consequence }) => {
      return [sequence, event, target, reason, consequence];
    });
    assert.deepEqual(told, [
      [1, "NEW_INBOUND_CALL", "app", "unreachable", "retried"],
      [1, "NEW_INBOUND_CALL", "app", "unreachable", "fallback-actions"],
      [2, "HANGUP", "app", "unreachable", "retried"],
      [2, "HANGUP", "app", "circuit-open", "ignored"],
    ]);
    assert.ok(kit.facts.some((fact) => fact.type === "action-started" && fact.action === "Speak"));
    const { answered, failed, circuit } = kit.server.functionCounts()["app"] ?? assert.fail();
    assert.deepEqual([answered, failed], [0, { unreachable: 3, "circuit-open": 1 }]);
    assert.deepEqual([circuit?.state, circuit?.failures], ["open", 3]);
    assert.ok(kit.log.some(({ msg }) => /function app cannot be reached: 3 failures in a row/.test(String(msg))));
  },
);

// Contract: events-fallback
virtualFunctionTest(
  "a function whose fallback answers keeps its calls",
  {
    files: {
      "app.mjs": `export const handler = async ({ InvocationEventType, Sequence }, { invokedFunctionArn }) => {
        console.log(InvocationEventType, Sequence, invokedFunctionArn);
        return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] };
      };`,
    },
    config: {
      functions: { app: { url: `${url}/boom`, fallback: "spare", timeoutSeconds: 5 }, spare: "./app.mjs" },
    },
  },
  async (kit) => {
    const report = await callIn(kit);

    assert.equal(report.end.type === "rejected" && report.end.status, 486);
    assert.deepEqual(
      failures(kit).map(({ reason, consequence }) => [reason, consequence]),
      [
        ["unhandled", "fallback-asked"],
        ["unhandled", "fallback-asked"],
      ],
    );
    assert.equal(kit.output[0]?.line, "NEW_INBOUND_CALL 1 arn:aws:lambda:us-east-1:000000000000:function:spare");
  },
);

// Contract: events-function-failed
virtualFunctionTest(
  "a page of a proxy in place of a reply refuses the caller, and says what came",
  { function: { url: `${url}/page` } },
  async (kit) => {
    const report = await callIn(kit);

    assert.equal(report.end.type === "rejected" && report.end.status, 480);
    const [failure] = failures(kit);
    assert.equal(failure?.consequence, "call-ended");
    assert.match(failure.message, /answered 200 with "text\/html", not JSON: "<h1>Hi<\/h1>"$/);
  },
);
