import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Exchange } from "../exchange.ts";
import { isLoopback } from "../own-hosts.ts";
import { refuse } from "../refuse.ts";
import { isSameText, type Session, type Sessions } from "./sessions.ts";

/** The header in which a page sends the token of its session. */
export const csrfHeader = "x-offhook-csrf";

/** Sessions as requests have them: by a cookie that scripts do not see, and that other sites' pages do not send (RFC 6265bis). */
export interface SessionDoor {
  /** The session of a request; undefined: its cookie names none that holds. */
  find(request: IncomingMessage): Session | undefined;
  /** The same of a request that is not signed otherwise; undefined: it has no cookie of a session. Throws `API_SESSION_OVER`, `API_FORBIDDEN` for one that would change something
   * without the token, and `API_THROTTLED`. */
  check(request: IncomingMessage): Session | undefined;
  /** Begins one, and gives the browser its cookie. Throws as `Sessions.begin`, and `API_FORBIDDEN` where others could read the secret. */
  signIn(exchange: Exchange, accessKeyId: string, secret: string): Session;
  /** Ends the session of a request, and takes the cookie away. */
  signOut(exchange: Exchange): void;
}

/** The cookies of sessions: their names with a port, and tokens. */
const cookies = /(?:^|;\s?)(offhook-session-\d{1,5})=([A-Za-z0-9_-]{43})(?=;|$)/g;

/** Makes the door to sessions. */
export function createSessionDoor(sessions: Sessions): SessionDoor {
  const find = (request: IncomingMessage) => {
    const token = tokenOf(request);
    return token === undefined ? undefined : sessions.find(token);
  };
  return {
    find,
    check(request) {
      if (tokenOf(request) === undefined) return undefined;
      const session = find(request);
      if (session === undefined) throw refuse("API_SESSION_OVER", "Your session is over; sign in again.");
      if (request.method !== "GET" && request.method !== "HEAD") checkToken(request, session);
      sessions.count(session);
      return session;
    },
    signIn({ request, response }, accessKeyId, secret) {
      const { socket } = request;
      if (!isSecure(request) && !isLoopback(socket.remoteAddress ?? "")) {
        const why = "A secret may not come over a connection that others can read: open the console by https.";
        throw refuse("API_FORBIDDEN", why);
      }
      const { token, ...session } = sessions.begin(accessKeyId, secret, socket.remoteAddress ?? "");
      response.setHeader("set-cookie", printCookie(request, token, session.expiresAt));
      return session;
    },
    signOut({ request, response }) {
      const token = tokenOf(request);
      if (token !== undefined) sessions.end(token);
      response.setHeader("set-cookie", printCookie(request, "", 0));
    },
  };
}

function checkToken({ headers }: IncomingMessage, { csrfToken }: Session): void {
  const sent = headers[csrfHeader];
  if (typeof sent === "string" && isSameText(sent, csrfToken)) return;
  const why = `A request by a session's cookie that changes something needs the header ${csrfHeader} with the csrfToken of GET /offhook/v1/session.`;
  throw refuse("API_FORBIDDEN", why);
}

/** Cookies are the same for all ports of a host, on which several servers may listen. */
function nameOf({ socket }: IncomingMessage): string {
  return `offhook-session-${socket.localPort}`;
}

function tokenOf(request: IncomingMessage): string | undefined {
  const name = nameOf(request);
  for (const [, one, token] of (request.headers.cookie ?? "").matchAll(cookies)) if (one === name) return token;
  return undefined;
}

function printCookie(request: IncomingMessage, token: string, expiresAt: number): string {
  const expires = new Date(expiresAt).toUTCString();
  // Behind a proxy that speaks TLS, the browser's page is one of https.
  const isOfHttps = isSecure(request) || request.headers.origin?.startsWith("https://") === true;
  const secure = isOfHttps ? "; Secure" : "";
  return `${nameOf(request)}=${token}; Path=/; HttpOnly; SameSite=Strict; Expires=${expires}${secure}`;
}

function isSecure({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket;
}
