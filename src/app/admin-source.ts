import { hostname } from "node:os";
import type { AdminSource, CallFeed } from "../admin/index.ts";
import type { Admission } from "../control/index.ts";
import type { CallEngine } from "../engine/index.ts";
import { createPastCalls, ladderRows, readLadder } from "../history/index.ts";
import type { Clock } from "../kernel/index.ts";
import { printSipUri } from "../sip-syntax/index.ts";
import type { TrunkDescription } from "../trunks/index.ts";
import type { Config } from "./config/config.ts";
import type { Server } from "./server.ts";

const showTime = (epochMs: number) => new Date(epochMs).toISOString();

/** What is shown of a server, and what can be done to it, comes from these. */
export interface AdminSourceParts {
  readonly config: Config;
  readonly version: string;
  readonly admission: Admission;
  readonly calls: CallEngine;
  readonly feed: CallFeed;
  /** Asked when somebody wants to see something. */
  readonly server: () => Server;
  readonly clock: Clock;
}

/** Puts together what the rooms tell of themselves. */
export function createAdminSource(parts: AdminSourceParts): AdminSource {
  const { config, admission, calls, feed, server, clock } = parts;
  const startedAt = clock.now();
  const { histories } = config;
  const stateOf = () => {
    const cause = admission.whyClosed("ping")?.cause;
    return cause === "starting" || cause === "draining" ? cause : ("up" as const);
  };
  const drainState = () => ({ state: stateOf(), calls: calls.ledger().calls });
  return {
    now: () => clock.now(),
    nodes: () => [describeNode(parts, startedAt, stateOf())],
    ledger: () => describeLedger(server()),
    spool: () => ({
      recordings: server()
        .unstoredRecordings()
        .map(({ transactionId: callId, ...recording }) => ({ ...recording, callId })),
    }),
    targets: () => describeTargets(server()),
    trunks: () => describeTrunks(server()),
    registrations: () =>
      server()
        .registered()
        .map(({ account, contact, source, expiresAt }) => ({
          ...{ account, contact, source: printSipUri({ ...source, user: "" }), expiresAt: showTime(expiresAt) },
        })),
    liveCalls: () => calls.states(),
    liveCall: (id) => calls.stateOf(id),
    feed,
    past: histories && createPastCalls(histories.folder, (id) => calls.stateOf(id) !== undefined),
    ladder:
      histories &&
      (async (name) => {
        const ladder = await readLadder(histories.folder, name);
        return { ...ladder, rows: ladderRows(ladder) };
      }),
    drain() {
      admission.drain("the server is drained: it takes no new calls");
      return drainState();
    },
    resume() {
      admission.resume();
      return drainState();
    },
  };
}

function describeNode(
  { config, version, admission, calls, server }: AdminSourceParts,
  startedAt: number,
  state: "starting" | "up" | "draining",
): ReturnType<AdminSource["nodes"]>[number] {
  const { apiUrl, sipListeners } = server();
  const why = admission.whyClosed("ping")?.why;
  return {
    ...{ id: `${hostname()}:${new URL(apiUrl).port}`, isThis: true, state, version },
    startedAt: showTime(startedAt),
    ...{ calls: calls.ledger().calls, maxCalls: config.limits.maxCalls },
    ...(why === undefined ? {} : { whyNoCalls: why }),
    sip: sipListeners.map(({ transport, host, port }) => printSipUri({ user: "", host, port, transport })),
    api: apiUrl,
  };
}

function describeLedger(server: Server): ReturnType<AdminSource["ledger"]> {
  const { rtpPackets, refusals, trunks: _shownElsewhere, ...open } = server.ledger();
  const { sent, received, dropped } = rtpPackets;
  return {
    open,
    rtpPackets: { sent, received, dropped: present(dropped) },
    refusals,
    sipMessages: server.sipMessages(),
    functions: Object.fromEntries(
      Object.entries(server.functionCounts()).map(([name, { answered, failed }]) => [
        name,
        { answered, failed: present(failed) },
      ]),
    ),
  };
}

function describeTargets(server: Server): ReturnType<AdminSource["targets"]> {
  return Object.entries(server.functionCounts()).map(([name, { answered, failed, circuit }]) => ({
    ...{ name, circuit: circuit?.state ?? "none", answered, failed: present(failed) },
    ...(circuit === undefined || circuit.state === "closed"
      ? {}
      : { why: circuit.cause, askedAgainInMs: circuit.askedAgainInMs }),
  }));
}

function describeTrunks(server: Server): ReturnType<AdminSource["trunks"]> {
  return server.trunks().map(({ addresses, registration, isRegistered: _said, ...trunk }) => ({
    ...trunk,
    addresses: addresses.map(({ probe, ...address }) => ({
      ...address,
      ...(probe === undefined ? {} : { probe: { ...probe, at: showTime(probe.at) } }),
    })),
    ...(registration === undefined ? {} : { registration: describeRegistration(registration) }),
  }));
}

function describeRegistration({ heldUntil, ...registration }: NonNullable<TrunkDescription["registration"]>) {
  return { ...registration, ...(heldUntil === undefined ? {} : { heldUntil: showTime(heldUntil) }) };
}

/** Counts without those that are missing. */
function present(counts: Readonly<Partial<Record<string, number>>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) => (count === undefined ? [] : [[name, count]])),
  );
}
