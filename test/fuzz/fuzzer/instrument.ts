import { parse, type AnyNode, type Node } from "acorn";

/** How instrumented code tells that a block was reached: a function of the number of the block, by this name in the global object. */
export const reachName = "offhookReach";

/** Blocks have numbers below this: as many as the map of AFL++ has places. */
const mostBlocks = 65_536;

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** It closes what was opened before. */
  readonly isEnd: boolean;
}

/** Puts a call at the begin of each block of a module: functions, both sides of conditions, loops, cases, what is behind `&&`, `||` and `??`. Lines stay where they are.
 * @param seed tells the blocks of one module from those of others */
export function instrument(source: string, seed: number): string {
  const insertions: Insertion[] = [];
  const state = { next: Math.imul(seed, 0x9e37_79b1) };
  const call = () => {
    state.next = (Math.imul(state.next, 0x41c6_4e6d) + 0x3039) | 0;
    return `__reach(${(state.next >>> 8) % mostBlocks})`;
  };
  const open = (at: number, text: string) => insertions.push({ at, text, isEnd: false });
  const close = (at: number, text: string) => insertions.push({ at, text, isEnd: true });
  const block = (node: Node, behind = "") => {
    const isBlock = node.type === "BlockStatement";
    open(isBlock ? node.start + 1 : node.start, `${isBlock ? "" : "{"}${call()};`);
    close(node.end, `${isBlock ? "" : "}"}${behind}`);
  };
  const expression = (node: Node) => {
    open(node.start, `(${call()},`);
    close(node.end, ")");
  };

  const visit = (node: AnyNode) => {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (node.body.type === "BlockStatement") block(node.body);
        else expression(node.body);
        break;
      case "IfStatement":
        block(node.consequent, isThere(node.alternate) ? "" : ` else {${call()}}`);
        // An `else if` has blocks of its own.
        if (isThere(node.alternate) && node.alternate.type !== "IfStatement") block(node.alternate);
        break;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        block(node.body);
        break;
      case "CatchClause":
        block(node.body);
        break;
      case "SwitchCase":
        if (node.consequent[0] !== undefined) open(node.consequent[0].start, `${call()};`);
        break;
      case "ConditionalExpression":
        expression(node.consequent);
        expression(node.alternate);
        break;
      case "LogicalExpression":
        expression(node.right);
        break;
      default:
        break;
    }
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) visit(child);
    }
  };
  visit(parse(source, { ecmaVersion: "latest", sourceType: "module" }));
  return `var __reach = globalThis.${reachName};${insertInto(source, insertions)}`;
}

function isThere<Value>(part: Value | null | undefined): part is Value {
  return part !== null && part !== undefined;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** What ends at a place goes before what begins there; what begins goes in from the outside in, what ends from the inside out. */
function insertInto(source: string, insertions: readonly Insertion[]): string {
  const inOrder = insertions
    .map((insertion, index) => ({ ...insertion, index }))
    .sort((one, other) => {
      if (one.at !== other.at) return one.at - other.at;
      if (one.isEnd !== other.isEnd) return one.isEnd ? -1 : 1;
      return one.isEnd ? other.index - one.index : one.index - other.index;
    });
  let made = "";
  let at = 0;
  for (const insertion of inOrder) {
    made += source.slice(at, insertion.at) + insertion.text;
    at = insertion.at;
  }
  return made + source.slice(at);
}
