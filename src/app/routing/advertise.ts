import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { AppError, errorMessage, type Clock, type Logger, type Timer } from "../../kernel/index.ts";
import type { SipAddress, SipListener } from "../../sip/index.ts";
import { createNetworkTest } from "../../sip-syntax/index.ts";
import type { Config } from "../config/types.ts";

/** Addresses of dynamic names change, and calls that are up do not hear of the far end then. */
const lookEveryMs = 30_000;
/** A start waits for it. */
const longestMs = 5_000;

/** What an address to listen on advertises, with host names as the addresses that they have now. */
export interface Advertising {
  readonly listeners: readonly SipListener[];
  close(): Promise<void>;
}

type LookUp = (name: string) => Promise<readonly string[]>;

const lookUpAll: LookUp = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/** Looks up the host names that listeners advertise, and again every 30 s: an answer that fails, or is empty, leaves the last one in place. Calls in progress are told the other address.
 * Rejects with `APP_HOST_NOT_FOUND` when one has no address at the start. */
export async function openAdvertising(
  listeners: Config["sip"]["listeners"],
  { clock, log, lookUp = lookUpAll }: { readonly clock: Clock; readonly log: Logger; readonly lookUp?: LookUp },
): Promise<Advertising> {
  const hosts = new Set(listeners.flatMap(({ advertise }) => (advertise === undefined ? [] : [advertise.host])));
  const names = [...hosts].filter((host) => isIP(host) === 0);
  const known = new Map<string, readonly string[]>([...hosts].map((host) => [host, [host]]));
  for (const name of names) known.set(name, await firstAnswer(name, lookUp, clock));
  const state: { timer: Timer | undefined } = { timer: undefined };
  const look = async (name: string) => {
    const found = await lookUp(name).catch((): readonly string[] => []);
    const before = new Set(known.get(name));
    if (found.length === 0 || (found.length === before.size && found.every((one) => before.has(one)))) return;
    // What calls in progress were told stays what they are told while it is one of them.
    const stay = [...before].filter((one) => found.includes(one));
    known.set(name, [...stay, ...found.filter((one) => !before.has(one))]);
    log.info({ name, addresses: found }, "the advertised name has other addresses");
  };
  const wait = () => {
    state.timer = clock.startTimer(lookEveryMs, () => {
      for (const name of names) void look(name);
      wait();
    });
  };
  if (names.length > 0) wait();
  return {
    listeners: listeners.map(({ advertise, ...address }) => {
      if (advertise === undefined) return address;
      return { ...address, advertised: { ...advertise, addresses: () => known.get(advertise.host) ?? [] } };
    }),
    async close() {
      state.timer?.cancel();
    },
  };
}

async function firstAnswer(name: string, lookUp: LookUp, clock: Clock): Promise<readonly string[]> {
  const refuse = (why: string) =>
    new AppError("APP_HOST_NOT_FOUND", `${name}, which sip.advertise or sip.listen names, has no address: ${why}`, {
      details: { name },
    });
  return new Promise((resolve, reject) => {
    const limit = clock.startTimer(longestMs, () => reject(refuse(`no answer within ${longestMs / 1_000} s`)));
    lookUp(name)
      .then(
        (found) => (found.length > 0 ? resolve(found) : reject(refuse("its record is empty"))),
        (error: unknown) => reject(refuse(errorMessage(error))),
      )
      .finally(() => limit.cancel());
  });
}

/** Whether a peer is on our side of the NAT: in the local networks, or the built-in test phone. */
export function createLocalTest(
  { localNetworks }: Pick<Config["sip"], "localNetworks">,
  testPhone: () => SipAddress | undefined,
): (peer: SipAddress) => boolean {
  const isInLocalNetwork = createNetworkTest(localNetworks);
  return ({ host, port }) => {
    const phone = testPhone();
    return isInLocalNetwork(host) || (phone !== undefined && phone.port === port && phone.host === host);
  };
}
