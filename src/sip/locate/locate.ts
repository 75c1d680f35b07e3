import { isIP } from "node:net";
import { AppError, errorMessage, type Clock } from "../../kernel/index.ts";
import { transportNamed, usualTransport } from "../../sip-syntax/index.ts";
import type { SipResolver } from "../resolver.ts";
import type { SipAddress, SipTarget } from "../types.ts";
import { findAddresses } from "./find-addresses.ts";

/** A call waits for the answer. */
const longestMs = 3_000;

/** Makes the search for the addresses behind a target; what it gives stands at `UserAgent.locate`. */
export function createLocator({
  resolver,
  clock,
  random,
}: {
  readonly resolver: SipResolver;
  readonly clock: Pick<Clock, "startTimer">;
  /** Gives numbers from 0, below 1. */
  readonly random: () => number;
}): (target: SipTarget) => readonly SipAddress[] | Promise<readonly SipAddress[]> {
  return (target) => {
    const literal = literalHost(target.host);
    if (literal === undefined) return search(target);
    const transport = target.transport === undefined ? usualTransport : transportNamed(target.transport);
    const address = { transport: transport.name, host: literal, port: target.port ?? transport.defaultPort };
    return [literal === target.host || !transport.isSecure ? address : { ...address, domain: target.host }];
  };

  function search(target: SipTarget): Promise<readonly SipAddress[]> {
    const refusal = (why: string) =>
      new AppError("SIP_NOT_LOCATED", `${target.host} has no address for SIP: ${why}`, {
        details: { ...target },
        retry: "later",
      });
    return new Promise((resolve, reject) => {
      const why = `the name servers did not answer within ${longestMs / 1_000} s`;
      const limit = clock.startTimer(longestMs, () => reject(refusal(why)));
      findAddresses(target, resolver, random).then(
        (found) => {
          limit.cancel();
          resolve(found);
        },
        (error: unknown) => {
          limit.cancel();
          reject(refusal(errorMessage(error)));
        },
      );
    });
  }
}

/** The address that a host is already; undefined: it is a name. */
function literalHost(host: string): string | undefined {
  if (host.toLowerCase() === "localhost") return "127.0.0.1";
  return isIP(host) === 0 ? undefined : host;
}
