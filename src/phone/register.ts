import { SipCredentials, type UserAgent } from "../sip/index.ts";
import { newId } from "../kernel/index.ts";
import { Registration } from "../trunks/index.ts";
import type { PhoneOptions, PhoneRegistrar } from "./types.ts";

/** What is asked for, seconds; servers give less. */
const expiresS = 600;
const responseMs = 4_000;

/** The account of a phone: its credentials, and its registration once that has begun. */
export interface PhoneAccount {
  readonly credentials: SipCredentials | undefined;
  /** Takes the registration back. Never rejects. */
  close(): Promise<void>;
}

/** Registers a phone and keeps it registered. RFC 3261 §10.2 */
export function registerPhone(
  { server, username, password, onTold }: PhoneRegistrar,
  userAgent: Pick<UserAgent, "locate" | "request">,
  { clock, log }: Pick<PhoneOptions, "clock" | "log">,
): PhoneAccount {
  const credentials = password === undefined ? undefined : new SipCredentials({ username, password });
  const registration = new Registration(
    {
      ...{ userAgent, clock, log, random: Math.random, trunk: server.host, username, domain: server.host },
      ...{ expiresS, credentials, responseMs, targets: [server] },
      ...(onTold === undefined ? {} : { onTold }),
    },
    newId(),
  );
  registration.start();
  return { credentials, close: () => registration.stop() };
}
