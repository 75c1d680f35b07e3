import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";

/** Names lines of TypeScript in a text where it names those of the build. Node's own --enable-source-maps does that too, but reads the map
 * of each file that a process loads, which takes each test process longer than all the failures of a day.
 * @param {string} text a stack, or what a process printed
 * @returns {string} */
export function withTypeScriptLines(text) {
  const maps = new Map();
  return text.replace(/(?:file:\/\/)?(\/[^\s():]+\.js):(\d+):(\d+)/g, (whole, path, line, column) => {
    if (!maps.has(path)) maps.set(path, readMap(path));
    const found = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found?.originalSource === undefined) return whole;
    return `${resolve(dirname(path), found.originalSource)}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });
}

function readMap(path) {
  return existsSync(`${path}.map`) ? new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8"))) : undefined;
}
