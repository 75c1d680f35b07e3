import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Logger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openRawSipPeer, openTestAgent, sipHeader, tagOf } from "../../testing/internal/sip-testbed.ts";
import type { GuardOptions, Standing } from "../guard/guard-options.ts";

const trunkHost = "192.0.2.5";
const phoneHost = "192.0.2.6";
const standings: Readonly<Record<string, Standing>> = { [trunkHost]: "trusted", [phoneHost]: "known" };

async function setUp(change: Partial<GuardOptions> = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const lines: string[] = [];
  const write = (_facts: object, message: string) => void lines.push(message);
  const log: Logger = { debug: () => undefined, info: write, warn: write, error: write, child: () => log };
  const guard: GuardOptions = {
    standingOf: (host) => standings[host] ?? "stranger",
    ...{ strangers: "accept", mayProve: () => false, requestsPerSecond: 10, banMs: 600_000 },
    ...change,
  };
  const { agent, calls } = await openTestAgent({
    ...{ network, clock, guard, log },
    onCall: (call) => {
      if (call.requestUri.user === "answer") call.answer("v=0");
      else call.reject(404, { cause: "no-rule", why: "no such number" });
    },
    onOffer: () => "v=0",
  });
  const openPeer = async (host: string, port = 5060) => {
    const peer = await openRawSipPeer(network, port, host);
    let count = 0;
    /** Sends a request of its own, and gives the status that comes back; 0: none. */
    const ask = (method: string, parts: Parameters<typeof aRequest>[0] = {}) => {
      count += 1;
      const before = peer.inbox.length;
      const via = `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${host}${count};rport`;
      peer.send(aRequest({ method, via, callId: `${host}-${count}`, ...parts }));
      clock.advance(2);
      const last = peer.startLines().slice(before).at(-1) ?? "";
      return Number(/^SIP\/2\.0 (\d+)/.exec(last)?.[1] ?? 0);
    };
    return { ...peer, inbox: peer.inbox, ask };
  };
  const openRawPeer = (host: string) => openRawSipPeer(network, 5060, host);
  return { clock, agent, calls, lines, openPeer, openRawPeer };
}

