import { errorMessage, weightedOrder } from "../../kernel/index.ts";
import {
  calledTransports,
  transportNamed,
  usualTransport,
  type Transport,
  type TransportName,
} from "../../sip-syntax/index.ts";
import type { NaptrRecord, SipResolver } from "../resolver.ts";
import type { SipAddress, SipTarget } from "../types.ts";

/** Most records of one answer that are looked at, and most addresses that are given: a call tries them one after the other. */
const mostRecords = 20;
const mostAddresses = 16;

type Ask = Pick<SipResolver, "naptr" | "srv" | "addresses">;
type KnownTransport = Transport<TransportName>;

/** A host and how it is spoken to. */
interface Service {
  readonly transport: KnownTransport;
  readonly host: string;
  readonly port: number;
}

/** Finds the addresses behind a host name, in the order in which they are to be tried. Rejects, saying why, when there is none.
 * RFC 3263 §4.1, §4.2 */
export async function findAddresses(
  target: SipTarget,
  resolver: SipResolver,
  random: () => number,
): Promise<readonly SipAddress[]> {
  const services = await findServices(target, lenient(resolver), random);
  const found: SipAddress[] = [];
  const reasons: string[] = [];
  const known = new Map<string, Promise<readonly string[]>>();
  const addressesOf = (host: string) => {
    const asked = known.get(host) ?? resolver.addresses(host);
    known.set(host, asked);
    return asked;
  };
  const answers = await Promise.allSettled(services.map(({ host }) => addressesOf(host)));
  for (const [index, answer] of answers.entries()) {
    const service = services[index];
    if (answer.status === "rejected") reasons.push(errorMessage(answer.reason));
    else if (service !== undefined) {
      const { transport, port } = service;
      // What is proved is the name that was asked for, and none that a name server told. RFC 5922 §7.1
      const proof = transport.isSecure ? { domain: target.host } : {};
      const addresses = answer.value.slice(0, mostRecords);
      found.push(...addresses.map((host) => ({ transport: transport.name, host, port, ...proof })));
    }
  }
  if (found.length > 0) return found.slice(0, mostAddresses);
  const why = services.length === 0 ? "its records say that there is no SIP" : "no address record";
  throw new Error(reasons[0] ?? why);
}

/** The services of a name, by its records as far as the target leaves something open. */
async function findServices(target: SipTarget, ask: Ask, random: () => number): Promise<readonly Service[]> {
  const { host, port } = target;
  const named = target.transport === undefined ? undefined : transportNamed(target.transport);
  if (port !== undefined) return [{ transport: named ?? usualTransport, host, port }];
  const ways = named === undefined ? await findWays(host, ask) : wayTo(named, host);
  const answers = await Promise.all(
    ways.map(async ({ transport, name }) => ({ transport, records: await ask.srv(name) })),
  );
  if (answers.every(({ records }) => records.length === 0)) {
    const transport = named ?? usualTransport;
    return [{ transport, host, port: transport.defaultPort }];
  }
  const services = answers.flatMap(({ transport, records }) =>
    weightedOrder(records, random).map((record) => ({ transport, host: record.name, port: record.port })),
  );
  // A record without a host says that the service is not there.
  return services.filter((one) => one.host !== "" && one.host !== ".").slice(0, mostRecords);
}

/** A transport and the name of its SRV records. */
interface Way {
  readonly transport: KnownTransport;
  readonly name: string;
}

/** By the NAPTR records of a domain, those of the least order and preference first; without usable ones, every transport that is spoken here. */
async function findWays(host: string, ask: Ask): Promise<readonly Way[]> {
  const records = (await ask.naptr(host)).toSorted(
    (one, other) => one.order - other.order || one.preference - other.preference,
  );
  const ways = records.flatMap(wayOf);
  return ways.length > 0 ? ways : calledTransports.flatMap((transport) => wayTo(transport, host));
}

function wayOf({ flags, service, replacement }: NaptrRecord): readonly Way[] {
  const transport = calledTransports.find(({ records }) => records?.naptrService === service.toUpperCase());
  return transport === undefined || flags.toLowerCase() !== "s" ? [] : [{ transport, name: replacement }];
}

function wayTo(transport: KnownTransport, host: string): readonly Way[] {
  const { records } = transport;
  return records === undefined ? [] : [{ transport, name: `${records.srvPrefix}.${host}` }];
}

/** Name servers that fail at records which few domains have are as those that have none; no more than so many of each are taken. */
function lenient({ naptr, srv, addresses }: SipResolver): Ask {
  const some = <T>(records: Promise<readonly T[]>): Promise<readonly T[]> =>
    records.then(
      (all) => all.slice(0, mostRecords),
      () => [],
    );
  return { naptr: (name) => some(naptr(name)), srv: (name) => some(srv(name)), addresses };
}
