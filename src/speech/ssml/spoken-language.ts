/** What of reading a text aloud depends on its language. */
export interface SpokenLanguage {
  /** For people. */
  readonly name: string;
  /** The text of a `say-as` element as it is read. A kind that is not known, and a text that is not of its kind, stay as they are. */
  sayAs(text: string, kind: string, format: string | undefined): string;
  /** Makes any text one line of what can be said: signs that would be left out become words, what cannot be said goes. */
  toLine(text: string): string;
  /** Whether anything is heard of such a line. */
  hasWords(line: string): boolean;
  /** Scripts without which a text of the language has no meaning, though they cannot be said. */
  readonly needs: readonly string[];
  /** The scripts in a text that cannot be said, by name; "emoji" among them. */
  foreignScripts(text: string): readonly string[];
}
