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
  /** Adds a phone under a name and a password that nobody knows, such as that of a web page.
   * @param isOver asked at each use: when it says so, the phone may neither register nor call, and nothing rings it */
  lend(numbers: readonly string[], isOver: () => boolean): LentPhone;
}

/** A phone that is none of the configuration. */
export interface LentPhone {
  readonly name: string;
  readonly password: string;
}

/** A name of those; no other phone has one, not even in development, so that nobody is mistaken for one whose page is gone. */
const lentName = /^page-[0-9a-f]{12}$/;

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
  const lent = new Map<string, { readonly isOver: () => boolean; readonly remove: () => void }>();
  const giveBack = (name: string) => {
    lent.get(name)?.remove();
    lent.delete(name);
  };
  const findKnown = (user: string) =>
    (known.get(keyOf(user)) ?? []).filter(({ name }) => {
      const isOver = lent.get(name)?.isOver() === true;
      if (isOver) giveBack(name);
      return !isOver;
    });
  return {
    srtpOf(user) {
      const names = findKnown(user).map(({ name }) => name);
      const wanted = phones.flatMap(({ name, srtp }) => (srtp === undefined || !names.includes(name) ? [] : [srtp]));
      return (["required", "optional", "never"] as const).find((policy) => wanted.includes(policy));
    },
    lend(numbers, isOver) {
      const name = `page-${randomBytes(6).toString("hex")}`;
      const password = randomBytes(24).toString("base64url");
      for (const [other, phone] of lent) if (phone.isOver()) giveBack(other);
      lent.set(name, { isOver, remove: add({ name, numbers, password }) });
      return { name, password };
    },
    isPhone: (user) => findKnown(user).length > 0,
    find(user) {
      const found = findKnown(user);
      if (found.length > 0 || mode === "production" || user === "" || user.length > longestName) return found;
      if (lentName.test(user)) return [];
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
