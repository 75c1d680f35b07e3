import { RegExpParser, type AST } from "@eslint-community/regexpp";

/** Looks for a pattern anywhere in a text; undefined: given up, it takes too many steps, `steps` when they are fewer than the usual most. */
export type PatternSearch = (text: string, steps?: number) => boolean | undefined;

/** One search under way. */
interface Run {
  readonly text: string;
  /** What each group that something refers back to holds; undefined: nothing yet. */
  captures: readonly (string | undefined)[];
  stepsLeft: number;
}

/** Goes on behind a part of the pattern that ended at this place of the text. */
type Next = (at: number) => boolean;
/** Tries a part of the pattern at a place. */
type Part = (run: Run, at: number, next: Next) => boolean;

/** Where the next character is: behind lookbehind's place lies the text before it. */
type Direction = 1 | -1;

interface Compiling {
  readonly groups: readonly AST.CapturingGroup[];
  readonly direction: Direction;
}

/** About 100 ms at most, in a thread of its own. Patterns of real functions take hundreds of steps. */
const mostSteps = 1_500_000;

/** Makes the search for a regular expression of JavaScript without flags. It walks the expression itself and counts its steps: the engine's
 * own compiler can take hours for some short patterns, and nothing interrupts it. Throws for what is no such expression.
 * Contract: actions-pattern-search, actions-pattern-syntax */
export function compileSearch(pattern: string): PatternSearch {
  const { groups, body } = parse(pattern);
  return (text, steps = mostSteps) => {
    const nothing = groups.map(() => undefined);
    const run: Run = { text, captures: nothing, stepsLeft: steps };
    try {
      for (let at = 0; at <= text.length; at += 1) {
        if (body(run, at, () => true)) return true;
      }
      return false;
    } catch {
      return undefined; // Too many steps, or too deep.
    }
  };
}

function parse(pattern: string): { readonly groups: readonly AST.CapturingGroup[]; readonly body: Part } {
  const groups: AST.CapturingGroup[] = [];
  const parser = new RegExpParser();
  const { alternatives } = parser.parsePattern(pattern, 0, pattern.length, { unicode: false });
  collectGroups(alternatives, groups);
  return { groups, body: oneOf(alternatives, { groups, direction: 1 }) };
}

function collectGroups(alternatives: readonly AST.Alternative[], groups: AST.CapturingGroup[]): void {
  for (const { elements } of alternatives) {
    for (const element of elements) {
      const inner = element.type === "Quantifier" ? element.element : element;
      if (inner.type === "CapturingGroup" && inner.references.length > 0) groups.push(inner);
      if ("alternatives" in inner) collectGroups(inner.alternatives, groups);
    }
  }
}

function oneOf(alternatives: readonly AST.Alternative[], how: Compiling): Part {
  const parts = alternatives.map(({ elements }) => inTurn(elements, how));
  return (run, at, next) => parts.some((part) => part(run, at, next));
}

function inTurn(elements: readonly AST.Element[], how: Compiling): Part {
  const parts = elements.map((element) => toPart(element, how));
  if (how.direction === -1) parts.reverse();
  const end: Part = (_run, at, next) => next(at);
  return parts.reduceRight<Part>((rest, part) => (run, at, next) => part(run, at, (to) => rest(run, to, next)), end);
}

function toPart(element: AST.Element, how: Compiling): Part {
  switch (element.type) {
    case "Character": {
      const character = String.fromCharCode(element.value);
      return one((found) => found === character, how.direction);
    }
    case "CharacterSet":
    case "CharacterClass":
    case "ExpressionCharacterClass": {
      // A single class cannot take long.
      const ofClass = new RegExp(element.raw);
      return one((found) => ofClass.test(found), how.direction);
    }
    case "Group":
      return oneOf(element.alternatives, how);
    case "CapturingGroup":
      return how.groups.includes(element) ? captured(element, how) : oneOf(element.alternatives, how);
    case "Backreference":
      return again(element, how);
    case "Assertion":
      return asserted(element, how);
    case "Quantifier":
      return repeated(element, how);
    default:
      return element satisfies never;
  }
}

function spend(run: Run, steps = 1): void {
  run.stepsLeft -= steps;
  if (run.stepsLeft < 0) throw new RangeError("too many steps");
}

function one(fits: (character: string) => boolean, direction: Direction): Part {
  return (run, at, next) => {
    spend(run);
    const found = run.text[direction === 1 ? at : at - 1];
    return found !== undefined && fits(found) && next(at + direction);
  };
}

/** Tries with other captures; those from before come back when it fails. */
function withCaptures(run: Run, captures: Run["captures"], attempt: () => boolean): boolean {
  const before = run.captures;
  run.captures = captures;
  if (attempt()) return true;
  run.captures = before;
  return false;
}

function captured(group: AST.CapturingGroup, how: Compiling): Part {
  const inner = oneOf(group.alternatives, how);
  const index = how.groups.indexOf(group);
  return (run, at, next) =>
    inner(run, at, (to) => {
      spend(run, how.groups.length);
      const held = run.text.slice(Math.min(at, to), Math.max(at, to));
      return withCaptures(run, run.captures.with(index, held), () => next(to));
    });
}

function again({ resolved }: AST.Backreference, { groups, direction }: Compiling): Part {
  const indexes = [resolved].flat().map((group) => groups.indexOf(group));
  return (run, at, next) => {
    spend(run);
    const held = indexes.map((index) => run.captures[index]).find((one) => one !== undefined) ?? "";
    const to = at + direction * held.length;
    return run.text.slice(Math.max(0, Math.min(at, to)), Math.max(at, to)) === held && next(to);
  };
}

function asserted(assertion: AST.Assertion, { groups }: Compiling): Part {
  switch (assertion.kind) {
    case "start":
      return (_run, at, next) => at === 0 && next(at);
    case "end":
      return (run, at, next) => at === run.text.length && next(at);
    case "word":
      return ({ text }, at, next) => (isWord(text[at - 1]) !== isWord(text[at])) !== assertion.negate && next(at);
    case "lookahead":
    case "lookbehind": {
      const inner = oneOf(assertion.alternatives, { groups, direction: assertion.kind === "lookahead" ? 1 : -1 });
      return (run, at, next) => {
        spend(run);
        const before = run.captures;
        const isThere = inner(run, at, () => true);
        const held = run.captures;
        run.captures = before;
        if (assertion.negate) return !isThere && next(at);
        return isThere && withCaptures(run, held, () => next(at));
      };
    }
    default:
      return assertion satisfies never;
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}

function repeated({ element, min, max, greedy }: AST.Quantifier, how: Compiling): Part {
  const part = toPart(element, how);
  const own = how.groups.map(({ start }) => start >= element.start && start < element.end);
  const holds = own.includes(true);
  const forget = (captures: Run["captures"]) =>
    holds ? captures.map((held, index) => (own[index] === true ? undefined : held)) : captures;

  const from = (run: Run, at: number, next: Next, count: number): boolean => {
    spend(run, holds ? own.length : 1);
    // A further repetition must consume something, or it would go on for ever.
    const behind: Next = (to) => (to !== at || count < min) && from(run, to, next, count + 1);
    const more = () => count < max && withCaptures(run, forget(run.captures), () => part(run, at, behind));
    if (count < min) return more();
    return greedy ? more() || next(at) : next(at) || more();
  };
  return (run, at, next) => from(run, at, next, 0);
}
