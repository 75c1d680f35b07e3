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
import { update } from "./update.ts";

/** What a user agent decides about methods. */
export interface MethodChoice {
  /** Whether far ends of calls may ask to be replaced. */
  readonly acceptsRefer: boolean;
}

/** The methods of a user agent. */
export interface Methods {
  /** The method of a request. All that have no file are refused in one way. */
  of(name: string): Method;
  /** The value of `Allow`. */
  readonly allowed: string;
}

const other = notTaken("");

/** All methods that have a file, in the order in which `Allow` names those that are taken. */
export function createMethods({ acceptsRefer }: MethodChoice): Methods {
  const methods: readonly Method[] = [
    ...[invite, ack, cancel, bye, options, info, update, prack],
    ...[register, acceptsRefer ? refer : notTaken(refer.name)],
  ];
  const byName = new Map(methods.map((method) => [method.name, method]));
  const taken = methods.filter(({ isAllowed }) => isAllowed);
  return { of: (name) => byName.get(name) ?? other, allowed: taken.map(({ name }) => name).join(", ") };
}
