import { createHostCheck, type TakeWebSocket } from "../../api/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import type { UserAgent, WebSocketRules } from "../../sip/index.ts";
import type { Config } from "../config/types.ts";

/** Which WebSockets with SIP are taken: those of pages of this server, of pages that the configuration names, and of clients that are no browsers.
 * RFC 6455 §10.2 */
export function webSocketRules({ api, sip }: Pick<Config, "api" | "sip">): WebSocketRules {
  const { origins, allowPlain } = sip.webSocket;
  const check = createHostCheck([api.address, ...api.hosts], origins);
  return {
    allowsPlain: allowPlain,
    whyForeign(headers, localHost) {
      try {
        check({ headers, socket: { localAddress: localHost } });
        return undefined;
      } catch (error) {
        return errorMessage(error);
      }
    },
  };
}

/** Where SIP is spoken on the port of the API. */
export function sipPath({ api }: Pick<Config, "api">): string {
  return `${api.basePath}/sip`;
}

/** Leads WebSockets on the port of the API: SIP is at `/sip`, all else is for `others`. */
export function routeWebSockets(
  { api, sip }: Pick<Config, "api" | "sip">,
  userAgent: Pick<UserAgent, "takeWebSocket">,
  others: (...of: Parameters<TakeWebSocket>) => boolean,
): TakeWebSocket {
  const path = sipPath({ api });
  return (request, socket, head) => {
    if (!sip.webSocket.onApi || request.url?.split("?", 1)[0] !== path) return others(request, socket, head);
    userAgent.takeWebSocket(request, socket, head);
    return "kept";
  };
}
