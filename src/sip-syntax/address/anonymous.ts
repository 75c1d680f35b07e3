/** User parts of From that mean an anonymous caller, by RFC 3323 and as networks write them. */
const nobodies = new Set(["", "anonymous", "unavailable", "unknown", "restricted"]);

/** Whether the user part of a From says that the caller is not to be known. */
export function isAnonymousUser(user: string): boolean {
  return nobodies.has(user.toLowerCase());
}
