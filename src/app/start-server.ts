import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { createCallFeed } from "../admin/index.ts";
import { createApi, signRequest } from "../api/index.ts";
import { createChanges, createCluster, createShares } from "../cluster/index.ts";
import { createCallEngine, createTextThreads, type CallEngine, type CallPorts } from "../engine/index.ts";
import type { CallObservation } from "../call/index.ts";
import { findLeftovers } from "../recordings/index.ts";
import { lowerMainThread, runningThreads } from "../control/index.ts";
import { createInvoker, type FunctionOutput, type Invoker } from "../invoke/index.ts";
import { createJournal } from "../journal/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { MeetingOccurrence } from "../meetings/index.ts";
import { createMedia } from "../media/index.ts";
import { CallCounts } from "../metrics/index.ts";
import { createPages } from "../pages/index.ts";
import * as sessionDescriptions from "../sdp/index.ts";
import type { Refusal, RegistrationChange, SipAddress, SipNetwork, SipTraceEntry } from "../sip/index.ts";
import { createSpeech } from "../speech/index.ts";
import { createStore, rememberLookUps, type StoreOptions } from "../store/index.ts";
import type { Trunks } from "../trunks/index.ts";
import { awsStandIns } from "./functions/aws-stand-ins.ts";
import type { Config } from "./config/config.ts";
import { openApiCertificate, openCertificates } from "./certificates.ts";
import { createConfiguredRecords } from "./configured-records.ts";
import { browserAddress } from "./routing/browser-address.ts";
import { openAdvertising } from "./routing/advertise.ts";
import { followApiConnectors, type ApiConnectors } from "./routing/api-connectors.ts";
import { createCleanup, type Cleanup } from "./cleanup.ts";
import type { Server } from "./server.ts";
import { followChanges } from "./follow-changes.ts";
import { createHostLookup } from "./routing/look-up-host.ts";
import { namePortSetting } from "./name-port-setting.ts";
import { accessKeysOf } from "./open-access-keys.ts";
import { both } from "./both.ts";
import { callSettings } from "./call-settings.ts";
import { callsOfAllNodes } from "./calls-of-all-nodes.ts";
import { openAdmission } from "./open-admission.ts";
import { sharesOf, untilShared, usesOf } from "./shared-limits.ts";
import { cardOf, createNodeIdentity, isSucceeded, withNodeKey } from "./node-identity.ts";
import { openSounds } from "./open-sounds.ts";
import { openAdmin } from "./open-admin.ts";
import { openHistories } from "./open-histories.ts";
import { openJournal } from "./open-journal.ts";
import { openMessageLogs } from "./open-message-logs.ts";
import { openMeetings } from "./open-meetings.ts";
import { openObjects } from "./open-objects.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { addCounts, addUp } from "./add-up.ts";
import { openTrunks } from "./open-trunks.ts";
import { unless } from "./unless.ts";
import { openUserAgent } from "./open-user-agent.ts";
import { readOwnedNumbers } from "./owned-numbers.ts";
import { openAuthoring, type WriteTest } from "./functions/open-authoring.ts";
import { createSwappableInvoker } from "./functions/swappable-invoker.ts";
import { loadFunctions } from "./functions/load-functions.ts";
import { createReload } from "./reload/reload-config.ts";
import { trunkAuthorities } from "./routing/trunk-authorities.ts";
import { createScriptedCallers, type RunCaller } from "./scripted-callers.ts";
import { routeWebSockets } from "./routing/web-sockets.ts";
import { openRegistrations } from "./phones/keep-registrations.ts";
import { createPagePhones } from "./phones/page-phones.ts";
import { createPhoneAccounts } from "./phones/phone-accounts.ts";

/** How a server makes the rooms that work in threads and processes of their own, and the one that keeps calls. */
interface RoomMakers {
  readonly createInvoker: typeof createInvoker;
  readonly createJournal: typeof createJournal;
  readonly createMedia: typeof createMedia;
  readonly createSpeech: typeof createSpeech;
  readonly createStore: typeof createStore;
  readonly makeTextThreads: typeof createTextThreads;
}

const ownMakers: RoomMakers = {
  createInvoker,
  createJournal,
  createMedia,
  createSpeech,
  createStore,
  makeTextThreads: createTextThreads,
};

