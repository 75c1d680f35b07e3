import { ack } from "./ack.ts";
import { bye } from "./bye.ts";
import { cancel } from "./cancel.ts";
import { info } from "./info.ts";
import { invite } from "./invite.ts";
import type { Method } from "./method.ts";
import { notTaken } from "./not-taken.ts";
import { options } from "./options.ts";
import { prack } from "./prack.ts";
import { refer } from "./refer.ts";
import { register } from "./register.ts";
import { supportedOptions } from "../dialog/supported.ts";
import { update } from "./update.ts";

/** What a user agent decides about methods. */
export interface MethodChoice {
  /** Whether far ends of calls may ask for another party in their place, and others take it by `Replaces`. */
  readonly acceptsRefer: boolean;
  /** Whether phones may register. */
  readonly isRegistrar: boolean;
}

/** The methods of a user agent. */
export interface Methods {
  /** The method of a request. All that have no file are refused in one way. */
  of(name: string): Method;
  /** The value of `Allow`: all that are taken, in a dialog or outside. RFC 3261 §20.5 */
  readonly allowed: string;
  /** The value of `Allow` where a method is refused that is taken outside of dialogs only. RFC 3261 §21.4.6 */
  readonly allowedWithin: string;
  /** Option tags of the extensions that are understood. */
  readonly supported: readonly string[];
}

const other = notTaken("");

/** All methods that have a file, in the order in which `Allow` names those that are taken. */
export function createMethods(choice: MethodChoice): Methods {
  const { acceptsRefer, isRegistrar } = choice;
  const methods: readonly Method[] = [
    ...[invite, ack, cancel, bye, options, info, update, prack],
    ...[isRegistrar ? register : notTaken(register.name), acceptsRefer ? refer : notTaken(refer.name)],
  ];
  const byName = new Map(methods.map((method) => [method.name, method]));
  const taken = methods.filter(({ isAllowed }) => isAllowed);
  const namesOf = (some: readonly Method[]) => some.map(({ name }) => name).join(", ");
  return {
    of: (name) => byName.get(name) ?? other,
    allowed: namesOf(taken),
    allowedWithin: namesOf(taken.filter((method) => method !== register)),
    supported: supportedOptions(choice),
  };
}
