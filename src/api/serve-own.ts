import type { Clock } from "../kernel/index.ts";
import type { Exchange } from "./exchange.ts";
import { readBody } from "./http-server.ts";
import type { AccessKey } from "./signature/access-keys.ts";
import { createBasicCheck } from "./signature/basic-credentials.ts";
import type { Authenticator } from "./signature/create-authenticator.ts";
import { checkOwnPermission } from "./signature/permissions.ts";
import type { OwnRoute } from "./types.ts";

/** Makes what serves our own routes behind the keys of the API: requests are signed, or have a key by Basic authentication.
 * @param keys undefined: anybody may use the API */
export function createOwnService(
  keys: readonly AccessKey[] | undefined,
  authenticate: Authenticator | undefined,
  clock: Clock,
): (route: OwnRoute, exchange: Exchange) => Promise<void> {
  const basic = keys && createBasicCheck(keys, clock);
  return async (route, exchange) => {
    const { request, response } = exchange;
    const byBasic = basic?.(request);
    const signature = byBasic === undefined ? authenticate?.(request) : undefined;
    const key = byBasic ?? signature?.verify(await readBody(request));
    if (key !== undefined && route.permission !== undefined) checkOwnPermission(key, route.permission);
    response.setHeader("x-content-type-options", "nosniff");
    await route.serve(exchange);
  };
}
