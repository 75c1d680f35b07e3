import { randomBytes } from "node:crypto";
import type { DigestHash } from "./challenge.ts";
import { accountKey } from "./response.ts";

/** What an account is made with. */
export interface AccountParts {
  /** The user name of its credentials. */
  readonly name: string;
  /** E.164 or digits, as far as it has telephone numbers. */
  readonly numbers: readonly string[];
  /** undefined: it needs none. */
  readonly password: string | undefined;
  /** Whether it may register; others only call. */
  readonly mayRegister: boolean;
  /** The trunk whose it is; absent: it is a phone's. */
  readonly trunk?: string;
}

/** Somebody who calls or registers here: a phone, or the equipment behind a trunk. The password is in no property, so that nothing prints it. */
export class SipAccount {
  readonly name: string;
  readonly numbers: readonly string[];
  readonly mayRegister: boolean;
  readonly trunk: string | undefined;
  readonly #password: string | undefined;

  constructor({ name, numbers, password, mayRegister, trunk }: AccountParts) {
    this.name = name;
    this.numbers = numbers;
    this.mayRegister = mayRegister;
    this.trunk = trunk;
    this.#password = password;
  }

  /** Whether its requests need credentials. */
  get needsPassword(): boolean {
    return this.#password !== undefined;
  }

  /** What its digests are made with.
   * @param username as it stands in the credentials: its name, or one of its numbers */
  keyFor(hash: DigestHash, realm: string, username: string): string {
    return accountKey(hash, { username, password: this.#password ?? "" }, realm);
  }
}

/** Takes the place of an account that does not exist, so that a stranger learns no names by the time of an answer. */
export const nobody = new SipAccount({
  name: "",
  numbers: [],
  password: randomBytes(32).toString("hex"),
  mayRegister: false,
});
