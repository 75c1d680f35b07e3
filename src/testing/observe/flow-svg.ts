import type { CallFlow } from "./call-flow.ts";

const [width, rowHeight, boxHeight, gap] = [980, 92, 44, 24];
const letterWidth = 6.6;

/** The flow as an SVG picture: states from top to bottom in the order in which they came up, moves as arrows beside them. */
export function drawFlow({ states, moves, calls }: CallFlow): string {
  const names = ["begin", ...states.map(({ name }) => name).filter((name) => name !== "end"), "end"];
  const rowOf = new Map(names.map((name, index) => [name, index]));
  const middleOf = (name: string) => gap + 20 + (rowOf.get(name) ?? 0) * rowHeight + boxHeight / 2;
  const [left, boxWidth] = [310, 360];
  const boxes = names.map((name) => {
    const y = middleOf(name) - boxHeight / 2;
    const times = states.find((state) => state.name === name)?.times;
    const shown = cut(name, (boxWidth - 16) / letterWidth);
    const count =
      times === undefined ? "" : `<text x="${left + boxWidth - 8}" y="${y + 38}" class="count">${times}</text>`;
    return `<g><title>${escape(name)}</title><rect x="${left}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="8"/><text x="${left + boxWidth / 2}" y="${y + 20}" class="name">${escape(shown)}</text>${count}</g>`;
  });
  let [down, up] = [0, 0];
  const arrows = moves.map(({ from, to, event, times }) => {
    const [y1, y2] = [middleOf(from), middleOf(to)];
    const isDown = y2 > y1;
    const lane = isDown ? down++ % 6 : up++ % 6;
    const side = isDown ? left + boxWidth : left;
    const reach = (isDown ? 1 : -1) * (26 + lane * 12);
    const [startY, endY] = [y1 + (isDown ? 10 : -10), y2 + (isDown ? -10 : from === to ? 12 : 10)];
    const path = `M${side},${startY} C${side + reach * 2},${startY} ${side + reach * 2},${endY} ${side},${endY}`;
    const label = cut(`${event} (${times})`, 250 / letterWidth);
    const [x, y] = [side + reach * 1.5 + (isDown ? 6 : -6), (startY + endY) / 2 + lane * 3];
    return `<g><title>${escape(`${event} (${times})`)}</title><path d="${path}"/><text x="${x}" y="${y}" class="${isDown ? "down" : "up"}">${escape(label)}</text></g>`;
  });
  const height = gap * 2 + names.length * rowHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>The flow of ${calls} calls</title>`,
    "<style>text{font:11px ui-monospace,monospace;fill:#222}rect{fill:#eef4fb;stroke:#4577a8}path{fill:none;stroke:#777;marker-end:url(#tip)}.name{text-anchor:middle}.count{text-anchor:end;fill:#777}.up{text-anchor:end}svg{background:#fff}</style>",
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" style="fill:#777;stroke:none;marker-end:none"/></marker></defs>',
    ...arrows,
    ...boxes,
    "</svg>",
    "",
  ].join("\n");
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.floor(most) - 3)}...` : text;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
