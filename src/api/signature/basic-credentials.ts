import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Clock } from "../../kernel/index.ts";
import { isLoopback } from "../own-hosts.ts";
import { createRateCheck } from "../rate-limits.ts";
import { refuse } from "../refuse.ts";
import type { AccessKey } from "./access-keys.ts";
import { sha256 } from "./sha256.ts";

const longestHeader = 1_024;

/** Makes the check of credentials that come by Basic authentication (RFC 7617), as programs have them that cannot sign, such as Prometheus: the id of an
 * access key and its secret. They are taken over TLS, or from the machine itself, since nobody else may read them. The check gives undefined where
 * there are none. Throws `API_UNKNOWN_KEY`, `API_WRONG_SIGNATURE`, `API_FORBIDDEN` and `API_THROTTLED`. */
export function createBasicCheck(
  keys: readonly AccessKey[],
  clock: Clock,
): (request: IncomingMessage) => AccessKey | undefined {
  const known = new Map(
    keys.map((key) => {
      const limit = { requestsPerSecond: key.requestsPerSecond };
      const tooMany = createRateCheck(limit, clock, `requestsPerSecond of the access key ${key.id} in`);
      return [key.id, { key, tooMany }];
    }),
  );
  return ({ headers: { authorization = "" }, socket }) => {
    if (!/^basic /i.test(authorization)) return undefined;
    if (!(socket instanceof TLSSocket) && !isLoopback(socket.remoteAddress ?? "")) {
      const why = "A secret may not come over a connection that others can read: use https, or sign the request.";
      throw refuse("API_FORBIDDEN", why);
    }
    const [id, secret] = readCredentials(authorization);
    const found = known.get(id);
    if (found === undefined) {
      const shown = JSON.stringify(id.slice(0, 128));
      throw refuse("API_UNKNOWN_KEY", `The access key ${shown} is none of api.keys in the configuration.`);
    }
    // All secrets are tried, so that the time tells nothing of them.
    const given = Buffer.from(sha256(Buffer.from(secret)));
    const fits = found.key.secrets().map((one) => timingSafeEqual(Buffer.from(sha256(Buffer.from(one))), given));
    if (!fits.includes(true)) throw refuse("API_WRONG_SIGNATURE", `The secret is not that of the access key ${id}.`);
    const why = found.tooMany("");
    if (why !== undefined) throw refuse("API_THROTTLED", why, 1);
    return found.key;
  };
}

function readCredentials(authorization: string): readonly [id: string, secret: string] {
  const text =
    authorization.length > longestHeader ? "" : Buffer.from(authorization.slice(6), "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}
