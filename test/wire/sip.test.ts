import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { createUserAgent, type UserAgent, type IncomingCall, type SipAddress } from "../../src/sip/index.ts";
import { aRequest, createRecordingDelegate, type RecordingDelegate } from "../../src/testing/internal/sip-testbed.ts";
import { createFastClock } from "../interop/fast-clock.ts";
import { until } from "./function-kit.ts";

const anyPort = (transport: "udp" | "tcp"): SipAddress => ({ transport, host: "127.0.0.1", port: 0 });
/** Goes faster once all has been said, so that lingering transactions end soon. A busy machine has all the time that RFC 3261 gives before. */
const clock = createFastClock();

async function open(context: TestContext, onInvite: (call: IncomingCall, delegate: RecordingDelegate) => void) {
  const agent = await createUserAgent({
    listeners: [anyPort("udp"), anyPort("tcp")],
    userAgent: "Wire",
    clock,
    log: silentLogger,
    onInvite(call) {
      const delegate = createRecordingDelegate();
      call.delegate = delegate;
      onInvite(call, delegate);
    },
  });
  context.after(() => agent.close());
  return agent;
}

function addressOf(agent: UserAgent, transport: "udp" | "tcp"): SipAddress {
  const address = agent.listeners.find((listener) => listener.transport === transport);
  assert.ok(address);
  return address;
}

const idle = { transactions: 0, dialogs: 0, timers: 0, sockets: 2 };
const isIdle = (agent: UserAgent) => JSON.stringify(agent.ledger()) === JSON.stringify(idle);
async function untilIdle(...agents: readonly UserAgent[]): Promise<void> {
  clock.run(200);
  await until("nothing is open", () => agents.every(isIdle));
  clock.run(1);
}

for (const transport of ["udp", "tcp"] as const) {
  test(
    `two agents call, answer and hang up over ${transport}, and come to rest`,
    { timeout: 120_000 },
    async (context) => {
      const answered: IncomingCall[] = [];
      const theirs: RecordingDelegate[] = [];
      const callee = await open(context, (call, delegate) => {
        theirs.push(delegate);
        answered.push(call);
        call.ring();
        call.answer("v=0 answer");
      });
      const caller = await open(context, () => assert.fail("nobody calls the caller"));
      const target = addressOf(callee, transport);
      const delegate = createRecordingDelegate();

      const call = caller.call({
        requestUri: `sip:b@127.0.0.1:${target.port}`,
        to: "sip:b@127.0.0.1",
        from: "sip:a@127.0.0.1",
        nextHop: target,
        headers: [],
        offer: "v=0 offer",
        delegate,
      });
      await until(
        "the call is up",
        () => delegate.reported.includes("answered") && theirs[0]?.reported.includes("acknowledged") === true,
      );
      call.hangUp();
      await until("the far end hears of the end", () => theirs[0]?.ends.length === 1);

      assert.deepEqual(delegate.reported, ["progress 180", "answered", "ended local"]);
      assert.deepEqual(theirs[0]?.reported, ["acknowledged", "ended bye"]);
      assert.equal(answered[0]?.offer, "v=0 offer");
      assert.equal(answered[0]?.source.transport, transport);
      await untilIdle(caller, callee);
    },
  );

  test(`the callee hangs up over ${transport}`, { timeout: 120_000 }, async (context) => {
    const callee = await open(context, (call, delegate) => {
      const acknowledged = delegate.onAcknowledged?.bind(delegate);
      delegate.onAcknowledged = (ack) => {
        acknowledged?.(ack);
        call.hangUp();
      };
      call.answer("v=0 answer");
    });
    const caller = await open(context, () => assert.fail("nobody calls the caller"));
    const target = addressOf(callee, transport);
    const delegate = createRecordingDelegate();

    caller.call({
      requestUri: `sip:b@127.0.0.1:${target.port}`,
      to: "sip:b@127.0.0.1",
      from: "sip:a@127.0.0.1",
      nextHop: target,
      headers: [],
      offer: "v=0 offer",
      delegate,
    });
    await until("the end", () => delegate.ends.length === 1);

    assert.deepEqual(delegate.ends, [{ type: "bye" }]);
    await untilIdle(caller, callee);
  });

  test(`a closed ${transport} port ends the call with a transport failure`, { timeout: 120_000 }, async (context) => {
    const gone = await open(context, () => undefined);
    const target = addressOf(gone, transport);
    await gone.close();
    const caller = await open(context, () => undefined);
    const delegate = createRecordingDelegate();

    caller.call({
      requestUri: "sip:b@127.0.0.1",
      to: "sip:b@127.0.0.1",
      from: "sip:a@127.0.0.1",
      nextHop: target,
      headers: [],
      offer: "v=0",
      delegate,
    });
    await until("the end", () => delegate.ends.length === 1);

    assert.equal(delegate.ends[0]?.type, "transport");
    await untilIdle(caller);
  });
}

