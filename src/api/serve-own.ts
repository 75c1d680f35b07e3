import type { IncomingMessage } from "node:http";
import type { Clock } from "../kernel/index.ts";
import type { Exchange } from "./exchange.ts";
import { readBody } from "./http-server.ts";
import { refuse } from "./refuse.ts";
import { createSessionDoor } from "./sessions/session-door.ts";
import { createSessions, type Session } from "./sessions/sessions.ts";
import type { AccessKey } from "./signature/access-keys.ts";
import { createBasicCheck } from "./signature/basic-credentials.ts";
import type { Authenticator } from "./signature/create-authenticator.ts";
import { checkOwnPermission, mayUseOwn } from "./signature/permissions.ts";
import type { OwnAsk, OwnRoute } from "./types.ts";
import { parseBody } from "./wire/body.ts";

/** Does an operation of the API outside of a request for it. */
export type PerformOperation = (
  exchange: Exchange,
  ...asked: Parameters<OwnAsk["perform"]>
) => Promise<object | undefined>;

/** Makes what serves our own routes behind the keys of the API: requests are signed, or have a key by Basic authentication, or the cookie of a session.
 * @param keys undefined: anybody may use the API */
export function createOwnService(
  keys: readonly AccessKey[] | undefined,
  authenticate: Authenticator | undefined,
  perform: PerformOperation,
  clock: Clock,
): (route: OwnRoute, exchange: Exchange) => Promise<void> {
  const basic = keys && createBasicCheck(keys, clock);
  const sessions = keys && createSessionDoor(createSessions(keys, clock));
  const ask = (exchange: Exchange, { session, key }: Asker, bytes: Uint8Array = new Uint8Array()): OwnAsk => ({
    ...{ who: key?.id, session, sessions },
    mayAs: (one, permission) => mayUseOwn(one.key, permission),
    perform: (operation, input) => perform(exchange, operation, input),
    bytes: () => bytes,
    body: () => parseBody(bytes, exchange.request.headers["content-type"]),
  });
  return async (route, exchange) => {
    const { request, response } = exchange;
    const { access } = route;
    response.setHeader("x-content-type-options", "nosniff");
    if (access.of === "anybody") return route.serve(exchange, ask(exchange, nobody));
    refuseOtherSites(request);
    response.setHeader("cross-origin-resource-policy", "same-origin");
    if (access.of === "pages") {
      const session = sessions?.find(request);
      return route.serve(exchange, ask(exchange, { session, key: session?.key }, await readBody(request)));
    }
    const byBasic = basic?.(request);
    const isSigned = byBasic !== undefined || request.headers.authorization !== undefined;
    const session = isSigned ? undefined : sessions?.check(request);
    const known = byBasic ?? session?.key;
    const signature = known === undefined ? authenticate?.(request) : undefined;
    const bytes = await readBody(request);
    const key = known ?? signature?.verify(bytes);
    if (key !== undefined) checkOwnPermission(key, access.permission);
    return route.serve(exchange, ask(exchange, { session, key }, bytes));
  };
}

interface Asker {
  readonly session: Session | undefined;
  readonly key: AccessKey | undefined;
}

const nobody: Asker = { session: undefined, key: undefined };

/** Browsers say where a request comes from (Fetch Metadata): what another site's page only loads, such as an image, has no Origin. */
function refuseOtherSites({ headers }: IncomingMessage): void {
  const { "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  if (site === undefined || site === "same-origin" || site === "none" || mode === "navigate") return;
  throw refuse("API_FORBIDDEN", "Web pages of other sites may load nothing from this server.");
}
