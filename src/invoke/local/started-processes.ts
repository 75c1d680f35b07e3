import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** Processes looked at side by side. */
const batch = 32;

/** The descendants of a process, as far as their parents still run. Empty where the system has no such list; Linux has it. */
export function findChildren(pid: number): number[] {
  const found: number[] = [];
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of childrenOf(parent)) {
      found.push(child);
      parents.push(child);
    }
  }
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Processes of this user whose environment has `text`, whoever is their parent now. None where the system does not show it. */
export async function findMarked(text: string): Promise<number[]> {
  const names = await readdir("/proc").catch((): string[] => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (let from = 0; from < pids.length; from += batch) {
    const looks = pids.slice(from, from + batch).map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      if (environment?.includes(text) === true) found.push(pid);
    });
    await Promise.all(looks);
  }
  return found;
}
