import type { Logger } from "../kernel/index.ts";
import type { Pages } from "../pages/index.ts";
import type { Exchange } from "./exchange.ts";

/** Answers the request for a web page. False when it is for none.
 * @param basePath in front of every path of this API; none of the pages */
export async function servePage(
  { request, response }: Exchange,
  pages: Pages,
  basePath: string,
  log: Logger,
): Promise<boolean> {
  const { method, url = "" } = request;
  if ((method !== "GET" && method !== "HEAD") || !url.startsWith(`${basePath}/`)) return false;
  const path = url.slice(basePath.length).split("?")[0] ?? "";
  const file = await pages.find(path);
  if (file === undefined) return false;
  if (file.problem !== undefined) log.warn({ path, why: file.problem }, "a script of a page cannot be bundled");
  response.setHeader("content-type", file.type).setHeader("content-length", Buffer.byteLength(file.body));
  response.setHeader("cache-control", "no-cache");
  response.end(method === "HEAD" ? undefined : file.body);
  return true;
}
