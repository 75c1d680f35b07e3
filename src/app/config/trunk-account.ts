import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { whyUnreadable } from "../../kernel/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import type { Config } from "./types.ts";

const longestPassword = 255;

/** Our account at the trunk. The password appears in no problem that is reported. */
export function resolveTrunkAccount(
  { trunk = {} }: RawConfig,
  { folder, report }: { readonly folder: string; readonly report: Report },
): Config["trunkAccount"] {
  const { username, passwordFile } = trunk;
  if (trunk.password !== undefined && passwordFile !== undefined) {
    report(["trunk", "passwordFile"], "there is trunk.password too; only one of them may be there");
    return undefined;
  }
  const password = passwordFile === undefined ? trunk.password : readPassword(resolve(folder, passwordFile), report);
  if (username !== undefined && password !== undefined) return { username, password };
  if (username !== undefined && passwordFile === undefined) {
    const ways = "trunk.password, the variable OFFHOOK_TRUNK_PASSWORD or trunk.passwordFile";
    report(["trunk", "username"], `there is no password for it; it comes from ${ways}`);
  }
  if (username === undefined && (trunk.password ?? passwordFile) !== undefined)
    report(["trunk"], "there is a password and no user name; trunk.username says whose it is");
  return undefined;
}

function readPassword(path: string, report: Report): string | undefined {
  const wrong = (why: string) => {
    report(["trunk", "passwordFile"], why);
    return undefined;
  };
  const rule = `it must be one line of up to ${longestPassword} characters`;
  try {
    const found = statSync(path);
    if (found.isFile() && found.size > 4 * longestPassword + 2) return wrong(`${path} is too long; ${rule}`);
    const password = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    // oxlint-disable-next-line no-control-regex
    if (/^[^\u0000-\u001f\u007f]+$/.test(password) && password.length <= longestPassword) return password;
    return wrong(`${path} holds no password; ${rule}`);
  } catch (error) {
    return wrong(`${path} cannot be read: ${whyUnreadable(error)}`);
  }
}
