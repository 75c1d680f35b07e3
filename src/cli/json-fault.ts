/** Where a text stops being JSON: line and column from 1, what would be right there, and what is there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;
}

type Expectation = keyof typeof expectations;

const expectations = {
  value: "a value",
  "value-or-end": "a value or ]",
  key: "a name in double quotes",
  "key-or-end": "a name in double quotes, or }",
  colon: "a colon",
  "comma-or-end": "a comma, ] or }",
  nothing: "nothing more",
};

const blank = /[ \t\r\n]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // oxlint-disable-line no-control-regex -- JSON forbids them
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const longestShown = 20;

/** Finds where a text that is no JSON stops being it; undefined for JSON. RFC 8259 §2 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("[" | "{")[] = [];
  let expectation: Expectation = "value";
  let at = 0;
  for (;;) {
    at = skip(blank, text, at);
    if (expectation === "nothing") return at === text.length ? undefined : faultAt(text, at, expectation);
    const end = take(text, at, expectation, open);
    if (end === undefined) return faultAt(text, at, expectation);
    expectation = next(text.charAt(at), expectation, open);
    at = end;
  }
}

/** The end of what is expected and there; undefined: it is not there. Keeps `open`. */
function take(text: string, at: number, expectation: Expectation, open: ("[" | "{")[]): number | undefined {
  const sign = text.charAt(at);
  const around = open.at(-1);
  const mayClose = expectation.endsWith("-or-end");
  if (mayClose && ((sign === "]" && around === "[") || (sign === "}" && around === "{"))) {
    open.pop();
    return at + 1;
  }
  if (expectation === "colon" || expectation === "comma-or-end") {
    return sign === (expectation === "colon" ? ":" : ",") ? at + 1 : undefined;
  }
  const isValue = expectation.startsWith("value");
  if (isValue && (sign === "[" || sign === "{")) {
    open.push(sign);
    return at + 1;
  }
  const end = skip(sign === '"' || !isValue ? string : scalar, text, at);
  return end === at ? undefined : end;
}

function next(sign: string, before: Expectation, open: readonly string[]): Expectation {
  if (before.startsWith("key") && sign !== "}") return "colon";
  if (before === "colon") return "value";
  if (before === "comma-or-end" && sign === ",") return open.at(-1) === "{" ? "key" : "value";
  if (before.startsWith("value") && sign === "[") return "value-or-end";
  if (before.startsWith("value") && sign === "{") return "key-or-end";
  return open.length === 0 ? "nothing" : "comma-or-end";
}

/** The end of what the pattern finds at this position; the position itself when it finds nothing. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function faultAt(text: string, at: number, expectation: Expectation): JsonFault {
  const before = text.slice(0, at).split("\n");
  const rest = (text.slice(at).split("\n")[0] ?? "").slice(0, longestShown);
  return {
    line: before.length,
    column: (before.at(-1) ?? "").length + 1,
    expected: expectations[expectation],
    found: at >= text.length ? "the end" : JSON.stringify(rest),
  };
}
