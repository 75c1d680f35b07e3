import { ownPartyName, type Ladder, type LadderRow } from "../../app/index.ts";
import { visible } from "../../kernel/index.ts";

const timeWidth = 12;
/** Of the space between two parties. */
const spaceWidth = 40;

/** Draws a ladder: a column for each party, the server where it stands, an arrow for each message, and what was decided beside the server.
 * @param withMessages adds each message in full */
export function drawLadder(
  { id, redacted, isRefused }: Pick<Ladder, "id" | "redacted" | "isRefused">,
  rows: readonly LadderRow[],
  withMessages: boolean,
): string {
  const startedAt = rows[0]?.at ?? 0;
  const columns = columnsOf(rows);
  const notes = [isRefused ? "refused" : "", redacted ? "redacted" : ""].filter((note) => note !== "");
  const title = `call ${id}  ${new Date(startedAt).toISOString()}${notes.map((note) => `  ${note}`).join("")}`;
  const lines = rows.map((row) => `${timeOf(row.at - startedAt)}${drawRow(row, columns)}`.trimEnd());
  const messages = withMessages ? rows.flatMap((row) => drawMessage(row, startedAt)) : [];
  const none = rows.some(({ type }) => type === "message") ? [] : ["No message of this call was kept."];
  return [title, "", drawHead(columns), ...lines, ...none, ...messages].join("\n");
}

/** The far ends in the order of their first message; the server stands after the first of them. */
function columnsOf(rows: readonly LadderRow[]): readonly string[] {
  const peers: string[] = [];
  for (const row of rows) {
    if (row.type !== "message") continue;
    const peer = row.from === ownPartyName ? row.to : row.from;
    if (!peers.includes(peer)) peers.push(peer);
  }
  const [first, ...others] = peers;
  const begun = rows.find((row) => row.type === "message");
  const isInbound = begun?.type === "message" && begun.to === ownPartyName;
  return first === undefined || !isInbound ? [ownPartyName, ...peers] : [first, ownPartyName, ...others];
}

function timeOf(ms: number): string {
  return `+${(ms / 1_000).toFixed(3)} s`.padStart(timeWidth - 2).padEnd(timeWidth);
}

/** The names of the parties above their lines. */
function drawHead(columns: readonly string[]): string {
  let line = " ".repeat(timeWidth);
  for (const [at, name] of columns.entries()) line = `${line.padEnd(placeOf(at) + timeWidth)}${visible(name)} `;
  return line.trimEnd();
}

function placeOf(column: number): number {
  return column * spaceWidth;
}

function drawRow(row: LadderRow, columns: readonly string[]): string {
  const own = columns.indexOf(ownPartyName);
  if (row.type === "decision") return `${bars(columns, own)}* ${visible(row.text)}`;
  const [from, to] = [columns.indexOf(row.from), columns.indexOf(row.to)];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const width = placeOf(right) - placeOf(left) - 1;
  const behind = `${row.again ? " (again)" : ""} ${row.transport} `;
  const text = ` ${cut(visible(row.startLine), width - 5 - behind.length)}${behind}`;
  const arrow = from < to ? `--${text}`.padEnd(width - 1, "-") + ">" : `<${`${text}--`.padStart(width - 1, "-")}`;
  return `${bars(columns, left)}|${arrow}|${restBars(columns, right)}`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

/** The lines of the parties before a column. */
function bars(columns: readonly string[], end: number): string {
  return columns
    .slice(0, end)
    .map(() => "|".padEnd(spaceWidth))
    .join("");
}

/** The lines of those behind it. */
function restBars(columns: readonly string[], from: number): string {
  return columns
    .slice(from + 1)
    .map(() => "|".padStart(spaceWidth))
    .join("");
}

function drawMessage(row: LadderRow, startedAt: number): readonly string[] {
  if (row.type !== "message" || row.text === undefined) return [];
  const lines = row.text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => `    ${visible(line)}`.trimEnd());
  return [
    "",
    `${timeOf(row.at - startedAt).trim()}  ${visible(`${row.from} -> ${row.to}`)} (${row.transport})`,
    ...lines,
  ];
}
