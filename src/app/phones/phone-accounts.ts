import { randomBytes } from "node:crypto";
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
  /** Adds a phone under a name and a password that nobody knows, such as that of a web page, until it is given back. */
  lend(numbers: readonly string[]): LentPhone;
}

/** A phone that is none of the configuration. */
export interface LentPhone {
  readonly name: string;
  readonly password: string;
  /** From now on it may neither register nor call. */
  giveBack(): void;
}

/** Most of them at one time, above which the oldest is given back. */
const mostLent = 1_000;

/** Reads the accounts once. A phone is found by its name, and by its numbers in any form that they are written in. */
export function createPhoneAccounts({ phones, mode }: Pick<Config, "phones" | "mode">): PhoneAccounts {
  const known = new Map<string, SipAccount[]>();
  const add = (phone: {
    readonly name: string;
    readonly numbers: readonly string[];
    readonly password: string | undefined;
  }) => {
    const account = new SipAccount({ ...phone, mayRegister: true });
    const keys = new Set([phone.name, ...phone.numbers].map(keyOf));
    for (const key of keys) known.set(key, [...(known.get(key) ?? []), account]);
    return () => {
      for (const key of keys) {
        const others = known.get(key)?.filter((one) => one !== account) ?? [];
        if (others.length > 0) known.set(key, others);
        else known.delete(key);
      }
    };
  };
  for (const phone of phones) add(phone);
  const lent = new Map<string, () => void>();
  const findKnown = (user: string) => known.get(keyOf(user)) ?? [];
  return {
    srtpOf(user) {
      const names = findKnown(user).map(({ name }) => name);
      const wanted = phones.flatMap(({ name, srtp }) => (srtp === undefined || !names.includes(name) ? [] : [srtp]));
      return (["required", "optional", "never"] as const).find((policy) => wanted.includes(policy));
    },
    lend(numbers) {
      const name = `page-${randomBytes(6).toString("hex")}`;
      const password = randomBytes(24).toString("base64url");
      const remove = add({ name, numbers, password });
      const giveBack = () => {
        if (lent.delete(name)) remove();
      };
      lent.set(name, giveBack);
      const [oldest] = lent.size > mostLent ? lent.values() : [];
      oldest?.();
      return { name, password, giveBack };
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
