import { nearestWord, weightedOrder } from "../kernel/index.ts";
import type { SipTarget } from "../sip/index.ts";
import { plainTrunk, type ConnectorGroup, type Trunk } from "./types.ts";

/** One way of a call: an address of a trunk. */
export interface Way {
  readonly trunk: Trunk;
  readonly target: SipTarget;
}

/** What a call is to reach: a number (E.164, or a short one), or a user at a Voice Connector. */
export type Asked =
  | { readonly type: "number"; readonly number: string }
  | { readonly type: "connector"; readonly arn: string };

/** What the ways of a call are found in. */
export interface WayTable {
  readonly trunks: readonly Trunk[];
  readonly connectors: readonly ConnectorGroup[];
  /** Takes the place of trunks that are not there; undefined: nothing does. */
  readonly standIn: SipTarget | undefined;
  /** Why an address of a trunk is not called now, for people; undefined: it is. */
  readonly whyDown: (way: Way) => string | undefined;
  /** Gives numbers from 0, below 1. */
  readonly random: () => number;
}

/** The ways of a call in the order in which they are tried, or why there is none, for people. */
export type FoundWays =
  | { readonly type: "ways"; readonly ways: readonly [Way, ...Way[]] }
  | { readonly type: "none"; readonly why: string };

/** Finds the ways of a call. Numbers go to the trunks with the longest prefix first, those with prefixes of one length by priority and by
 * chance, as their weights say; so do the trunks of a Voice Connector, and the addresses of a trunk. What is down is left out.
 * Contract: sip-and-media-trunk-order, sip-and-media-connector-routes */
export function findWays(asked: Asked, table: WayTable): FoundWays {
  const trunks = asked.type === "number" ? trunksOfNumber(asked.number, table) : trunksOfConnector(asked.arn, table);
  const all = trunks.flatMap((trunk) => addressesOf(trunk, table));
  if (all.length === 0) return { type: "none", why: whyNone(asked, table) };
  const down = all.map((way) => ({ way, why: table.whyDown(way) }));
  const [first, ...others] = down.flatMap(({ way, why }) => (why === undefined ? [way] : []));
  if (first !== undefined) return { type: "ways", ways: [first, ...others] };
  const reasons = down.map(({ way, why }) => `${way.trunk.name} (${why})`);
  return { type: "none", why: `all that take calls to ${nameOf(asked)} are down: ${reasons.join(", ")}` };
}

/** Why no trunk takes calls to a number, whatever its state, for people; undefined: one does. */
export function whyNoTrunk(number: string, table: WayTable): string | undefined {
  const asked = { type: "number", number } as const;
  const found = findWays(asked, { ...table, whyDown: () => undefined });
  return found.type === "none" ? found.why : undefined;
}

/** Why an ARN leads nowhere, for people; undefined when it leads somewhere. */
export function whyNoConnector(arn: string, { connectors, standIn }: WayTable): string | undefined {
  if (connectors.length === 0 && standIn !== undefined) return undefined;
  if (findConnector(connectors, arn) !== undefined) return undefined;
  const keys = connectors.map(({ key }) => key);
  const nearest = nearestWord(connectorId(arn), keys) ?? nearestWord(arn, keys);
  const hint = nearest === undefined ? "" : `; the nearest is ${nearest}`;
  return `voiceConnectors in the configuration has no entry for ${arn}${hint}`;
}

/** The id at the end of an ARN, or of what is written in place of one. */
export function connectorId(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** Takes what no trunk takes, where there is one. */
const standInTrunk: Trunk = { ...plainTrunk, name: "test phone", addresses: [], prefixes: [""] };

function trunksOfNumber(number: string, { trunks, standIn, random }: WayTable): readonly Trunk[] {
  const taking = trunks.some(({ prefixes }) => prefixes.length > 0) || standIn === undefined ? trunks : [standInTrunk];
  const found = taking.flatMap((trunk) => {
    const prefix = longestPrefix(trunk, number);
    return prefix === undefined ? [] : [{ trunk, prefix, priority: trunk.priority, weight: trunk.weight }];
  });
  const lengths = [...new Set(found.map(({ prefix }) => prefix))].sort((one, other) => other - one);
  return lengths.flatMap((length) =>
    weightedOrder(
      found.filter(({ prefix }) => prefix === length),
      random,
    ).map(({ trunk }) => trunk),
  );
}

/** The length of the longest prefix of a number; undefined: the trunk does not take it. */
function longestPrefix({ prefixes, shortNumbers, addresses }: Trunk, number: string): number | undefined {
  // What stands in for a trunk takes them.
  if (!number.startsWith("+") && !shortNumbers && addresses.length > 0) return undefined;
  const lengths = prefixes.filter((prefix) => number.startsWith(prefix)).map(({ length }) => length);
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

function trunksOfConnector(arn: string, { trunks, connectors, standIn, random }: WayTable): readonly Trunk[] {
  const group = findConnector(connectors, arn);
  if (group === undefined) return connectors.length === 0 && standIn !== undefined ? [standInTrunk] : [];
  return weightedOrder(group.members, random).flatMap(
    (member) => trunks.find(({ name }) => name === member.trunk) ?? [],
  );
}

/** By the whole ARN, else by its id, else, where only an id is asked for, the ARN that has it, else the one for all others. */
function findConnector(connectors: readonly ConnectorGroup[], arn: string): ConnectorGroup | undefined {
  const id = connectorId(arn);
  return (
    connectors.find(({ key }) => key === arn) ??
    connectors.find(({ key }) => key === id) ??
    (arn === id ? connectors.find(({ key }) => connectorId(key) === id) : undefined) ??
    connectors.find(({ key }) => key === "*")
  );
}

function addressesOf(trunk: Trunk, { standIn, random }: WayTable): readonly Way[] {
  if (trunk.addresses.length === 0) return standIn === undefined ? [] : [{ trunk, target: standIn }];
  return weightedOrder(trunk.addresses, random).map(({ target }) => ({ trunk, target }));
}

function nameOf(asked: Asked): string {
  return asked.type === "number" ? asked.number : asked.arn;
}

function whyNone(asked: Asked, table: WayTable): string {
  if (asked.type === "connector") return whyNoConnector(asked.arn, table) ?? `no trunk takes calls to ${asked.arn}`;
  const prefixes = table.trunks
    .filter((trunk) => trunk.prefixes.length > 0 && trunk.addresses.length > 0)
    .map((trunk) => `${trunk.name}: ${trunk.prefixes.map((prefix) => prefix || "all").join(", ")}`);
  const known = prefixes.length === 0 ? "" : `; prefixes of trunks are ${prefixes.join("; ")}`;
  return `no trunk takes calls to ${asked.number}${known}`;
}
