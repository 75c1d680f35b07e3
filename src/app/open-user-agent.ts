import type { CallObservation } from "../call/index.ts";
import type { Admission } from "../control/index.ts";
import { pingRefusalOf, refusalOf, type CallEngine } from "../engine/index.ts";
import type { HistoryStore } from "../history/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import {
  createUserAgent,
  type Refusal,
  type RegistrationChange,
  type RegistrationKeeper,
  type SipAddress,
  type SipNetwork,
  type SipTraceEntry,
  type UserAgent,
  type UserAgentOptions,
} from "../sip/index.ts";
import type { Trunks } from "../trunks/index.ts";
import { both } from "./both.ts";
import { webSocketRules } from "./routing/web-sockets.ts";
import type { Config } from "./config/config.ts";
import type { ApiConnectors } from "./routing/api-connectors.ts";
import type { PhoneAccounts } from "./phones/phone-accounts.ts";
import { createLocalTest, type Advertising } from "./routing/advertise.ts";
import { createStanding } from "./routing/standing.ts";
import { createSymmetry } from "./routing/symmetry.ts";
import { createTrunkAccounts } from "./routing/trunk-accounts.ts";

/** What the user agent of a server is opened with. */
export interface AgentParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly admission: Admission;
  readonly certificates: NonNullable<UserAgentOptions["certificates"]>;
  readonly advertising: Advertising;
  readonly histories: HistoryStore | undefined;
  readonly phones: PhoneAccounts;
  readonly registrations: RegistrationKeeper;
  readonly defaultRoute?: (() => SipAddress | undefined) | undefined;
  readonly network?: SipNetwork | undefined;
  readonly onTrace?: ((entry: SipTraceEntry) => void) | undefined;
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  readonly onRegistration?: ((change: RegistrationChange) => void) | undefined;
}

/** Rooms that need the user agent themselves, once they are there; before that no INVITE is let in. */
export interface LateRooms {
  readonly engine?: CallEngine;
  readonly trunks?: Trunks;
  readonly connectors?: ApiConnectors;
}

/** Opens the SIP listeners of a server. Rejects as `createUserAgent`. */
export async function openUserAgent(parts: AgentParts, late: LateRooms): Promise<UserAgent> {
  const { config, clock, log, network, admission, advertising, defaultRoute, onRegistration } = parts;
  const ladders = parts.histories?.ladders;
  const onTrace = both(parts.onTrace, ladders && ((entry: SipTraceEntry) => ladders.message(entry)));
  const onRefusal = both(parts.onRefusal, ladders && ((refusal: Refusal) => ladders.refused(refusal)));
  const isTrunkSource = (host: string) => late.trunks?.isTrunkSource(host) ?? false;
  const standingOf = createStanding({
    ...{ localNetworks: config.sip.localNetworks, clock, isTrunkSource },
    isRegistered: (host) => opened.agent?.hasContactFrom(host) ?? false,
  });
  // Without phones there is nothing to register, but in development any phone may, and pages that a phone was lent to.
  const hasRegistrar = config.phones.length > 0 || config.mode === "development" || config.sip.webSocket.onApi;
  const isTrusted = ({ host }: SipAddress) => isTrunkSource(host);
  const accounts = createTrunkAccounts(late);
  const opened: { agent?: UserAgent } = {};
  opened.agent = await createUserAgent({
    listeners: advertising.listeners,
    isLocal: createLocalTest(config.sip, () => defaultRoute?.()),
    largestDatagramBytes: config.sip.largestDatagramBytes,
    acceptsRefer: config.sip.acceptRefer,
    certificates: parts.certificates,
    webSockets: webSocketRules(config),
    isSymmetric: createSymmetry(config.sip, () => late.trunks?.list() ?? config.trunks),
    isTrunk: ({ host }) => isTrunkSource(host),
    guard: {
      ...config.sip.guard,
      standingOf,
      // Who is to hear nothing has to register before it calls.
      mayProve: (method) => {
        const mayCall = method === "INVITE" && config.sip.guard.strangers !== "ignore";
        return hasRegistrar ? method === "REGISTER" || mayCall : mayCall && accounts.areThere();
      },
    },
    phones: {
      find: (user) => [...accounts.find(user), ...(hasRegistrar ? parts.phones.find(user) : [])],
      ownerOf: (uri, peer) => accounts.ownerOf(uri, peer),
      ...{ isTrusted, isRegistrar: hasRegistrar, ...phoneRules(config) },
      keep: parts.registrations,
    },
    userAgent: `Offhook/${parts.version}`,
    clock,
    log,
    whyRefused: () => refusalOf(admission.whyClosed("call")),
    onInvite: (call) => late.engine?.acceptInvite(call),
    onOptions: (query) => {
      late.connectors?.notePing(query);
      return pingRefusalOf(admission.whyClosed("ping")) ?? late.engine?.answerOptions(query);
    },
    ...(network === undefined ? {} : { network }),
    ...(onTrace === undefined ? {} : { onTrace }),
    ...(onRefusal === undefined ? {} : { onRefusal }),
    ...(onRegistration === undefined ? {} : { onRegistration }),
  });
  return opened.agent;
}

function phoneRules({ registrations: { algorithms, ...expiry } }: Config) {
  return { algorithms, expiry };
}

/** Tells the histories, beside another listener, which dialogs belong to which call; undefined: there is neither. */
export function claimDialogs(
  histories: HistoryStore | undefined,
  onObservation: ((observation: CallObservation) => void) | undefined,
): ((observation: CallObservation) => void) | undefined {
  const claim = ({ transactionId, fact }: CallObservation) => {
    if (fact.type !== "leg-signalled") return;
    histories?.ladders.claim(fact.sipCallId, { transactionId, participantTag: fact.participantTag });
  };
  return both(onObservation, histories && claim);
}
