import { defaultCompatibility, documentedLimits } from "../../call/index.ts";
import type { Admission, Closed } from "../../control/index.ts";
import { createCallEngine, type CallEngine, type CallPorts, type CallSettings } from "../../engine/index.ts";
import { silentLogger } from "../../kernel/index.ts";
import type { SipRule } from "../../store/index.ts";
import { createManualClock } from "../manual-clock.ts";
import { createMemoryNetwork } from "../memory-network.ts";
import { openRawSipPeer, openTestAgent, type RawSipPeer, type TestAgent } from "./sip-testbed.ts";

/** The application that exists in an engine's bed. */
const application = {
  id: "app-1",
  name: "a",
  functionArn: "arn:aws:lambda:us-east-1:111122223333:function:a",
  region: "us-east-1",
};
/** A rule whose application exists. */
export const bedRule = {
  id: "rule-1",
  name: "r",
  targets: [{ applicationId: "app-1", priority: 1, region: "us-east-1" }],
};

/** What an engine is tried with. */
export interface EngineWorld {
  readonly closed?: Closed;
  /** Opens RTP sessions; without it none ever opens. */
  readonly media?: CallPorts["media"]["openSession"];
  readonly meetings?: CallPorts["meetings"];
}

/** An engine on a memory network, with one raw SIP peer. */
export interface EngineBed extends TestAgent {
  readonly engine: CallEngine;
  /** What it holds and has done. */
  readonly counts: {
    readonly sessions: number;
    readonly invocations: number;
    readonly permits: number;
    readonly missing: number;
  };
  readonly peer: RawSipPeer;
  /** Sends a message of the peer, and lets it be handled. */
  send(text: string): Promise<void>;
  /** Lets what is under way be done. */
  settle(): Promise<void>;
  /** Answers all look-ups of rules that are waiting. */
  answerLookups(found: typeof bedRule | undefined): Promise<void>;
}

/** Opens an engine whose store answers when the test says so. */
export async function openEngineBed(world: EngineWorld = {}): Promise<EngineBed> {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const lookups: ((found: typeof bedRule | undefined) => void)[] = [];
  const counts = { sessions: 0, invocations: 0, permits: 0, missing: 0 };
  const admission: CallPorts["admission"] = {
    whyClosed: () => world.closed,
    admit: () => {
      counts.permits++;
      let isOver = false;
      const ended = (): void => {
        if (!isOver) counts.permits--;
        isOver = true;
      };
      return { settled: () => undefined, ended };
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
    userAgent: {
      ownAddress: () => ({ bound: "192.0.2.1", local: "192.0.2.1", advertised: "192.0.2.1" }),
      contactsOf: () => [],
    },
    // As of an INVITE whose offer suits.
    sessionDescriptions: {
      ...{ describedHosts: () => [], withAddresses: (offer: string) => offer, audioAddress: () => undefined },
      ...{ readDescription: () => ({}), whyNoAnswer: () => undefined, isOfBrowser: () => false },
      answerOffer: () => ({
        type: "agreed",
        answer: "",
        audio: { codec: { name: "PCMU", payloadType: 0 }, ptimeMs: 20 },
      }),
    },
    invoker: {
      invoke: () => {
        counts.invocations++;
        return new Promise(() => undefined);
      },
    },
    store: {
      rules: {
        findByTrigger: (kind: string) =>
          kind === "ToPhoneNumber" ? new Promise((resolve) => void lookups.push(resolve)) : Promise.resolve(undefined),
        list: () => Promise.resolve({ rows: [] as SipRule[], next: undefined }),
      },
      applications: { get: (id: string) => Promise.resolve(id === application.id ? application : undefined) },
    },
    meetings: world.meetings,
    clock,
    log: silentLogger,
  } as unknown as CallPorts;
  const settings = {
    accountId: "111122223333",
    srtp: "optional",
    ...{ ownsNumber: () => true, isPhone: () => false, whyNoRoute: () => "there is no trunk" },
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
  const answerLookups = async (found: typeof bedRule | undefined) => {
    for (const resolve of lookups.splice(0)) resolve(found);
    await settle();
  };
  return { ...under, engine, counts, peer, send, settle, answerLookups };
}
