import { isDeepStrictEqual } from "node:util";
import type { SipAddress, SipCredentials } from "../sip/index.ts";
import {
  findWays,
  whyNoConnector,
  whyNoTrunk,
  type Asked,
  type FoundWays,
  type Way,
  type WayTable,
} from "./find-ways.ts";
import {
  RunningTrunk,
  type TrunkCall,
  type TrunkDescription,
  type TrunkPorts,
  type TrunkReport,
} from "./running-trunk.ts";
import { findSource, sourcesOf, type TrunkSource } from "./sources.ts";
import type { ConnectorGroup, Trunk } from "./types.ts";
import type { OverLimit } from "./use.ts";

/** All trunks of a server, which may change while it runs. */
export interface Trunks {
  list(): readonly Trunk[];
  connectors(): readonly ConnectorGroup[];
  /** Adds a trunk, or takes the place of the one of its name, whose calls go on. */
  put(trunk: Trunk): void;
  /** Its calls go on. */
  remove(name: string): void;
  /** Adds what an ARN leads to, or takes the place of that with its key. */
  putConnector(group: ConnectorGroup): void;
  removeConnector(key: string): void;
  /** The ways of a call now. */
  findWays(asked: Asked): FoundWays;
  /** Why no trunk takes calls to a number, whatever its state, for people. */
  whyNoTrunk(number: string): string | undefined;
  /** Why an ARN leads nowhere, for people. */
  whyNoConnector(arn: string): string | undefined;
  /** Begins a call on one of its ways, or says why its trunk takes no more. */
  beginCall(way: Way): TrunkCall | OverLimit;
  /** Begins a call of a trunk, or says why it takes no more. */
  beginIncoming(trunk: Trunk): TrunkCall | OverLimit;
  credentialsOf(trunk: Trunk): SipCredentials | undefined;
  /** The trunk that a message comes from. `numbers`: whom it may be for, E.164. */
  trunkOf(source: Pick<SipAddress, "host" | "port">, numbers?: readonly string[]): Trunk | undefined;
  /** Whether a trunk sends from this host. */
  isTrunkSource(host: string): boolean;
  report(): Readonly<Record<string, TrunkReport>>;
  /** The same in full: each address with its last probe, and our registration. */
  describe(): readonly TrunkDescription[];
  /** Begins to probe and to register. */
  open(): void;
  /** Takes registrations back and ends probes. */
  close(): Promise<void>;
}

/** What the trunks of a server are made with. */
export interface TrunksOptions extends TrunkPorts {
  readonly trunks: readonly Trunk[];
  readonly connectors: readonly ConnectorGroup[];
  /** Takes what there is no trunk for; asked at each call. */
  readonly standIn: () => SipAddress | undefined;
}

/** Makes the trunks of a server. */
export function createTrunks(options: TrunksOptions): Trunks {
  const running = new Map<string, RunningTrunk>();
  const groups = new Map(options.connectors.map((group) => [group.key, group]));
  let sources: readonly TrunkSource[] = [];
  let isOpen = false;
  const noteSources = () => {
    sources = [...running.values()].flatMap(({ trunk, located }) => sourcesOf(trunk, located));
  };
  const add = (trunk: Trunk) => {
    const made = new RunningTrunk(options, trunk, noteSources);
    running.set(trunk.name, made);
    if (isOpen) made.open();
  };
  options.trunks.forEach(add);
  noteSources();
  const list = () => [...running.values()].map(({ trunk }) => trunk);
  const table = (): WayTable => ({
    trunks: list(),
    connectors: [...groups.values()],
    standIn: options.standIn(),
    whyDown: ({ trunk, target }) => running.get(trunk.name)?.whyDown(target),
    random: options.random,
  });

  return {
    list,
    connectors: () => [...groups.values()],
    put(trunk) {
      const known = running.get(trunk.name);
      if (known === undefined || !isOpen) add(trunk);
      else if (!isDeepStrictEqual(known.trunk, trunk)) known.change(trunk);
      noteSources();
    },
    remove(name) {
      void running.get(name)?.close();
      running.delete(name);
      noteSources();
    },
    putConnector: (group) => void groups.set(group.key, group),
    removeConnector: (key) => void groups.delete(key),
    findWays: (asked) => findWays(asked, table()),
    whyNoTrunk: (number) => whyNoTrunk(number, table()),
    whyNoConnector: (arn) => whyNoConnector(arn, table()),
    beginCall: ({ trunk, target }) => running.get(trunk.name)?.begin(target) ?? uncounted,
    beginIncoming: ({ name }) => running.get(name)?.begin(undefined) ?? uncounted,
    credentialsOf: ({ name }) => running.get(name)?.credentials,
    trunkOf: (source, numbers) => findSource(sources, source, numbers),
    isTrunkSource: (host) => sources.some(({ includes }) => includes(host)),
    report: () => Object.fromEntries([...running].map(([name, trunk]) => [name, trunk.report()])),
    describe: () => [...running.values()].map((trunk) => trunk.describe()),
    open() {
      isOpen = true;
      for (const trunk of running.values()) trunk.open();
    },
    async close() {
      isOpen = false;
      await Promise.all([...running.values()].map((trunk) => trunk.close()));
    },
  };
}

/** A call of what stands in for a trunk, or of one that is gone. */
const uncounted: TrunkCall = {
  type: "begun",
  responded: () => undefined,
  failed: () => undefined,
  ended: () => undefined,
};
