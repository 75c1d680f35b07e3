import { readFile, stat } from "node:fs/promises";
import { historyPath } from "./read-past-history.ts";

/** What was looked for in one history, and what that cost. */
export interface TextFound {
  readonly isFound: boolean;
  readonly readBytes: number;
}

/** Longest history that is looked into, bytes; of longer ones nothing is read. */
const longestFile = 16 * 1_048_576;

/** Looks whether a text, without regard to case, is in what the function of a call was told or replied: in a value, not in the name of a member. A
 * redacted history has stand-ins there, and is found by them only. Costs as much time as the file is long. */
export async function findText(folder: string, id: string, text: string): Promise<TextFound> {
  const path = historyPath(folder, id);
  const size =
    path === undefined
      ? 0
      : await stat(path).then(
          (found) => found.size,
          () => 0,
        );
  if (path === undefined || size === 0 || size > longestFile) return { isFound: false, readBytes: 0 };
  const file = await readFile(path, "utf8").catch(() => "");
  return { isFound: hasText(file, text), readBytes: file.length };
}

/** The same in the text of a history. */
export function hasText(file: string, text: string): boolean {
  const wanted = text.toLowerCase();
  // As it stands within JSON.
  const written = JSON.stringify(wanted).slice(1, -1);
  return file
    .split("\n")
    .some((line) => line.toLowerCase().includes(written) && saidIn(line).some((value) => holds(value, wanted)));
}

/** The events and the reply of a line; a last line that was not written to its end has none. */
function saidIn(line: string): readonly unknown[] {
  if (!line.includes('"invoke"') && !line.includes('"function-replied"')) return [];
  try {
    const { input, effects = [] } = JSON.parse(line) as Line;
    const replies = input?.type === "function-replied" ? [input.reply] : [];
    return [...replies, ...effects.filter((effect) => effect.do === "invoke").map(({ event }) => event)];
  } catch {
    return [];
  }
}

interface Line {
  readonly input?: { readonly type?: string; readonly reply?: unknown };
  readonly effects?: readonly { readonly do?: string; readonly event?: unknown }[];
}

/** @param wanted in lower case */
function holds(value: unknown, wanted: string): boolean {
  // Not by recursion: replies may be nested as deep as they are long.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one === "object" && one !== null) for (const inner of Object.values(one)) waiting.push(inner);
    else if (String(one).toLowerCase().includes(wanted)) return true;
  }
  return false;
}