/** What a server is started with besides its configuration. */
export interface ServerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where calls go when the configuration names no trunk; asked at each call. */
  readonly defaultRoute?: () => SipAddress | undefined;
  readonly onObservation?: (observation: CallObservation) => void;
  /** Gets all that happens in meetings, in order. */
  readonly onOccurrence?: (occurrence: MeetingOccurrence) => void;
  readonly onTrace?: (entry: SipTraceEntry) => void;
  /** Resolves when the start is not wanted any more; it then rejects with `APP_START_GIVEN_UP`, also while functions load. */
  readonly givenUp?: Promise<unknown>;
  /** Sees each message that was refused or dropped. */
  readonly onRefusal?: (refusal: Refusal) => void;
  /** Sees each phone that registers, or is registered no more. */
  readonly onRegistration?: (change: RegistrationChange) => void;
  readonly onFunctionOutput?: (output: FunctionOutput) => void;
  readonly onFunctionReload?: (functionName: string, changedFile: string) => void;
  /** Plays callers by script; there are none when absent. */
  readonly runCaller?: RunCaller;
  /** Writes calls as tests; none are written when absent. */
  readonly writeTest?: WriteTest;
  /** Where SIP sockets come from; the machine's own network when absent. */
  readonly network?: SipNetwork;
  /** Rooms that take the place of the server's own, which closes them as well. */
  readonly rooms?: Partial<RoomMakers>;
}

/** What comes into being after others that need it. */
interface Late {
  engine?: CallEngine;
  trunks?: Trunks;
  connectors?: ApiConnectors;
}

/** Time that a database has to come up beside the server, as after the start of a machine. */
const databaseAwayMs = 60_000;
/** Time that live calls get to end at a stop. */
const stopGraceMs = 3_000;
const version = "0.1.0";

