import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Admission, Closed } from "../control/index.ts";
import { silentLogger } from "../kernel/index.ts";
import type { SipRule } from "../store/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createMemoryNetwork } from "../testing/memory-network.ts";
import { aRequest, openRawSipPeer, openTestAgent } from "../testing/internal/sip-testbed.ts";
import { defaultCompatibility, documentedLimits } from "../call/index.ts";
import { createCallEngine } from "./engine.ts";
import type { CallPorts, CallSettings } from "./ports.ts";

const application = {
  id: "app-1",
  name: "a",
  functionArn: "arn:aws:lambda:us-east-1:111122223333:function:a",
  region: "us-east-1",
};
const rule = { id: "rule-1", name: "r", targets: [{ applicationId: "app-1", priority: 1, region: "us-east-1" }] };

/** An engine on a memory network whose store answers when the test says so. */
async function setUp(world: { closed?: Closed; media?: CallPorts["media"]["openSession"] } = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const lookups: ((found: typeof rule | undefined) => void)[] = [];
  const counts = { sessions: 0, invocations: 0, permits: 0, missing: 0 };
  const admission: CallPorts["admission"] = {
    whyClosed: () => world.closed,
    admit: () => {
      counts.permits++;
      return { settled: () => undefined, ended: () => void counts.permits-- };
    },
    drain: () => undefined,
    noteNoDescriptors: () => void counts.missing++,
  } satisfies Partial<Admission>;
  const openSession: CallPorts["media"]["openSession"] = (delegate, options) => {
    counts.sessions++;
    return world.media?.(delegate, options) ?? new Promise(() => undefined);
  };
  const ports = {
    admission,
    media: { openSession },
    userAgent: { ownAddress: () => ({ bound: "192.0.2.1", local: "192.0.2.1", advertised: "192.0.2.1" }) },
    // As of an INVITE whose offer suits.
    sessionDescriptions: {
      ...{ describedHosts: () => [], withAddresses: (offer: string) => offer, audioAddress: () => undefined },
      ...{ readDescription: () => ({}), whyNoAnswer: () => undefined },
      answerOffer: () => ({ type: "agreed", answer: "", audio: {} }),
    },
    invoker: { invoke: () => Promise.resolve(counts.invocations++) },
    store: {
      rules: {
        findByTrigger: (kind: string) =>
          kind === "ToPhoneNumber" ? new Promise((resolve) => void lookups.push(resolve)) : Promise.resolve(undefined),
        list: () => Promise.resolve({ rows: [] as SipRule[], next: undefined }),
      },
      applications: { get: (id: string) => Promise.resolve(id === application.id ? application : undefined) },
    },
    clock,
    log: silentLogger,
  } as unknown as CallPorts;
  const settings = {
    accountId: "111122223333",
    machine: {
      config: { limits: documentedLimits, compatibility: defaultCompatibility },
      rules: { actions: new Map() },
    },
  } as unknown as CallSettings;
  const engine = createCallEngine(ports, settings);
  const under = await openTestAgent({
    network,
    clock,
    onCall: (call) => engine.acceptInvite(call),
    onOptions: (query) => engine.answerOptions(query),
  });
  const peer = await openRawSipPeer(network);
  const send = async (text: string) => {
    peer.send(text);
    await settle();
  };
  const settle = async () => {
    clock.advance(2);
    await new Promise(setImmediate);
    clock.advance(2);
  };
  const answerLookups = async (found: typeof rule | undefined) => {
    for (const resolve of lookups.splice(0)) resolve(found);
    await settle();
  };
  return { ...under, engine, counts, peer, send, answerLookups };
}

describe("the call engine at an INVITE", () => {
  it("does nothing for a caller who gave up while the store was asked: 487, no session, no function, nothing left", async () => {
    const bed = await setUp();
    await bed.send(aRequest({ branch: "one" }));
    await bed.send(aRequest({ method: "CANCEL", branch: "one" }));

    await bed.answerLookups(rule);

    assert.equal(bed.peer.count("487"), 1);
    assert.deepEqual(bed.counts, { sessions: 0, invocations: 0, permits: 0, missing: 0 });
    assert.equal(bed.engine.ledger().calls, 0);
  });

  it("lets the place of a refused call be taken again", async () => {
    const bed = await setUp();
    await bed.send(aRequest());
    assert.equal(bed.counts.permits, 1);

    await bed.answerLookups(undefined);

    assert.equal(bed.peer.count("404"), 1);
    assert.equal(bed.counts.permits, 0);
  });

  for (const code of ["EMFILE", "ENFILE"]) {
    it(`refuses with 503, Retry-After and the right cause when the system says ${code}, and tells admission`, async () => {
      const failure = Object.assign(new Error("too many open files"), { code });
      const bed = await setUp({ media: () => Promise.reject(failure) });
      await bed.send(aRequest());

      await bed.answerLookups(rule);

      assert.match(bed.peer.last("503"), /\r\nRetry-After: 5\r\n/);
      assert.deepEqual(bed.agent.refusals(), { "no-descriptors": 1 });
      assert.equal(bed.counts.missing, 1);
    });
  }
});

describe("the call engine at an OPTIONS", () => {
  // Contract: sip-and-media-no-rule
  it("gives 404 for a number that no rule takes, 200 for one that a rule takes", async () => {
    const bed = await setUp();

    await bed.send(aRequest({ method: "OPTIONS", branch: "one", callId: "1" }));
    await bed.answerLookups(undefined);
    await bed.send(aRequest({ method: "OPTIONS", branch: "two", callId: "2" }));
    await bed.answerLookups(rule);

    assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 404 Not Found", "SIP/2.0 200 OK"]);
  });

  // Contract: sip-and-media-no-rule
  it("gives 480 when the rule's applications do not exist", async () => {
    const bed = await setUp();

    await bed.send(aRequest({ method: "OPTIONS" }));
    await bed.answerLookups({ ...rule, targets: [{ applicationId: "gone", priority: 1, region: "us-east-1" }] });

    assert.equal(bed.peer.count("480"), 1);
  });

  // Contract: sip-and-media-no-rule
  it("answers a ping without a user part with 200, asking the store nothing", async () => {
    const bed = await setUp();

    await bed.send(aRequest({ method: "OPTIONS", requestUri: "sip:192.0.2.1" }));

    assert.equal(bed.peer.count("200 OK"), 1);
  });
});
