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

/** All methods that have a file, in the order in which `Allow` names those that are taken. */
const methods: readonly Method[] = [...[invite, ack, cancel, bye, options, info, update, prack], ...[register, refer]];
const byName = new Map(methods.map((method) => [method.name, method]));
const other = notTaken("");

/** The method of a request. All that have no file are refused in one way. */
export function methodOf(name: string): Method {
  return byName.get(name) ?? other;
}

/** The value of `Allow`. */
export const allowedMethods = methods
  .filter(({ isAllowed }) => isAllowed)
  .map(({ name }) => name)
  .join(", ");
