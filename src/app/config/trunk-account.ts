import type { TrunkAccount } from "../../trunks/index.ts";
import type { Report } from "./calls.ts";
import { printPath, type ConfigPath } from "./document.ts";
import { readPassword } from "./password.ts";

/** An account as it is written. */
interface WrittenAccount {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordFile?: string | undefined;
}

/** Our account at a trunk; undefined: there is none. The password appears in no problem that is reported.
 * @param at where the trunk stands
 * @param variable that has the password too, if there is one */
export function resolveTrunkAccount(
  { username, passwordFile, ...written }: WrittenAccount,
  { at, variable, folder, report }: AccountPlace,
): TrunkAccount | undefined {
  const name = printPath(at);
  if (written.password !== undefined && passwordFile !== undefined) {
    report([...at, "passwordFile"], `there is ${name}.password too; only one of them may be there`);
    return undefined;
  }
  const read = (file: string) => readPassword(file, folder, (why) => report([...at, "passwordFile"], why));
  const password = passwordFile === undefined ? written.password : read(passwordFile);
  if (username !== undefined && password !== undefined) return { username, password };
  if (username !== undefined && passwordFile === undefined) {
    const others = variable === undefined ? "" : `, the variable ${variable}`;
    const ways = `${name}.password${others} or ${name}.passwordFile`;
    report([...at, "username"], `there is no password for it; it comes from ${ways}`);
  }
  if (username === undefined && (written.password ?? passwordFile) !== undefined)
    report(at, `there is a password and no user name; ${name}.username says whose it is`);
  return undefined;
}

/** Where an account is read. */
export interface AccountPlace {
  readonly at: ConfigPath;
  readonly variable?: string;
  readonly folder: string;
  readonly report: Report;
}
