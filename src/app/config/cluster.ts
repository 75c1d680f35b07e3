import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import type { Config } from "./types.ts";
import { readUrl } from "./url.ts";

/** `cluster` of the configuration. */
export function resolveCluster({ cluster, store }: RawConfig, report: Report): Config["cluster"] {
  const at = ["cluster", "url"];
  const url = readUrl(cluster.url, at, report);
  if (url !== undefined && store.url === undefined)
    report(at, "there is no store.url: no other server has the database");
  if (url !== undefined && (url.search !== "" || url.hash !== ""))
    report(at, `found "${cluster.url}", but it must have no ? and no #: a path is put behind it`);
  return { url: url?.href.replace(/\/$/, "") };
}

/** Host that other servers call this one by, without brackets; undefined when `cluster.url` names none. */
export function clusterHost({ cluster: { url } }: RawConfig): string | undefined {
  const host = url !== undefined && URL.canParse(url) ? new URL(url).hostname : "";
  return host === "" ? undefined : host.replace(/^\[(.*)\]$/, "$1");
}
