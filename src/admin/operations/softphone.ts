import { TLSSocket } from "node:tls";
import { defineOperation, noInput, type AdminCall } from "../operation.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import { softphone } from "../shapes/facts.ts";

const notOffered =
  "No number is for the phone in the page: softphone.numbers of the configuration gives it one, and sip.webSocket.onApi has to be true.";
const notInBrowser =
  "The phone is lent to a browser that has signed in (POST /offhook/v1/session), for as long as that holds; who signs requests is none. Other clients register as phones of the configuration (phones).";
const notPlain =
  "Open the console by https: other machines may not speak SIP here without TLS (sip.webSocket.allowPlain), and browsers give no microphone to such pages.";

/** The page's telephone. */
export const openSoftphone = defineOperation({
  id: "OpenSoftphone",
  method: "POST",
  path: "/softphone",
  summary:
    "Lends the phone of the console's page: an account of SIP over WebSocket, which holds as long as the session of this browser. All pages of a session have one account, and all of them ring.",
  input: noInput,
  answer: softphone,
  handle(_input, { source, exchange, ask }) {
    if (source.softphone === undefined) throw refuseAdmin("API_UNPROCESSABLE", notOffered);
    if (ask.sessions !== undefined && ask.session === undefined) throw refuseAdmin("API_UNPROCESSABLE", notInBrowser);
    const { path, mayComePlainly, numbers, lend } = source.softphone;
    const isSecure = comesByTls(exchange);
    if (!isSecure && !mayComePlainly(exchange.request.socket.remoteAddress ?? ""))
      throw refuseAdmin("API_UNPROCESSABLE", notPlain);
    const host = exchange.request.headers.host ?? "";
    const { name: user, password } = lend(ask.session);
    const url = `${isSecure ? "wss" : "ws"}://${host}${path}`;
    return { url, user, password, domain: host.replace(/:\d+$/, ""), numbers: [...numbers] };
  },
});

/** Where a proxy speaks TLS, only the page knows. */
function comesByTls({ request: { socket, headers } }: AdminCall["exchange"]): boolean {
  return socket instanceof TLSSocket || headers.origin?.startsWith("https:") === true;
}
