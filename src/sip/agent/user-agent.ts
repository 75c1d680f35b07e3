import type { Clock } from "../../kernel/index.ts";
import type { GuardOptions } from "../guard/guard-options.ts";
import { createSourceGuard, type SourceGuard } from "../guard/source-guard.ts";
import type { SipMessage } from "../../sip-syntax/index.ts";
import { createLocator } from "../locate/locate.ts";
import { createNodeResolver } from "../locate/node-resolver.ts";
import { randomFraction } from "../random.ts";
import { nodeNetwork } from "../transport/node-network.ts";
import { createMethods } from "../method/methods.ts";
import { readReplaces } from "../method/replaces.ts";
import { openTransport } from "../transport/transport.ts";
import { defaultTimers, transactionTimers } from "../transaction/timers.ts";
import { createTransactions, type Transactions } from "../transaction/transaction-table.ts";
import type { SipAddress, SipCertificates, SipTimers, SipTraceEntry, UserAgent, UserAgentOptions } from "../types.ts";
import { assertLine } from "./assertions.ts";
import type { AgentCore } from "./core.ts";
import { createCountedClock } from "./counted-clock.ts";
import { Callers } from "./callers.ts";
import { createDispatch, type DispatchOptions } from "./dispatch.ts";
import { createForkedCall } from "./forked-call.ts";
import { createOutgoingCall } from "./outgoing-call.ts";
import { sendOutside } from "./outside-request.ts";
import { Registrar } from "./registrar.ts";
import { createRefusalLog } from "./refusal-log.ts";
import { countUnheard, dropBytes, dropConnection, tellBan } from "./refuse.ts";
import { createMessageCounts } from "./message-counts.ts";
import { createRegistry } from "./registry.ts";
import { findDialog } from "./replace-call.ts";

const defaultGraceMs = 1_000;
const openDoor: GuardOptions = {
  standingOf: () => "trusted",
  ...{ strangers: "accept", mayProve: () => false, requestsPerSecond: 0, banMs: 0 },
};
const noCertificates: SipCertificates = { own: undefined, authorities: undefined };

/** Opens the listeners and starts to take calls.
 * Throws SIP_BIND_FAILED when a listener cannot be opened, SIP_BAD_HEADER for a `userAgent` with a line break. */
