import type { Exchange, OwnRoute } from "../../api/index.ts";
import type { Site } from "../../pages/index.ts";
import { refuseAdmin } from "../refuse-admin.ts";

const consolePath = "/console";
const entry = "index.html";
const aYearS = 31_536_000;

/** Makes what finds the route of a path of the console: its files, and for what is no file its page, which reads the path itself. */
export function createConsoleRoute(site: Site): (path: string) => OwnRoute | undefined {
  return (path) => {
    if (path !== consolePath && !path.startsWith(`${consolePath}/`)) return undefined;
    const name = path.slice(consolePath.length + 1);
    return { access: { of: "pages" }, serve: (exchange) => serveFile(site, name, exchange) };
  };
}

/** Longest name that an error repeats. */
const longestShown = 100;

async function serveFile(site: Site, name: string, { request, response }: Exchange): Promise<void> {
  const isFile = (name.split("/").at(-1) ?? "").includes(".");
  const accepted = request.headers["accept-encoding"];
  const file = await site.find(isFile ? name : entry, typeof accepted === "string" ? accepted : "");
  if (file === undefined) {
    const shown = JSON.stringify(name.slice(0, longestShown));
    const why = isFile ? `The console has no file ${shown}.` : "The console is not built: run npm run build.";
    throw refuseAdmin("API_NOT_FOUND", why);
  }
  const { type, body, encoding, isImmutable } = file;
  for (const [header, value] of Object.entries(pageHeaders(request.headers.host ?? "")))
    response.setHeader(header, value);
  response
    .setHeader("content-type", type)
    .setHeader("content-length", body.length)
    .setHeader("vary", "accept-encoding");
  response.setHeader("cache-control", isImmutable ? `public, max-age=${aYearS}, immutable` : "no-cache");
  if (encoding !== undefined) response.setHeader("content-encoding", encoding);
  response.end(request.method === "HEAD" ? undefined : body);
}

/** What a browser lets the page do: run scripts of this server, talk to it, and use the microphone. Content Security Policy Level 3
 * @param host that the request names, which is one of this server's */
function pageHeaders(host: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    // Some browsers do not count WebSockets of the same host as 'self'.
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "microphone=(self), speaker-selection=(self), camera=(), geolocation=()",
  };
}
