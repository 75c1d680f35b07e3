/** What one typed into the search of calls, as the operation takes it. */
export interface CallSearch {
  readonly number?: string;
  readonly id?: string;
  readonly text?: string;
}

/** Tells a telephone number from the beginning of an id and from other words. */
export function readSearch(typed: string): CallSearch {
  const text = typed.trim();
  if (text === "") return {};
  const number = text.replace(/[\s().-]/g, "");
  if (/^\+?\d{2,}$/.test(number)) return { number };
  if (/^[0-9a-f]{4,8}(-[0-9a-f-]*)?$/i.test(text)) return { id: text.toLowerCase() };
  return { text: text.slice(0, 128) };
}
