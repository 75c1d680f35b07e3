import { computed, signal } from "@preact/signals";
import { ask, may } from "../api/ask.ts";
import type { Application, Feature, InventoryNumber, ServerFacts } from "../api/types.ts";

/** What the server is; undefined until it has said so. */
export const server = signal<ServerFacts | undefined>(undefined);
export const applications = signal<readonly Application[]>([]);
export const numbers = signal<readonly InventoryNumber[]>([]);

/** Whether it runs for one who writes a function. */
export const isDevelopment = computed(() => server.value?.mode === "development");

/** The operation that each feature is. */
const operations: Readonly<Record<Feature, string>> = {
  audio: "ListSounds",
  replay: "ReplayCall",
  saveAsTest: "SaveTest",
  functionOutput: "ListOutput",
  caller: "RunCaller",
  softphone: "OpenSoftphone",
};

/** Whether the server offers something, and one may use it. */
export function has(feature: Feature): boolean {
  return may(operations[feature]) && server.value?.features[feature] !== false;
}

/** Asks what the server is and what it has. What it does not answer is taken for not there. */
export async function readServer(): Promise<void> {
  await Promise.all([
    ask<ServerFacts>("GET", "/server").then((found) => (server.value = found), ignore),
    readInventory(),
  ]);
}

/** Asks for numbers and applications, which a reload of the configuration changes. */
export async function readInventory(): Promise<void> {
  await Promise.all([
    ask<{ applications: readonly Application[] }>("GET", "/applications").then(
      (found) => (applications.value = found.applications),
      ignore,
    ),
    ask<{ numbers: readonly InventoryNumber[] }>("GET", "/numbers").then(
      (found) => (numbers.value = found.numbers),
      ignore,
    ),
  ]);
}

/** The name of an application, or its id where that is not known. */
export function nameOfApplication(id: string | undefined): string {
  if (id === undefined) return "";
  return applications.value.find((one) => one.id === id)?.name ?? id;
}

function ignore(): undefined {
  return undefined;
}
