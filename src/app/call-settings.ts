import { actions } from "../actions/index.ts";
import type { CallSettings } from "../engine/index.ts";
import type { HistoryStore } from "../history/index.ts";
import type { Journal } from "../journal/index.ts";
import type { UserAgent } from "../sip/index.ts";
import { whyUnspeakable } from "../speech/index.ts";
import type { Config } from "./config/config.ts";
import { claimDialogs } from "./open-user-agent.ts";
import type { OwnedNumbers } from "./owned-numbers.ts";
import { createOwnUriTest } from "./phones/own-uri.ts";
import type { PhoneAccounts } from "./phones/phone-accounts.ts";
import type { Advertising } from "./routing/advertise.ts";
import { callingTrunk, type KnownCallers } from "./routing/calling-trunk.ts";
import { findRoutes, leadOf, ownAddress } from "./routing/find-route.ts";

/** Whom calls come from and go to. */
export interface CallParts extends Omit<KnownCallers, "listeners"> {
  readonly userAgent: UserAgent;
  readonly phones: PhoneAccounts;
  readonly advertising: Advertising;
  readonly ownedNumbers: OwnedNumbers;
}

/** What the engine of a server has of its configuration and of the rooms that calls come from and go to. */
export function callSettings(
  { config, onObservation }: { readonly config: Config; readonly onObservation: CallSettings["onObservation"] },
  { userAgent, phones, advertising, ownedNumbers, ...callers }: CallParts,
  histories: HistoryStore | undefined,
  journal: Pick<Journal, "open">,
  onAudio: CallSettings["onAudio"],
): CallSettings {
  const observe = claimDialogs(histories, onObservation);
  const { listeners } = userAgent;
  const { trunks, ownsNumber } = callers;
  const { connectorOf } = ownedNumbers;
  return {
    accountId: config.accountId,
    ownsNumber,
    namesRules: config.mode === "development",
    connectorOf,
    findRoutes: (destination, to) => findRoutes(leadOf(destination, connectorOf(to)), to, trunks),
    whyNoRoute(to) {
      const connector = connectorOf(to);
      return connector === undefined ? trunks.whyNoTrunk(to) : trunks.whyNoConnector(connector);
    },
    ...{ isPhone: phones.isPhone, srtpOfPhone: phones.srtpOf },
    isOwnUri: createOwnUriTest(listeners, advertising.listeners, userAgent.ownAddress),
    trunkOf: (call) => callingTrunk(call, { ...callers, listeners }),
    ownListener: ownAddress(listeners),
    mediaAddress: config.media.address,
    codecs: config.media.codecs,
    srtp: config.sip.srtp,
    whyNoConnector: (arn) => trunks.whyNoConnector(arn),
    machine: {
      config: { limits: config.limits, compatibility: config.compatibility },
      rules: { actions, whyUnspeakable },
    },
    ...(histories === undefined ? {} : { openHistory: histories.open }),
    ...(onAudio === undefined ? {} : { onAudio }),
    keep: (...call) => journal.open(...call),
    ...(observe === undefined ? {} : { onObservation: observe }),
  };
}
