import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { systemClock, silentLogger } from "../../src/kernel/index.ts";
import { createEventOutlet, type EventOutlet } from "../../src/meetings/index.ts";
import type { Meeting } from "../../src/store/index.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";

const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const meeting: Meeting = {
  ...{ id: "m", externalMeetingId: "stand-up", mediaRegion: "us-east-1", createdAt: 0 },
  ...{ features: {}, notifications: {}, tenantIds: [], tags: [] },
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with these statuses, then with 204. */
async function openReceiver(statuses: number[]): Promise<{ url: string; received: Received[]; server: Server }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 204, { location: "/elsewhere" }).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, server };
}

async function withOutlet(
  {
    statuses = [],
    signs = true,
    clock = systemClock,
  }: { statuses?: number[]; signs?: boolean; clock?: typeof systemClock },
  body: (outlet: EventOutlet, received: Received[]) => Promise<void>,
) {
  const { url, received, server } = await openReceiver(statuses);
  const webhook = { url, secret: signs ? secret : undefined };
  const invoker = { whyUnknown: () => "none", invoke: () => assert.fail("no function is meant") };
  const origin = { accountId: "000000000000", region: "us-east-1" };
  const outlet = createEventOutlet({ ...origin, webhook, invoker, clock, log: silentLogger });
  try {
    await body(outlet, received);
  } finally {
    await outlet.close();
    server.closeAllConnections();
    server.close();
  }
}

const settle = async (outlet: EventOutlet) => {
  while (outlet.waiting() > 0) await new Promise((resolve) => setImmediate(resolve));
};

// Contract: meetings-webhook
test("an event is posted with a signature that a library for Standard Webhooks accepts", () =>
  withOutlet({}, async (outlet, received) => {
    outlet.tell({ type: "chime:MeetingStarted", meeting, at: Date.now() });
    await settle(outlet);
    const [{ headers, body } = assert.fail("nothing came")] = received;
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>;

    assert.equal(verified["detail-type"], "Chime Meeting State Change");
    assert.equal(headers["webhook-id"], verified["id"]);
    assert.equal(headers["content-type"], "application/json");
    assert.throws(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>));
  }));

test("without a secret, no request is signed", () =>
  withOutlet({ signs: false }, async (outlet, received) => {
    outlet.tell({ type: "chime:MeetingStarted", meeting, at: 1 });
    await settle(outlet);

    assert.equal(received[0]?.headers["webhook-signature"], undefined);
    assert.ok(received[0]?.headers["webhook-id"]);
  }));

// Contract: meetings-webhook-retries
test("what may be taken later is sent again with the same id; what is refused is not, redirections among it", () => {
  const clock = createManualClock();
  return withOutlet({ statuses: [500, 429, 408, 204, 302, 404], clock }, async (outlet, received) => {
    for (const at of [1, 2, 3, 4]) outlet.tell({ type: "chime:MeetingStarted", meeting, at });
    while (outlet.waiting() > 0) {
      // One timer is that of a request, while one is under way; the other is the pause before the next.
      if (received.length < 4) clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const times = received.map(({ body }) => (JSON.parse(body) as { detail: { timestamp: number } }).detail.timestamp);
    const ids = received.map(({ headers }) => headers["webhook-id"]);

    assert.deepEqual(times, [1, 1, 1, 1, 2, 3, 4]);
    assert.equal(new Set(ids).size, 4);
  });
});
