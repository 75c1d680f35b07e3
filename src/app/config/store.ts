import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import { readPassword } from "./password.ts";
import type { Config } from "./types.ts";

/** The PostgreSQL database of `store`; undefined: there is none, and the SQLite file is used. */
export function resolvePostgres(
  { store: { url, passwordFile } }: RawConfig,
  { folder, report }: { readonly folder: string; readonly report: Report },
): Config["postgres"] {
  const at = ["store", "passwordFile"];
  if (url !== undefined && !URL.canParse(url))
    report(
      ["store", "url"],
      "found no URL; where the database is on a socket, write localhost as its host, and ?host= with the folder",
    );
  if (passwordFile === undefined) return url === undefined ? undefined : { url, password: undefined };
  if (url === undefined) {
    report(at, "there is no store.url that needs it");
    return undefined;
  }
  if (hasPassword(url)) report(at, "store.url has a password too; only one of them may be there");
  return { url, password: readPassword(passwordFile, folder, (why) => report(at, why)) };
}

function hasPassword(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { password, searchParams } = new URL(url);
  return password !== "" || searchParams.has("password");
}
