/** E.164 as it is written without marks: up to 15 digits, no 0 first, with or without "+". */
export const e164Pattern = /^\+?[1-9]\d{1,14}$/;

const marks = /[\s().-]/g;

/** The E.164 form ("+" and digits) of a telephone number as a person, a function or a SIP user writes it; undefined when it is none. Marks
 * such as "-", "." and brackets do not count. Contract: sip-and-media-number-forms */
export function toE164(user: string): string | undefined {
  if (user.length > 64) return undefined;
  const digits = user.replace(marks, "");
  return e164Pattern.test(digits) ? `+${digits.replace("+", "")}` : undefined;
}

/** A full number with its "+": one that has it, or has eight digits or more; undefined for all else. Short numbers mean something else in
 * each network, and never have one. */
export function fullNumber(user: string): string | undefined {
  const number = toE164(user);
  if (number === undefined) return undefined;
  const digits = number.length - 1;
  return digits >= (user.trimStart().startsWith("+") ? shortestWithPlus : shortestWithout) ? number : undefined;
}

/** The shortest international numbers have seven digits, country code included (Niue, Tokelau). */
const shortestWithPlus = 7;
const shortestWithout = 8;

/** A number to be called, in its form: E.164, or digits that a network or an exchange knows. */
export const dialledPattern = /^(?:\+[1-9]|\d)\d{1,14}$/;

/** What events show of a caller, or of who was called: a full international number gets its "+", anything else stays as received.
 * Contract: sip-and-media-number-shown */
export function showNumber(user: string): string {
  return /^\+|^[1-9]\d{10,14}$/.test(user) ? (toE164(user) ?? user) : user;
}
