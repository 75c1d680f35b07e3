/** A copy of a text from outside. V8 keeps a piece of a text as a view on all of it, and a text put together as a tree of its parts: what is kept for
 * long would hold all that it came from. */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
