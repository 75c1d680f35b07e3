import { SipCredentials, type UserAgent } from "../sip/index.ts";
import { newId } from "../kernel/index.ts";
import { Registration } from "../trunks/index.ts";
import type { PhoneOptions, PhoneRegistrar, PhoneUser } from "./types.ts";

/** What is asked for, seconds; servers give less. */
const expiresS = 600;
const responseMs = 4_000;

/** What a phone proves its name with. */
export function credentialsOf(user: PhoneUser | undefined): SipCredentials | undefined {
  if (user?.password === undefined) return undefined;
  return new SipCredentials({ username: user.username, password: user.password });
}

/** A registration that has begun. */
export interface PhoneRegistration {
  /** Takes the registration back. Never rejects. */
  close(): Promise<void>;
}

/** Registers a phone and keeps it registered. RFC 3261 §10.2 */
export function registerPhone(
  { server, username, onTold }: PhoneRegistrar,
  credentials: SipCredentials | undefined,
  userAgent: Pick<UserAgent, "locate" | "request">,
  { clock, log }: Pick<PhoneOptions, "clock" | "log">,
): PhoneRegistration {
  const registration = new Registration(
    {
      ...{ userAgent, clock, log, random: Math.random, trunk: server.host, username, domain: server.host },
      ...{ expiresS, credentials, responseMs, targets: [server] },
      ...(onTold === undefined ? {} : { onTold }),
    },
    newId(),
  );
  registration.start();
  return { close: () => registration.stop() };
}
