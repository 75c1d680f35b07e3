import type { CallFlow, FlowMove } from "./call-flow.ts";
import { placeFlow, type Box, type Point } from "./flow-layout.ts";

/** Sizes in the units of the picture, which are pixels where it is not scaled. Letters are all as wide as in the widest of the fonts. */
const [letterWidth, lineHeight, padding] = [7.3, 16, 10];
/** Letters in a line of a state and of a move, and lines of each; what is longer is in the title of the element. */
const [stateLetters, moveLetters, stateLines, moveLines] = [44, 34, 8, 12];

/** Text in a box. */
interface Placed extends Box {
  readonly lines: readonly string[];
}

/** The flow as an SVG picture, in light and in dark: states from top to bottom, and an arrow from one to the next with all events that led there. */
export function drawFlow({ states, moves, calls }: CallFlow): string {
  const names = ["begin", ...states.map(({ name }) => name).filter((name) => name !== "end"), "end"];
  const texts = new Map(
    names.map((name) => [name, boxOf(linesOf(name, states.find((state) => state.name === name)?.times), padding)]),
  );
  const groups = groupMoves(moves).map(({ from, to, events }) => ({
    from,
    to,
    events,
    label: boxOf(labelOf(events), 4),
  }));
  const places = placeFlow({ states: texts, arrows: groups });
  const { width, height } = places;
  const placed = (name: string): Placed => ({
    ...nowhere,
    ...places.states.get(name),
    lines: texts.get(name)?.lines ?? [],
  });
  const arrows = places.arrows.map(({ label, points }, index) => {
    const { from = "begin", events = [], label: text = { lines: [] } } = groups[index] ?? {};
    const path = points.length === 0 ? loop(placed(from), label) : smooth(points);
    return drawArrow({ ...label, lines: text.lines }, path, events.map(nameMove).join("\n"));
  });
  const boxes = names.map((name) => drawState(name, placed(name)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}">`,
    `<title>The flow of ${calls} calls</title>`,
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0,0 L8,4 L0,8 z"/></marker></defs>',
    `<rect class="page" width="${round(width)}" height="${round(height)}"/>`,
    ...arrows.map(({ path }) => path),
    ...boxes,
    // What is written on arrows is over all lines.
    ...arrows.map(({ label }) => label),
    "</svg>",
    "",
  ].join("\n");
}

const style = [
  "text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1d2733;text-anchor:middle;white-space:pre}",
  ".page,.label{fill:#fff}.state{fill:#e8f1fb;stroke:#3c6fa5}.turn{fill:#f0f0f0;stroke:#666}.count{fill:#5a6672}",
  ".move{fill:none;stroke:#7a8590}.tip{fill:#7a8590}",
  "@media (prefers-color-scheme:dark){text{fill:#e4e9ef}.page,.label{fill:#14181d}.state{fill:#1d3148;stroke:#6ea3dc}.turn{fill:#2a2e33;stroke:#9aa3ad}",
  ".count{fill:#9aa6b2}.move{stroke:#8b96a1}.tip{fill:#8b96a1}}",
].join("");

const nowhere: Box = { x: 0, y: 0, width: 0, height: 0 };

/** Moves from one state to another are one arrow. */
function groupMoves(moves: readonly FlowMove[]) {
  const groups = new Map<string, { readonly from: string; readonly to: string; readonly events: FlowMove[] }>();
  for (const move of moves) {
    const key = JSON.stringify([move.from, move.to]);
    const group = groups.get(key) ?? { from: move.from, to: move.to, events: [] };
    group.events.push(move);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function linesOf(name: string, times: number | undefined): readonly string[] {
  if (name === "begin") return ["the call begins"];
  if (name === "end") return [`the call ends (${times ?? 0})`];
  return [...wrap(name, stateLetters, stateLines), `${times ?? 0} ${times === 1 ? "time" : "times"}`];
}

function labelOf(moves: readonly FlowMove[]): readonly string[] {
  const lines = moves.flatMap((move) => wrap(nameMove(move), moveLetters, 3));
  return lines.length > moveLines ? [...lines.slice(0, moveLines - 1), "and more"] : lines;
}

function nameMove({ event, times }: FlowMove): string {
  return `${event} (${times})`;
}

function boxOf(lines: readonly string[], space: number) {
  const longest = Math.max(...lines.map((line) => line.length));
  return { lines, width: longest * letterWidth + 2 * space, height: lines.length * lineHeight + 2 * space };
}

/** Lines of so many letters at most, between words where there are some. */
function wrap(text: string, letters: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.replace(/\s+/g, " ").split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else for (let at = 0; at < Math.max(1, word.length); at += letters) lines.push(word.slice(at, at + letters));
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${(lines[most - 1] ?? "").slice(0, letters - 3)}...`];
}

function drawState(name: string, placed: Placed): string {
  const isTurn = name === "begin" || name === "end";
  const { x, y, width, height } = placed;
  const box = `<rect class="${isTurn ? "turn" : "state"}" x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="${isTurn ? round(height / 2) : 8}"/>`;
  return `<g><title>${escape(name)}</title>${box}${write(placed, isTurn ? 0 : 1)}</g>`;
}

function drawArrow(placed: Placed, path: string, title: string) {
  const { x, y, width, height } = placed;
  const label = `<rect class="label" x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="3"/>`;
  return {
    path: `<path class="move" d="${path}" marker-end="url(#tip)"/>`,
    label: `<g><title>${escape(title)}</title>${label}${write(placed, 0)}</g>`,
  };
}

/** From the right side of a state to what is written beside it, and back. */
function loop({ x, y, width }: Box, label: Box): string {
  const right = round(x + width / 2);
  const far = round(label.x - label.width / 2);
  return `M${right},${round(y - 8)} C${far},${round(y - 16)} ${far},${round(y + 16)} ${right},${round(y + 8)}`;
}

/** A line through points with round corners. */
function smooth(points: readonly Point[]): string {
  const at = ({ x, y }: Point) => `${round(x)},${round(y)}`;
  const corners = points.slice(1, -1).map((point, index) => {
    const [before = point, after = point] = [points[index], points[index + 2]];
    return `L${at(towards(point, before))} Q${at(point)} ${at(towards(point, after))}`;
  });
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined ? "" : [`M${at(first)}`, ...corners, `L${at(last)}`].join(" ");
}

/** A little way from one point to another, half of it at most. */
function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = Math.min(0.5, 24 / Math.max(1, Math.hypot(dx, dy)));
  return { x: from.x + dx * share, y: from.y + dy * share };
}

/** @param counts how many lines at the end are counts */
function write({ lines, x, y }: Placed, counts: number): string {
  const top = y - (lines.length * lineHeight) / 2 + lineHeight * 0.75;
  return lines
    .map((line, index) => {
      const kind = index >= lines.length - counts ? ' class="count"' : "";
      return `<text${kind} x="${round(x)}" y="${round(top + index * lineHeight)}">${escape(line)}</text>`;
    })
    .join("");
}

function round(number: number): number {
  return Math.round(10 * number) / 10;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
