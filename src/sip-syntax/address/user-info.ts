/** Cuts what follows the scheme of a SIP URI into its user part, without the password, and what comes behind the "@". RFC 3261 §19.1.1
 * @returns user: undefined when there is none, which is not the same as an empty one */
export function splitUserInfo(afterScheme: string): { readonly user: string | undefined; readonly rest: string } {
  const at = userEnd(afterScheme);
  if (at < 0) return { user: undefined, rest: afterScheme };
  const userInfo = afterScheme.slice(0, at);
  const colon = userInfo.indexOf(":");
  return { user: colon < 0 ? userInfo : userInfo.slice(0, colon), rest: afterScheme.slice(at + 1) };
}

/** The user part may hold ";" and "?", so the last "@" before a header part decides. */
function userEnd(text: string): number {
  const first = text.indexOf("@");
  if (first < 0) return -1;
  const question = text.indexOf("?", first);
  return text.lastIndexOf("@", question < 0 ? text.length : question);
}
