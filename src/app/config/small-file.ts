import { readFileSync, statSync } from "node:fs";
import { whyUnreadable } from "../../kernel/index.ts";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";

const mostBytes = 1_000_000;

/** The text of a file that the configuration names; undefined, and a problem, where it cannot be read or is no small one. */
export function readSmallFile(path: string, at: ConfigPath, report: Report): string | undefined {
  try {
    const { size } = statSync(path);
    if (size <= mostBytes) return readFileSync(path, "utf8");
    report(at, `${path} is larger than ${mostBytes} bytes`);
  } catch (error) {
    report(at, `${path} cannot be read: ${whyUnreadable(error)}`);
  }
  return undefined;
}
