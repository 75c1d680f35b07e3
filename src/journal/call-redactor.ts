/** Puts stand-ins in place of what tells of people, for one call: the same for the same. */
export interface CallRedactor {
  text(text: string): string;
  /** Who calls or is called: a number, an extension or a name. */
  party(user: string): string;
}
