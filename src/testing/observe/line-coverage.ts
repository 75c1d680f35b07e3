import { Session, type Profiler } from "node:inspector/promises";
import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** Lines of a function's file that never ran. */
export interface UnrunLines {
  readonly file: string;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

/** Code that runs is counted until it is asked for. */
export interface LineCounter {
  /** Of the files that are wanted and were loaded, each with what never ran. */
  unrun(isWanted: (file: string) => boolean): Promise<readonly UnrunLines[]>;
}

/** Counts which code runs, from now on, by V8's own counts of blocks. */
export async function countLines(): Promise<LineCounter> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  await session.post("Debugger.enable");
  return {
    async unrun(isWanted) {
      const { result } = await session.post("Profiler.takePreciseCoverage");
      const paths = result.map(({ url }) => pathOf(url)).filter((path) => path !== undefined);
      const files = [...new Set(paths)].filter(isWanted);
      const found: UnrunLines[] = [];
      for (const file of files) {
        const scripts = result.filter(({ url }) => pathOf(url) === file);
        const unrun = await Promise.all(scripts.map((script) => unrunOf(session, script)));
        // A file that was loaded more than once ran where any of them did.
        const [first = new Map<number, string>(), ...others] = unrun;
        const lines = [...first].filter(([line]) => others.every((other) => other.has(line)));
        found.push({ file, lines: lines.map(([line, text]) => ({ line, text })).sort((a, b) => a.line - b.line) });
      }
      session.disconnect();
      return found;
    },
  };
}

function pathOf(url: string): string | undefined {
  return url.startsWith("file:") ? fileURLToPath(url.split(/[?#]/, 1)[0] ?? "") : undefined;
}

/** The lines with code in blocks that never ran, and that code. */
async function unrunOf(session: Session, script: Profiler.ScriptCoverage): Promise<Map<number, string>> {
  const { scriptSource } = await session.post("Debugger.getScriptSource", { scriptId: script.scriptId });
  const map = findSourceMap(script.url);
  const lines = new Map<number, string>();
  const starts = [0, ...[...scriptSource.matchAll(/\n/g)].map(({ index }) => index + 1)];
  for (const { startOffset, endOffset } of blocksThatNeverRan(script)) {
    const block = scriptSource.slice(startOffset, endOffset);
    let at = startOffset;
    for (const part of block.split("\n")) {
      const code = part.trim();
      if (/[\w"'`]/.test(code) && !code.startsWith("//")) {
        const column = at + part.indexOf(code);
        const line = starts.findLastIndex((start) => start <= column);
        const entry = map?.findEntry(line, column - (starts[line] ?? 0)) as { originalLine?: number } | undefined;
        const original = 1 + (entry?.originalLine ?? line);
        if (!lines.has(original)) lines.set(original, code.slice(0, 100));
      }
      at += part.length + 1;
    }
  }
  return lines;
}

function blocksThatNeverRan({ functions }: Profiler.ScriptCoverage): readonly Profiler.CoverageRange[] {
  return functions.flatMap(({ ranges }) => ranges.filter(({ count }) => count === 0));
}
