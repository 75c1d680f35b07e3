import { SaxesParser } from "saxes";
import { AppError, nearestWord } from "../../kernel/index.ts";
import { plainStyle, type SpeechStyle, type SsmlPart } from "./part.ts";
import { breakMs, emphasized, withProsody } from "./prosody.ts";

const paragraphPauseMs = 450;
/** Deepest nesting of elements. */
const deepest = 50;
/** Elements that change nothing here; their text is spoken. */
const transparent = new Set([
  "speak",
  "s",
  "p",
  "w",
  "lang",
  "phoneme",
  "mark",
  "amazon:effect",
  "amazon:domain",
  "amazon:emotion",
  "amazon:auto-breaths",
  "amazon:breath",
]);
const known: ReadonlySet<string> = new Set([...transparent, "break", "prosody", "emphasis", "say-as", "sub", "voice"]);

/** One open element. `held` collects the text of an element that is spoken as a whole when it closes. */
interface Open {
  readonly name: string;
  readonly style: SpeechStyle;
  readonly attributes: Readonly<Record<string, string>>;
  held: string | undefined;
}

/** Understands the structure of an SSML document as Amazon Polly would, in whatever language it is. Elements that the voices here cannot follow, and elements that
 * nobody knows, are read for their text.
 * @param onUnknown is told of an element that nobody knows, for people
 * @throws AppError SPEECH_BAD_SSML with the line and column of the first fault (details: line, column) */
export function parseSsml(ssml: string, onUnknown?: (message: string) => void): SsmlPart[] {
  const parser = new SaxesParser();
  const parts: SsmlPart[] = [];
  const stack: Open[] = [];
  const fail = (message: string): never => {
    const { line, columnIndex } = parser;
    throw new AppError("SPEECH_BAD_SSML", `SSML line ${line}, column ${columnIndex}: ${message}`, {
      details: { line, column: columnIndex },
    });
  };
  const boundary = (pauseMs: number): void => void parts.push({ type: "boundary", pauseMs });
  const heard = (text: string): void => {
    const holder = stack.findLast((open) => open.held !== undefined);
    const style = stack.at(-1)?.style;
    if (holder?.held !== undefined) holder.held += text;
    else if (style !== undefined) parts.push({ type: "words", text, style });
  };

  parser.on("error", (error) => void fail(error.message.replace(/^\d+:\d+: /, "")));
  parser.on("text", heard);
  parser.on("cdata", heard);
  parser.on("opentag", ({ name, attributes }) => {
    const parent = stack.at(-1);
    checkNesting(name, parent, fail);
    if (!known.has(name)) onUnknown?.(describeUnknown(name));
    if (stack.length >= deepest) fail(`<${name}> stands inside of more than ${deepest} elements`);
    if (name === "p") boundary(paragraphPauseMs);
    if (name === "s") boundary(0);
    if (name === "break") {
      const pauseMs = breakMs(attributes, fail);
      sayHeld(stack, parts);
      parts.push({ type: "pause", pauseMs });
    }
    if (name === "say-as") sayHeld(stack, parts);
    stack.push(openElement(name, attributes, parent?.style ?? plainStyle, fail));
  });
  parser.on("closetag", ({ name }) => {
    const closed = stack.pop();
    if (closed?.held !== undefined) close(closed, stack, parts);
    if (name === "p") boundary(paragraphPauseMs);
    if (name === "s") boundary(0);
  });
  checkAmpersands(ssml.trim());
  parser.write(ssml.trim()).close();
  return parts;
}

/** The most common fault; an XML parser reports it far from its position. */
function checkAmpersands(ssml: string): void {
  if (ssml.includes("<![CDATA[")) return;
  const at = ssml.search(/&(?!(?:#\d+|#x[\da-f]+|[a-z][\w.-]*);)/i);
  if (at === -1) return;
  const before = ssml.slice(0, at).split("\n");
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
  throw new AppError("SPEECH_BAD_SSML", `SSML line ${line}, column ${column}: a bare & must be written &amp;`, {
    details: { line, column },
  });
}

function checkNesting(name: string, parent: Open | undefined, fail: (message: string) => never): void {
  if (parent === undefined && name !== "speak") fail(`the outermost element must be <speak>, not <${name}>`);
  if (parent !== undefined && name === "speak") fail("<speak> cannot stand inside another element");
}

function describeUnknown(name: string): string {
  const nearest = nearestWord(name, [...known]);
  const hint = nearest === undefined ? "" : ` (did you mean <${nearest}>?)`;
  return `<${name}> is not an element of SSML here${hint}: its text is spoken as if it were not there`;
}

function openElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  outer: SpeechStyle,
  fail: (message: string) => never,
): Open {
  const needs = { "say-as": "interpret-as", sub: "alias", voice: "name" }[name];
  if (needs !== undefined && attributes[needs] === undefined) fail(`<${name}> needs the attribute ${needs}`);
  let style = outer;
  if (name === "prosody") style = withProsody(outer, attributes, fail);
  if (name === "emphasis") style = emphasized(outer, attributes["level"], fail);
  if (name === "voice") style = { ...outer, voiceId: attributes["name"], language: undefined };
  if (name === "lang") style = { ...outer, language: attributes["xml:lang"] };
  return { name, style, attributes, held: name === "say-as" || name === "sub" ? "" : undefined };
}

/** Gives out what an open `say-as` has until now, since a pause, or another one, comes within it. A substitute stays whole. */
function sayHeld(stack: readonly Open[], parts: SsmlPart[]): void {
  const holder = stack.find((open) => open.held !== undefined);
  if (holder?.held === undefined || holder.name !== "say-as") return;
  parts.push(sayAsPart(holder, holder.held));
  holder.held = "";
}

/** What was held is given out, unless it belongs to a substitute around it. */
function close(closed: Open, stack: readonly Open[], parts: SsmlPart[]): void {
  const holder = stack.findLast((open) => open.held !== undefined);
  const text = (closed.name === "sub" ? closed.attributes["alias"] : closed.held) ?? "";
  if (closed.name === "say-as" && holder?.name !== "sub") parts.push(sayAsPart(closed, text));
  else if (holder?.held !== undefined) holder.held += text;
  else parts.push({ type: "words", text, style: closed.style });
}

function sayAsPart({ attributes, style }: Open, text: string): SsmlPart {
  return { type: "say-as", text, kind: attributes["interpret-as"] ?? "", format: attributes["format"], style };
}
