import { actions } from "../actions/index.ts";
import type { AdminSource, Authoring, CallFeed } from "../admin/index.ts";
import type { Cluster, NodeCard } from "../cluster/index.ts";
import type { DetailRecords } from "../detail-records/index.ts";
import type { CallEngine } from "../engine/index.ts";
import {
  createPastCalls,
  describeTimeline,
  findText,
  hasLadder,
  ladderRows,
  readLadder,
  readPastHistory,
} from "../history/index.ts";
import type { Journal } from "../journal/index.ts";
import type { Clock } from "../kernel/index.ts";
import type { CallSounds } from "../recordings/index.ts";
import type { Media } from "../media/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { Meetings } from "../meetings/index.ts";
import { describeCapacity } from "./describe-capacity.ts";
import { printSipUri } from "../sip-syntax/index.ts";
import type { CallRecords } from "../store/index.ts";
import type { TrunkDescription } from "../trunks/index.ts";
import type { Config } from "./config/config.ts";
import { isLoopback } from "./config/address.ts";
import type { PagePhones } from "./phones/page-phones.ts";
import { sipPath } from "./routing/web-sockets.ts";
import { cardOf, stateOf, type CardParts } from "./node-identity.ts";
import type { ScriptedCallers } from "./scripted-callers.ts";
import { soundsOfCalls } from "./sounds-of-calls.ts";
import type { Server } from "./server.ts";

const showTime = (epochMs: number) => new Date(epochMs).toISOString();

/** A node whose last sign is older is shown as silent. */
const silentMs = 3_000;

/** What is shown of a server, and what can be done to it, comes from these. */
export interface AdminSourceParts extends Omit<CardParts, "server"> {
  readonly config: Config;
  readonly cluster: Cluster;
  readonly calls: CallEngine;
  readonly records: CallRecords;
  readonly detailRecords: Pick<DetailRecords, "waiting">;
  readonly unwritten: Journal["unwritten"];
  readonly feed: CallFeed;
  /** undefined: the sounds of calls are not kept. */
  readonly sounds: CallSounds | undefined;
  readonly objects: Pick<ObjectStore, "get" | "head">;
  readonly meetings: Pick<Meetings, "rooms" | "door">;
  readonly media: Pick<Media, "load">;
  readonly nodeId: string;
  /** undefined: nobody calls by script here. */
  readonly callers: ScriptedCallers | undefined;
  /** undefined: pages have no phone. */
  readonly pagePhones: PagePhones | undefined;
  /** undefined: nobody writes a function here. */
  readonly authoring: Authoring | undefined;
  /** Asked when somebody wants to see something. */
  readonly server: () => Server;
  readonly clock: Clock;
}

/** Puts together what the rooms tell of themselves. */
export function createAdminSource(parts: AdminSourceParts): AdminSource {
  const { config, cluster, admission, calls, feed, server, clock } = parts;
  const { histories } = config;
  const drainState = () => ({ state: stateOf(admission), calls: calls.ledger().calls });
  const past = histories && createPastCalls(histories.folder);
  const timeline: AdminSource["timeline"] = async (id) => {
    const history = histories && (await readPastHistory(histories.folder, id));
    return history && describeTimeline(history, actions);
  };
  return {
    now: () => clock.now(),
    async nodes() {
      const now = clock.now();
      const own = describeNode(cardOf({ ...parts, server: server() }), { isThis: true, seenAt: now, now });
      const others = await cluster.peers();
      return [own, ...others.map(({ card, seenAt }) => describeNode(card, { isThis: false, seenAt, now }))];
    },
    nodeName: () => cardOf({ ...parts, server: server() }).name,
    isShared: config.postgres !== undefined,
    peers: () => cluster.peers(),
    holderOf: (callId) => cluster.holderOf(callId),
    ledger: () => describeLedger(server()),
    recordings: () =>
      server()
        .unstoredRecordings()
        .map(({ transactionId: callId, ...recording }) => ({ ...recording, callId })),
    detailRecords: () => parts.detailRecords.waiting(),
    records: parts.records,
    isRedacted: config.redactCalls,
    async forget(id) {
      feed.forget(id);
      const [recordings, hadHistory] = await Promise.all([calls.dropRecordings(id), past?.delete(id)]);
      return [...(hadHistory === true ? ["history"] : []), ...recordings.map((path) => `recording ${path}`)];
    },
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
    unwritten: parts.unwritten,
    isKnown: async (id) =>
      feed.ofCall(id).length > 0 ||
      (await parts.records.nodeOf(id)) !== undefined ||
      (histories !== undefined && (await hasLadder(histories.folder, id))) ||
      server()
        .unstoredRecordings()
        .some(({ transactionId }) => transactionId === id),
    feed,
    past,
    textIn: histories && ((id, text) => findText(histories.folder, id, text)),
    ladder:
      histories &&
      (async (name) => {
        const ladder = await readLadder(histories.folder, name);
        return { ...ladder, rows: ladderRows(ladder) };
      }),
    hasHistory: async (name) => histories !== undefined && hasLadder(histories.folder, name),
    timeline,
    sounds: soundsOfCalls({ ...parts, timeline }),
    authoring: parts.authoring,
    runCaller: parts.callers?.call,
    softphone: parts.pagePhones && {
      path: sipPath(config),
      mayComePlainly: (address) => config.sip.webSocket.allowPlain || isLoopback(address),
      ...parts.pagePhones,
    },
    facts: {
      ...{ version: parts.version, mode: config.mode, startedAt: parts.startedAt, node: parts.nodeId },
      ...{ region: config.region, accountId: config.accountId },
    },
    capacity: () => describeCapacity(parts),
    rooms: () => parts.meetings.rooms(),
    async setMuted(meetingId, attendeeId, isMuted) {
      const { unknown } = await parts.meetings.door.setMuted(meetingId, [attendeeId], isMuted);
      return unknown.length === 0;
    },
    hangUp: (id, participantTag) => calls.hangUp(id, participantTag),
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
  card: NodeCard,
  { isThis, seenAt, now }: { readonly isThis: boolean; readonly seenAt: number; readonly now: number },
): Awaited<ReturnType<AdminSource["nodes"]>>[number] {
  const { name, state, version, startedAt, calls, maxCalls, whyNoCalls, sip, url } = card;
  return {
    ...{ id: name, isThis, state: now - seenAt > silentMs ? "silent" : state, version },
    ...{ startedAt: showTime(startedAt), lastSignAt: showTime(seenAt), calls, maxCalls },
    ...(whyNoCalls === undefined ? {} : { whyNoCalls }),
    ...{ sip: [...sip], api: url },
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