/** Builds the rooms from the configuration and opens the doors. Rejects with the `AppError` of the room that could not start; what
 * had been opened is closed then. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const cleanup = createCleanup();
  try {
    return await open(options, cleanup);
  } catch (error) {
    // The reason why it could not start is what counts, not what closing the half-opened rooms had to say.
    await cleanup.run().catch((closing: unknown) => options.log.warn({ err: closing }, "a room did not close"));
    throw namePortSetting(error);
  }
}

async function open(options: ServerOptions, cleanup: Cleanup): Promise<Server> {
  const { config, clock, log } = options;
  const makers = { ...ownMakers, ...options.rooms };
  const { createMedia: makeMedia, createSpeech: makeSpeech, makeTextThreads } = makers;
  const telemetry = cleanup.add(await openTelemetry(options, version));
  const changes = createChanges();
  const store = cleanup.add(
    rememberLookUps(await unless(options.givenUp, makers.createStore(storeOptions(options))), clock, changes.note),
  );
  await createConfiguredRecords(config, store, clock.now(), log);
  const ownedNumbers = await readOwnedNumbers(store);
  const ownsNumber = (number: string) => ownedNumbers.has(number);
  const late: Late & { apiUrl?: string } = {};
  /** The configuration that counts for what can be changed while calls go on. */
  const taken = { config };
  const feed = createCallFeed();
  const authoring = openAuthoring(options, feed);
  const makeInvoker = (next: Config) => openInvoker({ ...options, ...authoring, config: next }, () => late.apiUrl);
  const invoker = cleanup.add(createSwappableInvoker(await makeInvoker(config)));
  const callers =
    options.runCaller &&
    createScriptedCallers(options.runCaller, { config, feed, now: () => clock.now(), server: () => server });
  const made = cleanup.add(await makeSpeech({ ...config.speech, cacheFolder: config.speechCacheFolder, clock, log }));
  const speech = callers?.listenTo(made) ?? made;
  const warm = speech.warmUp();
  warm.catch(() => undefined); // Awaited below, unless the start fails before that.
  const recordingsFolder = join(config.dataFolder, "recordings");
  // Before the first call, whose recordings are none of these.
  const leftovers = await findLeftovers(recordingsFolder, log);
  const address = mediaHost(config);
  const browsers = config.media.browserAddress ?? browserAddress(address, networkInterfaces());
  const helpers = runningThreads();
  const media = cleanup.add(
    await makeMedia({
      ...{ ...config.media, address, browserAddress: browsers, mixerRateHz: config.meetings.sampleRateHz },
      ...{ recordingsFolder, log },
    }),
  );
  // The media workers run by now, and go before it and all that ran before them.
  lowerMainThread(helpers);
  const identity = createNodeIdentity(config, options.network === undefined);
  const { nodeId } = identity;
  const isShared = config.postgres !== undefined;
  const shares = createShares(nodeId, isShared, () => usesOf(config, admission, late.trunks));
  const admission = cleanup.add(openAdmission(options, shares, invoker, media));

  const files = { ...config.sip.tls, ofTrunks: config.trunks.flatMap(({ authoritiesFile }) => authoritiesFile ?? []) };
  const authoritiesFile = (peer: Pick<SipAddress, "host" | "domain">) => trunkAuthorities(peer, late.trunks);
  const certificates = cleanup.add(openCertificates(files, { clock, log, authoritiesFile }));
  const histories = await openHistories(options, cleanup);
  const messageLogs = cleanup.add(
    await openMessageLogs({
      ...{ config, store, ownedNumbers, clock, log },
      connectorOfTrunk: (name) => late.connectors?.idOfTrunk(name),
    }),
  );
  // The user agent and the engine need each other; admission lets no INVITE in before both are there.
  const advertising = cleanup.add(await openAdvertising(config.sip.listeners, { clock, log }));
  const phones = createPhoneAccounts(config);
  const registrations = cleanup.add(await openRegistrations(store.registrations, log));
  const onTrace = both(both(messageLogs.message, options.onTrace), telemetry.onTrace);
  const doors = {
    onTrace,
    admission,
    certificates: certificates.current,
    advertising,
    histories,
    phones,
    registrations,
  };
  const userAgent = cleanup.add(await openUserAgent({ ...options, version, ...doors }, late));
  const trunks = cleanup.add(
    openTrunks({ config, userAgent, clock, log, shareOf: shares.of, standIn: () => options.defaultRoute?.() }),
  );
  late.trunks = trunks;
  const written = () => taken.config.connectors;
  const connectors = followApiConnectors({ store, trunks, clock, shareOf: shares.of, written });
  late.connectors = connectors;
  await connectors.refresh();
  const onOccurrence = (occurrence: MeetingOccurrence) => options.onOccurrence?.(occurrence);
  const meetings = await openMeetings({ config, store, invoker, media, cleanup, onOccurrence, clock, log });
  const ports: CallPorts = {
    admission,
    meetings: meetings.rooms.door,
    userAgent,
    media,
    sessionDescriptions,
    lookUpHost: createHostLookup(clock),
    speech,
    objects: cleanup.add(await openObjects(options)),
    invoker: telemetry.watch(invoker),
    store,
    clock,
    log,
    makeTextThreads,
  };
  const { objects } = ports;
  const sign: Parameters<typeof createCluster>[0]["sign"] = (request, key) => signRequest(request, key, clock.now());
  const cluster = createCluster({ records: store.calls, nodeId, isShared, sign, clock });
  const self = { config, version, identity, admission, startedAt: clock.now() };
  const followed = [ownedNumbers.readAnew, connectors.refresh, messageLogs.refresh];
  const lookForChanges = followChanges(changes, followed, log);
  const { journal, detailRecords } = await openJournal(
    {
      ...{ config, store, objects, ownedNumbers, connectors, nodeId, clock, log },
      card(others) {
        lookForChanges(others);
        const more = { shares: shares.take(sharesOf(others)), changes: changes.count() };
        return JSON.stringify({ ...cardOf({ ...self, server }), ...more });
      },
      isSucceeded: (other) => isSucceeded(other, cardOf({ ...self, server })),
      createJournal: makers.createJournal,
      onCard: () => shares.taken(),
      onLost: (transactionId) => calls.abandon(transactionId),
    },
    cleanup,
  );
  const sounds = await openSounds(options, cleanup);
  const watched = { feed, authoring, counts: new CallCounts() };
  const told = both(both(watched.feed.add, watched.counts.add), both(journal.observe, messageLogs.observe));
  const watch = both(both(told, telemetry.onObservation), callers?.observe);
  const calls = createCallEngine(
    ports,
    callSettings(
      { ...options, onObservation: both(watch, options.onObservation) },
      { userAgent, phones, advertising, trunks, connectors, ownsNumber, ownedNumbers },
      histories,
      telemetry.keep(journal),
      (leg, session) => {
        messageLogs.audio(leg, session);
        sounds?.begin(leg, session);
      },
    ),
  );
  late.engine = calls;
  const reload = createReload(taken, {
    ...{ store, invoker, openInvoker: makeInvoker, trunks, connectors, ownedNumbers, calls, clock, log },
  });
  cleanup.add({ close: () => calls.close(stopGraceMs) });
  calls.deliver(leftovers);

  const { region, accountId, numberPool } = config;
  let isOpen = false;
  const api = cleanup.add(
    await createApi({
      ...config.api,
      accessKeys: withNodeKey(accessKeysOf(config, clock, log), identity),
      certificate: openApiCertificate(config.api.tls, cleanup, clock, log),
      pages: config.api.pagesFolder === undefined ? undefined : createPages(config.api.pagesFolder),
      store,
      calls: callsOfAllNodes(calls, cluster),
      meetings: meetings.registry,
      ownRoutes: openAdmin({
        ...{ ...self, cluster, calls, callers, media, ...watched, sounds, objects, server: () => server, clock, log },
        ...{ records: store.calls, unwritten: journal.unwritten, detailRecords, nodeId, meetings: meetings.rooms },
        pagePhones: createPagePhones(phones, config.softphone.numbers),
      }),
      takeWebSocket: routeWebSockets(config, userAgent, meetings.rooms.takeWebSocket),
      meetingsUrl: config.meetings.publicUrl,
      region,
      accountId,
      numberPool,
      numbersChanged: (changed) => ownedNumbers.refresh(changed),
      connectorsChanged: () => Promise.all([connectors.refresh(), messageLogs.refresh()]),
      shareOfRate: (operation, limit, used) => shares.of(operation, limit, used),
      settingsChanged: () => Promise.all([detailRecords.refresh(), messageLogs.refresh()]),
      lastPing: (id) => connectors.lastPing(id),
      createCallStatus: config.compatibility.createCallStatus,
      whyNoFunction: invoker.whyUnknown,
      whyClosed: () => (isOpen ? undefined : "The server is starting: its functions are being loaded. Try again."),
      clock,
      log,
    }),
  );
  cleanup.add({ close: async () => meetings.rooms.close() });
  late.apiUrl = api.url;
  // Last, since it is slow: what else can fail has failed by now. Functions of development are told where the API listens.
  const loaded = Promise.all([loadFunctions(config, invoker, log), warm, media.started()]);
  const [unloadedFunctions] = await unless(options.givenUp, loaded);
  const server: Server = {
    apiUrl: api.url,
    unloadedFunctions,
    sipListeners: userAgent.listeners,
    ledger: () => ({
      registrations: userAgent.registrations(),
      ...addUp(calls.ledger(), userAgent.ledger(), media.ledger(), invoker.ledger()),
      ...meetings.rooms.ledger(),
      historyFiles: (histories?.openFiles() ?? 0) + meetings.historyFiles(),
      rtpPackets: media.ledger().packets,
      trunks: trunks.report(),
      refusals: addCounts(userAgent.refusals(), meetings.rooms.refusals()),
    }),
    trunks: () => trunks.describe(),
    registered: () => userAgent.registered(),
    functionCounts: () => invoker.counts(),
    sipMessages: () => userAgent.messages(),
    journal: () => journal.counts(),
    unstoredRecordings: () => calls.unstoredRecordings(),
    drain: () => admission.drain(),
    reload,
    close: () => cleanup.run(),
  };
  // Before a call is taken: until then it is not known what other servers have.
  await journal.follow((orphan) => calls.takeOver(orphan));
  await unless(options.givenUp, untilShared(shares, clock));
  detailRecords.start();
  // Both doors at once.
  admission.open();
  trunks.open();
  isOpen = true;
  return server;
}

function openInvoker(options: ServerOptions, findApiUrl: () => string | undefined): Promise<Invoker> {
  const { config, clock, log, onFunctionOutput, onFunctionReload } = options;
  const makers = { ...ownMakers, ...options.rooms };
  const { functions, region, accountId } = config;
  return makers.createInvoker({
    functions,
    region,
    accountId,
    clock,
    log,
    environmentFor: (local) => {
      const url = findApiUrl();
      return config.mode === "development" && url !== undefined ? awsStandIns(local, url) : {};
    },
    ...(onFunctionOutput === undefined ? {} : { onOutput: onFunctionOutput }),
    ...(onFunctionReload === undefined ? {} : { onReload: onFunctionReload }),
  });
}

function storeOptions({ config, clock, log, givenUp }: ServerOptions): StoreOptions {
  const patience = { clock, ms: databaseAwayMs, givenUp };
  return { path: config.storePath, postgres: config.postgres, patience, log };
}

/** Where RTP binds for a peer that is not known yet. */
function mediaHost({ media, sip }: Config): string {
  return media.address ?? sip.listeners[0]?.host ?? "127.0.0.1";
}
