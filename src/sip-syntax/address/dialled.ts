import { fullNumber } from "./e164.ts";
import { plainUser } from "./subscriber.ts";

/** What somebody wants to be called. */
export type Dialled =
  | { readonly type: "full"; readonly number: string } // E.164 with "+"
  | { readonly type: "short"; readonly number: string } // digits, as a network or an exchange knows them
  | { readonly type: "emergency"; readonly number: string }
  | { readonly type: "closed"; readonly number: string; readonly prefix: string } // E.164, of a range that costs
  | { readonly type: "none" }; // no number

/** Numbers that are not called. */
export interface ClosedNumbers {
  /** Digits that lead to an emergency service. */
  readonly emergencyNumbers: readonly string[];
  /** Beginnings of E.164 numbers, with "+". */
  readonly closedPrefixes: readonly string[];
}

/** Reads a number that is to be called. A "+" before a short number counts for nothing: there are no such international numbers. An emergency
 * number behind it stays one with a country code (+1911, +44999). A number that is closed is so behind 00 and 011 too. */
export function readDialled(text: string, { emergencyNumbers, closedPrefixes }: ClosedNumbers): Dialled {
  if (text.length > 64) return { type: "none" };
  const full = fullNumber(text);
  const abroad = full ?? fullNumber(text.replace(/^[\s().-]*(?:00|011)[\s().-]*/, "+"));
  const prefix = abroad && closedPrefixes.find((closed) => abroad.startsWith(closed));
  if (abroad !== undefined && prefix !== undefined) return { type: "closed", number: abroad, prefix };
  if (full !== undefined) return { type: "full", number: full };
  const number = text.replace(/[\s().-]/g, "").replace(/^\+/, "");
  if (!/^\d{2,15}$/.test(number)) return { type: "none" };
  const digits = /^\s*\+/.test(text) ? [number, number.slice(1), number.slice(2), number.slice(3)] : [number];
  const emergency = digits.find((rest) => emergencyNumbers.includes(rest));
  return emergency === undefined ? { type: "short", number } : { type: "emergency", number: emergency };
}

/** Why the user of some server may not be called, for people: it is an emergency number, or one of a closed range, also with escapes, separators and
 * parameters. Any other is what that server knows it by. undefined: it may.
 * @param user the user part of a SIP URI */
export function whyClosedUser(user: string, closed: ClosedNumbers): string | undefined {
  const dialled = readDialled(plainUser(user) ?? user, closed);
  return dialled.type === "emergency" || dialled.type === "closed" ? whyNotDialled(dialled, true) : undefined;
}

/** Why a number may not be called, for people; undefined: it may. Contract: sip-and-media-emergency-numbers, sip-and-media-closed-numbers,
 * sip-and-media-short-numbers
 * @param takesShort whether the trunk takes short numbers */
export function whyNotDialled(dialled: Dialled, takesShort: boolean): string | undefined {
  switch (dialled.type) {
    case "full":
      return undefined;
    case "none":
      return "it is no telephone number; an E.164 number such as +12065550100 would be right";
    case "emergency":
      return `${dialled.number} is an emergency number (limits.emergencyNumbers), which SIP media applications do not call`;
    case "closed":
      return `${dialled.number} begins with ${dialled.prefix}, a range of numbers that are charged extra, which is closed (limits.closedPrefixes)`;
    case "short":
      if (takesShort) return undefined;
      return `${dialled.number} is a short number, and the trunk takes none (trunk.shortNumbers); an E.164 number such as +12065550100 would be right`;
    default:
      return dialled satisfies never;
  }
}

/** Emergency numbers that have no other use where they are one, and the test number of North America. An exchange may have extensions that
 * look like those of other countries, so this is not every one of the world. */
export const usualEmergencyNumbers: readonly string[] = [
  ...["000", "110", "111", "112", "113", "114", "115", "117", "118", "119", "120", "122"],
  ...["190", "191", "192", "193", "911", "933", "988", "995", "997", "998", "999"],
];

/** Ranges in which a call is charged extra, or far above others, and that are what fraud dials: those of no country (ITU-T E.164.1, E.169: premium rate,
 * satellites, networks of their own), then premium rate by the plans of countries. */
export const usualClosedPrefixes: readonly string[] = [
  ...["+870", "+878", "+881", "+882", "+883", "+888", "+979"],
  ...["+1900", "+31900", "+31906", "+31909", "+3290", "+3389", "+34803", "+34806", "+34807", "+34905", "+3989"],
  ...["+41900", "+41901", "+41906", "+42090", "+43900", "+43901", "+43930", "+4470", "+4487", "+449"],
  ...["+46900", "+4870", "+49137", "+49900", "+61190", "+64900"],
];
