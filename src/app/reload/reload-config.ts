import type { CallEngine } from "../../engine/index.ts";
import type { Invoker, UnloadedFunction } from "../../invoke/index.ts";
import type { Clock, Logger } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import type { Trunks } from "../../trunks/index.ts";
import type { Config } from "../config/types.ts";
import { checkConfiguredRules, createConfiguredRecords } from "../configured-records.ts";
import { loadFunctions } from "../functions/load-functions.ts";
import type { SwappableInvoker } from "../functions/swappable-invoker.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import type { ApiConnectors } from "../routing/api-connectors.ts";
import { findChanges, type ConfigChanges } from "./config-changes.ts";

/** What a configuration that is read again is taken by. */
export interface ReloadParts {
  readonly store: Store;
  readonly invoker: SwappableInvoker;
  readonly openInvoker: (config: Config) => Promise<Invoker>;
  readonly trunks: Trunks;
  readonly connectors: ApiConnectors;
  readonly ownedNumbers: OwnedNumbers;
  readonly calls: CallEngine;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What became of it. */
export interface Reloaded extends ConfigChanges {
  readonly unloadedFunctions: readonly UnloadedFunction[];
}

/** How often it is looked whether the calls of before have ended. */
const lookEveryMs = 1_000;

/** Makes what takes configurations one after the other, beginning with that of the start; `taken` has the one that counts. It rejects with the `AppError` that says why one is not
 * taken; then all is as it was. Calls that are up go on: with the functions of the new configuration, and those that it has no more until these calls end. */
export function createReload(taken: { config: Config }, parts: ReloadParts): (next: Config) => Promise<Reloaded> {
  let last: Promise<unknown> = Promise.resolve();
  return (next) => {
    const reloaded = last.then(() => take(taken, next, parts));
    last = reloaded.catch(() => undefined);
    return reloaded;
  };
}

async function take(taken: { config: Config }, next: Config, parts: ReloadParts): Promise<Reloaded> {
  const before = taken.config;
  const { store, invoker, clock, log } = parts;
  const changes = findChanges(before, next);
  if (changes.taken.length === 0) return { ...changes, unloadedFunctions: [] };
  // What can fail comes before anything is changed.
  await checkConfiguredRules(next, store);
  const changed = new Set(changes.taken);
  const opened = changed.has("functions") ? await openFunctions(next, parts) : undefined;
  if (opened !== undefined) invoker.swap(opened.invoker, untilTheseEnd(parts));
  // What needs a restart is told again at the next reload, and not taken for done.
  taken.config = { ...before, ...takenOf(next) };
  await createConfiguredRecords(next, store, clock.now(), log);
  takeTrunks(before, next, parts.trunks);
  await parts.ownedNumbers.refresh([...new Set([...before.numbers, ...next.numbers])]);
  await parts.connectors.refresh();
  return { ...changes, unloadedFunctions: opened?.unloadedFunctions ?? [] };
}

/** The members of a configuration that a running server takes. */
function takenOf(next: Config): Partial<Config> {
  const { numbers, functions, functionsMustLoad, applications, rules, trunks, connectors, drainMs } = next;
  return { numbers, functions, functionsMustLoad, applications, rules, trunks, connectors, drainMs };
}

async function openFunctions(next: Config, { openInvoker, log }: ReloadParts) {
  const invoker = await openInvoker(next);
  try {
    return { invoker, unloadedFunctions: await loadFunctions(next, invoker, log) };
  } catch (error) {
    await invoker.close();
    throw error;
  }
}

/** Resolves when the calls that are up now have ended. */
function untilTheseEnd({ calls, clock }: ReloadParts): Promise<void> {
  const ids = calls.states().map(({ transactionId }) => transactionId);
  return new Promise((resolve) => {
    const look = () => {
      if (ids.some((id) => calls.stateOf(id) !== undefined)) clock.startTimer(lookEveryMs, look);
      else resolve();
    };
    look();
  });
}

function takeTrunks(before: Config, next: Config, trunks: Trunks): void {
  const names = new Set(next.trunks.map(({ name }) => name));
  const keys = new Set(next.connectors.map(({ key }) => key));
  for (const { key } of before.connectors) if (!keys.has(key)) trunks.removeConnector(key);
  for (const { name } of before.trunks) if (!names.has(name)) trunks.remove(name);
  for (const trunk of next.trunks) trunks.put(trunk);
  for (const group of next.connectors) trunks.putConnector(group);
}
