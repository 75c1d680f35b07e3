import { readDialled } from "../../sip-syntax/index.ts";
import type { SrtpPolicy } from "../../sdp/index.ts";
import { SipAccount } from "../../sip/index.ts";
import type { Config } from "../config/types.ts";

/** The phones of the configuration, and in development all others. */
export interface PhoneAccounts {
  /** The accounts that the user part of a URI, or a number, means. */
  find(user: string): readonly SipAccount[];
  /** Whether a number, or a user, is a phone of the configuration. */
  isPhone(user: string): boolean;
  /** Whether the audio of that phone is encrypted: of several, as that wants which wants it most; undefined: it does not say. */
  srtpOf(user: string): SrtpPolicy | undefined;
}

/** Reads the accounts once. A phone is found by its name, and by its numbers in any form that they are written in. */
export function createPhoneAccounts({ phones, mode }: Pick<Config, "phones" | "mode">): PhoneAccounts {
  const known = new Map<string, SipAccount[]>();
  for (const phone of phones) {
    const account = new SipAccount({ ...phone, mayRegister: true });
    for (const key of new Set([phone.name, ...phone.numbers].map(keyOf)))
      known.set(key, [...(known.get(key) ?? []), account]);
  }
  const findKnown = (user: string) => known.get(keyOf(user)) ?? [];
  return {
    srtpOf(user) {
      const names = findKnown(user).map(({ name }) => name);
      const wanted = phones.flatMap(({ name, srtp }) => (srtp === undefined || !names.includes(name) ? [] : [srtp]));
      return (["required", "optional", "never"] as const).find((policy) => wanted.includes(policy));
    },
    isPhone: (user) => findKnown(user).length > 0,
    find(user) {
      const found = findKnown(user);
      if (found.length > 0 || mode === "production" || user === "" || user.length > longestName) return found;
      return [new SipAccount({ name: keyOf(user), numbers: [], password: undefined, mayRegister: true })];
    },
  };
}

/** Of a phone that nobody has configured. */
const longestName = 128;

/** A number in the form that it is called in; any other user as it stands. */
function keyOf(user: string): string {
  const dialled = readDialled(user, { emergencyNumbers: [], closedPrefixes: [] });
  return dialled.type === "none" ? user : dialled.number;
}