test(
  "a refusal, a CANCEL and two hundred calls at once leave nothing behind",
  { timeout: 120_000 },
  async (context) => {
    const take = (call: IncomingCall) => {
      if (call.requestUri.user === "busy") call.reject(486);
      else if (call.requestUri.user === "slow") call.ring();
      else call.answer("v=0");
    };
    const callee = await open(context, take);
    const caller = await open(context, () => undefined);
    const target = addressOf(callee, "udp");
    const users = ["busy", "slow", ...Array.from({ length: 198 }, (_, index) => `u${index}`)];
    const delegates = users.map((user) => {
      const recording = createRecordingDelegate();
      const onAnswered = recording.onAnswered?.bind(recording);
      const call = caller.call({
        requestUri: `sip:${user}@127.0.0.1`,
        to: `sip:${user}@127.0.0.1`,
        from: "sip:a@127.0.0.1",
        nextHop: target,
        headers: [],
        offer: "v=0",
        delegate: {
          ...recording,
          onProgress: () => call.hangUp(),
          onAnswered(answer) {
            onAnswered?.(answer);
            call.hangUp();
          },
        },
      });
      return recording;
    });

    await until("all calls end", () => delegates.every((delegate) => delegate.ends.length === 1));

    assert.equal(delegates[0]?.ends[0]?.type, "rejected");
    assert.deepEqual(delegates[1]?.reported, ["ended local"]);
    assert.deepEqual(
      [...new Set(delegates.slice(2).map((delegate) => delegate.reported.join()))],
      ["answered,ended local"],
    );
    await untilIdle(caller, callee);
  },
);

test("answers datagrams and stream bytes of a peer that is not ours", { timeout: 120_000 }, async (context) => {
  const agent = await open(context, (call) => call.reject(404));
  const socket = createSocket("udp4");
  context.after(() => socket.close());
  const datagrams: string[] = [];
  socket.on("message", (bytes) => datagrams.push(bytes.toString()));
  socket.send(
    aRequest({ method: "OPTIONS", via: "SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKa" }),
    addressOf(agent, "udp").port,
  );
  const stream = connect(addressOf(agent, "tcp").port, "127.0.0.1");
  context.after(() => stream.destroy());
  let text = "";
  stream.on("data", (bytes) => (text += bytes.toString()));
  stream.write("\r\n\r\n");
  const request = aRequest({ method: "OPTIONS", callId: "call-2", via: "SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKb" });
  stream.write(request.slice(0, 50));
  stream.write(request.slice(50));

  await until("both answers", () => datagrams.length > 0 && text.includes("Allow:"));

  assert.match(datagrams[0] ?? "", /^SIP\/2\.0 200 OK\r\n/);
  assert.match(text, /^\r\nSIP\/2\.0 200 OK\r\n/);
});

test("tells a listener that is taken with SIP_BIND_FAILED, and opens none of the others", async (context) => {
  const first = await open(context, () => undefined);

  const second = createUserAgent({
    listeners: [anyPort("tcp"), addressOf(first, "udp")],
    userAgent: "Wire",
    clock,
    log: silentLogger,
    onInvite: () => undefined,
  });

  await assert.rejects(second, { code: "SIP_BIND_FAILED" });
});