describe("a stranger", () => {
  it("gets its turn, where strangers are taken", async () => {
    const { openPeer } = await setUp();
    const stranger = await openPeer("203.0.113.1");

    assert.deepEqual([stranger.ask("INVITE"), stranger.ask("OPTIONS"), stranger.ask("BYE")], [404, 200, 481]);
  });

  // Contract: sip-and-media-strangers
  it("gets 403 for whatever it asks, where strangers are refused, and leaves nothing behind", async () => {
    const { openPeer, agent } = await setUp({ strangers: "refuse" });
    const stranger = await openPeer("203.0.113.1");

    const methods = ["INVITE", "OPTIONS", "REGISTER", "BYE", "CANCEL", "MESSAGE", "SUBSCRIBE", "X-Y"];
    const found = methods.map((method) => stranger.ask(method));
    stranger.ask("ACK", { callId: "203.0.113.1-8", toTag: tagOf(sipHeader(stranger.last("403"), "To")) });

    assert.deepEqual(
      found,
      methods.map(() => 403),
    );
    assert.deepEqual([agent.ledger().transactions, agent.ledger().timers], [0, 0]);
    assert.deepEqual(agent.refusals(), { stranger: 8 });
    assert.equal(sipHeader(stranger.last("403"), "Server"), "");
  });

  it("is told what is wrong with a message, where strangers are refused", async () => {
    const { openPeer } = await setUp({ strangers: "refuse" });
    const stranger = await openPeer("203.0.113.1");

    assert.equal(stranger.ask("INVITE", { cseqMethod: "BYE" }), 400);
  });

  it("hears nothing at all, where strangers are ignored, and is counted", async () => {
    const { openPeer, agent } = await setUp({ strangers: "ignore" });
    const stranger = await openPeer("203.0.113.1");

    for (const method of ["INVITE", "OPTIONS", "REGISTER", "BYE", "CANCEL", "MESSAGE"]) stranger.ask(method);
    stranger.ask("INVITE", { cseqMethod: "BYE" });

    assert.equal(stranger.inbox.length, 0);
    assert.deepEqual(agent.refusals(), { stranger: 7 });
  });

  it("gets as far as its proof by the methods that have one", async () => {
    const { openPeer } = await setUp({ strangers: "ignore", mayProve: (method) => method === "REGISTER" });
    const stranger = await openPeer("203.0.113.1");

    assert.deepEqual([stranger.ask("REGISTER"), stranger.ask("INVITE")], [405, 0]);
  });

  it("that calls itself a scanner gets nothing, and is banned at once", async () => {
    const { openPeer, agent, lines } = await setUp();
    for (const [host, line] of [
      ["203.0.113.1", "User-Agent: friendly-scanner"],
      ["203.0.113.2", "User-Agent: SIPVicious/0.3.4"],
      ["203.0.113.3", "User-Agent: sipcli/v1.8"],
    ] as const) {
      const scanner = await openPeer(host);
      assert.deepEqual([scanner.ask("OPTIONS", { lines: [line] }), scanner.ask("OPTIONS")], [0, 0], line);
    }
    assert.deepEqual(agent.refusals(), { scanner: 3, ban: 3, banned: 3 });
    assert.match(
      lines.join("\n"),
      /source from 203.0.113.1:5060 dropped \(ban\): it is banned for 600 s; what it did last: scanner: /,
    );
  });

  it("that tries number after number is banned, by one line in the log, and heard again after the ban", async () => {
    const { openPeer, agent, clock, lines } = await setUp();
    const guesser = await openPeer("203.0.113.1");

    const found = Array.from({ length: 60 }, () => guesser.ask("INVITE"));
    assert.deepEqual([found.filter((status) => status === 404).length, found.at(-1)], [31, 0]);
    assert.equal(agent.refusals()["ban"], 1);
    assert.equal(lines.filter((line) => line.includes("(ban)")).length, 1);

    clock.advance(600_000);
    assert.equal(guesser.ask("INVITE"), 404);
  });

  it("that floods gets 503 with Retry-After for what is too much, then nothing", async () => {
    const { openPeer, agent, lines } = await setUp();
    const flood = await openPeer("203.0.113.1");

    const found = Array.from({ length: 300 }, () => flood.ask("OPTIONS"));

    assert.deepEqual([found[0], found[49], found[60], found[299]], [200, 200, 503, 0]);
    assert.equal(sipHeader(flood.last("503"), "Retry-After"), "5");
    assert.equal(agent.refusals()["ban"], 1);
    assert.ok(lines.length < 6, lines.join("\n"));
  });

  it("is limited as one with all addresses of its IPv6 network", async () => {
    const { openPeer } = await setUp();
    const hosts = Array.from({ length: 80 }, (_, index) => `2001:db8:1:2::${index + 1}`);
    const found: number[] = [];
    for (const host of hosts)
      found.push(
        (await openPeer(host)).ask("OPTIONS", { via: `SIP/2.0/UDP [${host}]:5060;branch=z9hG4bK${host};rport` }),
      );

    assert.deepEqual([found[0], found[79]], [200, 503]);
  });

  it("has its requests answered and its call ended where its messages come from, whatever its Contact and Record-Route say", async () => {
    const { openPeer, openRawPeer, calls, clock } = await setUp();
    const victim = await openRawPeer("192.0.2.77");
    const caller = await openPeer("203.0.113.1");
    const lines = ["Record-Route: <sip:192.0.2.77;lr>"];
    const call = { callId: "up", requestUri: "sip:answer@192.0.2.1", contact: "sip:v@192.0.2.77:5060", lines };
    const via = "SIP/2.0/UDP 192.0.2.77:5060;branch=z9hG4bKx;maddr=192.0.2.77;received=192.0.2.77;rport=5060";
    caller.ask("INVITE", { ...call, via });
    const toTag = tagOf(sipHeader(caller.last("200 OK"), "To"));
    caller.ask("ACK", { ...call, toTag });
    calls[0]?.call.hangUp();
    clock.advance(40_000);

    assert.deepEqual([victim.inbox.length, caller.count("BYE") > 0], [0, true]);
  });

  it("is heard in a call that is up while it is banned, and begins nothing", async () => {
    const { openPeer } = await setUp();
    const caller = await openPeer("203.0.113.1");
    const call = { callId: "up", requestUri: "sip:answer@192.0.2.1" };
    assert.equal(caller.ask("INVITE", call), 200);
    const toTag = tagOf(sipHeader(caller.last("200 OK"), "To"));
    caller.ask("ACK", { ...call, toTag });

    caller.ask("OPTIONS", { lines: ["User-Agent: friendly-scanner"] });

    assert.deepEqual([caller.ask("OPTIONS"), caller.ask("INVITE")], [0, 0]);
    assert.equal(caller.ask("BYE", { ...call, toTag, cseq: 2 }), 200);
  });
});

describe("a trunk", () => {
  it("is neither limited nor banned, whatever comes under its name", async () => {
    const { openPeer, agent } = await setUp({ strangers: "refuse" });
    const trunk = await openPeer(trunkHost);

    const found = Array.from({ length: 300 }, () => trunk.ask("INVITE", { lines: ["User-Agent: friendly-scanner"] }));

    assert.deepEqual(new Set(found), new Set([404]));
    assert.equal(agent.refusals()["ban"], undefined);
  });
});

describe("a phone that is registered", () => {
  it("is limited, but not banned, since anybody can send datagrams under its address", async () => {
    const { openPeer, clock } = await setUp({ strangers: "refuse" });
    const phone = await openPeer(phoneHost);

    const found = Array.from({ length: 300 }, () => phone.ask("INVITE", { lines: ["User-Agent: friendly-scanner"] }));

    assert.deepEqual([found[0], found[299]], [404, 503]);
    clock.advance(5_000);
    assert.equal(phone.ask("INVITE"), 404);
  });
});
