import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";

/** An absolute URL of http or https without user name and password; undefined, and a problem, where it is another text. */
export function readUrl(text: string | undefined, path: ConfigPath, report: Report): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && `${url.username}${url.password}` !== "") {
    report(path, "found a URL with a user name or a password, but it must have none");
    return undefined;
  }
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  report(path, `found "${text}", but it must be a URL that begins with http:// or https://`);
  return undefined;
}
