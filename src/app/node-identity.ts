import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { AccessKey } from "../api/index.ts";
import { isSucceededBy, readCard, type NodeCard, type NodeKey } from "../cluster/index.ts";
import type { Admission } from "../control/index.ts";
import { newId } from "../kernel/index.ts";
import { printSipUri } from "../sip-syntax/index.ts";
import type { KeptNode } from "../store/index.ts";
import type { Config } from "./config/config.ts";
import { reachableHost } from "./routing/browser-address.ts";
import type { Server } from "./server.ts";

/** This process among those that share its database. */
export interface NodeIdentity {
  readonly nodeId: string;
  /** By which other nodes sign what they ask; undefined: no other has the database. */
  readonly key: NodeKey | undefined;
  /** Of its card. */
  readonly place: string | undefined;
}

/** Makes up who this process is: no other one has been it.
 * @param isOnMachine it listens on the machine's own network, not on one in memory */
export function createNodeIdentity({ postgres }: Pick<Config, "postgres">, isOnMachine: boolean): NodeIdentity {
  const nodeId = newId();
  const key = { id: `node.${nodeId}`, secret: randomBytes(32).toString("base64url") };
  return { nodeId, key: postgres === undefined ? undefined : key, place: isOnMachine ? readPlace() : undefined };
}

/** The keys of the API, and that of other nodes. */
export function withNodeKey(
  keys: readonly AccessKey[] | undefined,
  { key }: NodeIdentity,
): readonly AccessKey[] | undefined {
  if (keys === undefined || key === undefined) return keys;
  const secrets = [key.secret];
  const own = { id: key.id, secrets: () => secrets, roles: undefined, requestsPerSecond: 100_000, isOfNode: true };
  return [...keys, own];
}

/** What a card is made from. */
export interface CardParts {
  readonly config: Config;
  readonly version: string;
  readonly identity: NodeIdentity;
  readonly admission: Admission;
  readonly server: Pick<Server, "apiUrl" | "sipListeners" | "ledger">;
  readonly startedAt: number;
}

/** What this process tells the others of itself now. */
export function cardOf({ config, version, identity, admission, server, startedAt }: CardParts): NodeCard {
  const { apiUrl, sipListeners } = server;
  const why = admission.whyClosed("ping")?.why;
  const { key, place } = identity;
  return {
    ...{ name: nameOf(apiUrl), state: stateOf(admission), version, startedAt, calls: server.ledger().calls },
    maxCalls: config.limits.maxCalls,
    ...(why === undefined ? {} : { whyNoCalls: why }),
    sip: sipListeners.map(({ transport, host, port }) => printSipUri({ user: "", host, port, transport })),
    ...(place === undefined ? {} : { place }),
    url: config.cluster.url ?? reachableUrl(apiUrl),
    ...(key === undefined || config.mode === "development" || config.api.keys.length === 0 ? {} : { key }),
  };
}

/** The network of this process on this machine since its last start, by names that the kernel gives to no other; undefined: the system does not tell. */
function readPlace(): string | undefined {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/net")}`;
  } catch {
    return undefined;
  }
}

/** Whether this process, by its card, is in the place of one that has ended. */
export function isSucceeded({ card: text }: KeptNode, own: NodeCard): boolean {
  const card = readCard(text);
  return card !== undefined && isSucceededBy(card, own);
}

/** Whether new calls are taken. */
export function stateOf(admission: Admission): NodeCard["state"] {
  const cause = admission.whyClosed("ping")?.cause;
  return cause === "starting" || cause === "draining" ? cause : "up";
}

function nameOf(apiUrl: string): string {
  return `${hostname()}:${new URL(apiUrl).port}`;
}

/** Where others reach an API that listens on every address. */
function reachableUrl(apiUrl: string): string {
  const url = new URL(apiUrl);
  const bound = url.hostname.replace(/^\[(.*)\]$/, "$1");
  url.hostname = reachableHost(bound);
  return url.href.replace(/\/$/, "");
}
