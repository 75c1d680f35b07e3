import { elementEnd, parseParameters } from "./headers.ts";

/** A From, To, Contact, Route or Record-Route value. RFC 3261 §20.10 */
export interface NameAddr {
  /** The URI without angle brackets, not yet checked. */
  readonly uri: string;
  /** Header parameters (not those of the URI). */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads the first name-addr or addr-spec of a header value; undefined when malformed. */
export function parseNameAddr(value: string): NameAddr | undefined {
  const open = openingBracket(value);
  if (open === undefined) return undefined;
  if (open < 0) return parseAddrSpec(value);
  const close = value.indexOf(">", open);
  if (close < 0) return undefined;
  const after = value.slice(close + 1, elementEnd(value, close + 1)).trim();
  if (after !== "" && !after.startsWith(";")) return undefined;
  return {
    uri: value.slice(open + 1, close).trim(),
    parameters: after === "" ? noParameters : parseParameters(after),
  };
}

/** Index of "<" outside the display name's quotes, -1 when there is none, undefined when a quote never closes. */
function openingBracket(value: string): number | undefined {
  const quote = value.indexOf('"');
  const bracket = value.indexOf("<");
  if (quote < 0 || (bracket >= 0 && bracket < quote)) return bracket;
  for (let index = quote + 1; index < value.length; index++) {
    if (value[index] === "\\") index++;
    else if (value[index] === '"') return value.indexOf("<", index);
  }
  return undefined;
}

/** Without brackets every parameter belongs to the header. RFC 3261 §20.10 */
function parseAddrSpec(value: string): NameAddr | undefined {
  const element = value.slice(0, elementEnd(value, 0)).trim();
  // A user part with parameters should stand in brackets; some forget them.
  const semicolon = element.indexOf(";", Math.max(element.indexOf("@"), 0));
  const uri = semicolon < 0 ? element : element.slice(0, semicolon).trimEnd();
  if (uri === "" || /[\s"]/.test(uri)) return undefined;
  return { uri, parameters: semicolon < 0 ? noParameters : parseParameters(element.slice(semicolon)) };
}

const noParameters: ReadonlyMap<string, string> = new Map();
