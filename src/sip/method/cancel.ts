import type { Method } from "./method.ts";

/** Gives up an INVITE that is not answered. It has the To of that, without a tag, and what it requires is not looked at. RFC 3261 §9.2, §8.2.2.3 */
export const cancel: Method = {
  name: "CANCEL",
  isAllowed: true,
  outside: {
    begins: "cancellation",
    checks: [
      ({ hasInvite }) => {
        if (hasInvite) return undefined;
        return { cause: "no-transaction", why: "the INVITE that it cancels is not here, or was answered a while ago" };
      },
    ],
  },
  within: undefined,
};