export async function createUserAgent(options: UserAgentOptions): Promise<UserAgent> {
  assertLine("User-Agent", options.userAgent);
  const clock = createCountedClock(options.clock);
  const timers: SipTimers = { ...defaultTimers, ...options.timers };
  const refusals = createRefusalLog(options.clock, options.log, (refusal) => {
    guard.noteRefusal(refusal.peer, refusal.cause, refusal.why);
    options.onRefusal?.(refusal);
  });
  const state = { isClosing: false, onChange: () => {} };
  const noteChange = () => state.onChange();
  const parts: { core?: AgentCore; transactions?: Transactions } = {};
  const registry = createRegistry(noteChange);
  const guardOptions = options.guard ?? openDoor;
  const guard = createSourceGuard({
    ...guardOptions,
    clock,
    hasCalls: (peer) => registry.hasCallsOf(peer),
    onBan: (ban) => tellBan({ refusals }, ban, guardOptions.banMs),
  });
  const hears = (peer: SipAddress): boolean => {
    const isHeard = guard.hears(peer);
    if (!isHeard) countUnheard({ refusals });
    return isHeard;
  };

  const transport = await openTransport({
    listeners: options.listeners,
    network: options.network ?? nodeNetwork,
    clock,
    isLocal: options.isLocal ?? (() => false),
    isTrunk: options.isTrunk ?? (() => false),
    certificates: options.certificates ?? (() => noCertificates),
    webSockets: options.webSockets ?? { whyForeign: () => undefined, allowsPlain: false },
    idleMs: 64 * timers.t1Ms,
    largestDatagramBytes: options.largestDatagramBytes,
    events: {
      hears,
      onMessage: (message, flow) => parts.transactions?.receive(message, flow),
      onMalformed: (why, peer) => dropBytes({ refusals }, peer, why),
      onDropped: (cause, peer, why) => dropConnection({ refusals }, peer, cause, why),
    },
  });
  const locate = createLocator({ resolver: options.resolver ?? createNodeResolver(), clock, random: randomFraction });
  const phones = openPhones(options, guard, () => core);
  const dispatch = createDispatch({
    core: () => core,
    phones,
    onInvite: options.onInvite,
    whyRefused: options.whyRefused,
    onOptions: options.onOptions,
    isClosing: () => state.isClosing,
  });
  const messages = createMessageCounts();
  const trace = (entry: SipTraceEntry) => {
    messages.count(entry);
    options.onTrace?.(entry);
  };
  const debug = (facts: object, message: string) => options.log.debug(facts, message);
  const columns = transactionTimers(timers);
  const transactions = createTransactions({ clock, transport, ...columns, trace, debug }, dispatch, noteChange);
  parts.transactions = transactions;
  const { log, userAgent, isSymmetric = () => undefined } = options;
  const core: AgentCore = {
    ...{ clock, timers, log, userAgent, isSymmetric },
    ...{ transport, transactions, registry, refusals, guard, trace },
    locate,
    methods: createMethods({
      acceptsRefer: options.acceptsRefer ?? false,
      isRegistrar: options.phones !== undefined && (options.phones.isRegistrar ?? true),
    }),
    findDevice: (uri) => phones?.registrar.findDevice(uri),
    findFlow: (contact) => phones?.registrar.findFlow(contact),
  };
  phones?.registrar.restore();

  return {
    listeners: transport.listeners,
    request: async (request) => sendOutside(core, request),
    call: (request, ...others) =>
      others.length === 0 ? createOutgoingCall(core, request) : createForkedCall(core, [request, ...others]),
    contactsOf: (user) => (phones === undefined ? [] : phones.registrar.contactsOf(options.phones?.find(user) ?? [])),
    contactsOfDevice: (uri) => phones?.registrar.contactsOfDevice(uri),
    registrations: () => phones?.registrar.count() ?? 0,
    registered: () => phones?.registrar.list() ?? [],
    takeWebSocket: (request, socket, head) => transport.takeWebSocket(request, socket, head),
    hasDialog(replaces) {
      const wanted = readReplaces(replaces);
      return wanted !== undefined && findDialog(registry, wanted) !== undefined;
    },
    hasContactFrom: (host) => phones?.registrar.hasContactFrom(host) ?? false,
    locate,
    localAddressFor: (destination) => transport.localAddressFor(destination),
    ownAddress: (peer, bound, listener) => transport.ownAddress(peer, bound, listener),
    ledger: () => ({
      transactions: transactions.count(),
      dialogs: registry.count(),
      timers: clock.pending(),
      sockets: transport.socketCount(),
    }),
    refusals: () => refusals.counts(),
    messages: () => messages.all(),
    async close(graceMs = defaultGraceMs) {
      if (state.isClosing) return;
      state.isClosing = true;
      await endCalls(core, options.clock, graceMs, (onChange) => (state.onChange = onChange));
      transactions.disposeAll();
      registry.clear();
      phones?.registrar.close();
      refusals.close();
      clock.cancelAll();
      transport.close();
    },
  };
}

/** What is kept of phones, where there is a registrar. */
function openPhones(
  { phones, clock, onRegistration }: UserAgentOptions,
  guard: SourceGuard,
  core: () => AgentCore,
): DispatchOptions["phones"] {
  if (phones === undefined) return undefined;
  // A request whose From tag is one of ours comes from this server, which calls itself.
  const isOurs = (request: SipMessage) => core().registry.find(request.callId, request.fromTag) !== undefined;
  return {
    callers: new Callers(phones, guard, isOurs, () => clock.monotonicMs()),
    registrar: new Registrar(core, phones, { clock, ...(onRegistration === undefined ? {} : { onRegistration }) }),
  };
}

/** Hangs all calls up and waits, at most `graceMs`, until the far ends know.
 * @param watch registers a function that is called whenever a call or a transaction has ended */
function endCalls(
  core: AgentCore,
  clock: Clock,
  graceMs: number,
  watch: (onChange: () => void) => void,
): Promise<void> {
  const isQuiet = () => core.registry.count() === 0 && core.transactions.unsettledCount() === 0;
  for (const owner of core.registry.owners()) owner.hangUp({ status: 503, text: "the server stops" });
  return new Promise((resolve) => {
    if (isQuiet()) return resolve();
    const limit = clock.startTimer(graceMs, resolve);
    watch(() => {
      if (!isQuiet()) return;
      limit.cancel();
      resolve();
    });
  });
}
