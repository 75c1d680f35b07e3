import { lookup } from "node:dns/promises";
import { AppError, errorMessage, type Clock } from "../../kernel/index.ts";
import type { DescribedHost } from "../../sdp/index.ts";

/** A caller waits for the result, so a slow name server counts as a failure. */
const deadlineMs = 2_000;
/** Most look-ups at one time, since they share few threads with file access. */
const mostAtOnce = 2;

/** Makes the look-up of host names that callers write into their session descriptions. The returned function rejects with `APP_HOST_NOT_FOUND`
 * when there is no address of the wanted family within two seconds, or too many names are being looked up. */
export function createHostLookup(
  clock: Pick<Clock, "startTimer">,
  resolve: (name: string, options: { readonly family: number }) => Promise<{ readonly address: string }> = lookup,
): (host: DescribedHost) => Promise<string> {
  const open = { count: 0 };
  return ({ name, family }) =>
    new Promise((take, reject) => {
      const refuse = (why: string) => reject(new AppError("APP_HOST_NOT_FOUND", why, { details: { name } }));
      if (open.count >= mostAtOnce) return refuse("too many names are being looked up");
      open.count += 1;
      const limit = clock.startTimer(deadlineMs, () => refuse(`no answer within ${deadlineMs / 1_000} s`));
      // A look-up that timed out still runs, and counts as open until it ends.
      resolve(name, { family })
        .then(
          ({ address }) => take(address),
          (error: unknown) => refuse(errorMessage(error)),
        )
        .finally(() => {
          open.count -= 1;
          limit.cancel();
        })
        .catch(() => undefined);
      return undefined;
    });
}
