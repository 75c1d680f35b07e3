import { groundRooms, type RoomRule } from "./import-rules.ts";

/** What the table of rooms in ARCHITECTURE.md has to say in its column "May import" about a room. */
export function mayImport(room: string, rules: Readonly<Record<string, RoomRule>>): string {
  const { values = [], types = [] } = rules[room] ?? {};
  if (groundRooms.includes(room)) return "nothing";
  const others = Object.keys(rules).filter(
    (other) => other !== room && !values.includes(other) && !groundRooms.includes(other),
  );
  if (others.length < Math.min(3, values.length)) return `every room but ${others.join(" and ")}`;
  const words = types.length === 0 ? values : [...values, `types of ${types.join(", ")}`];
  return words.length === 0 ? "ground" : words.join(", ");
}

/** Differences between the table of rooms of ARCHITECTURE.md and the rules that the imports are checked by. */
export function roomTableProblems(page: string, rules: Readonly<Record<string, RoomRule>>): readonly string[] {
  const rows = new Map(
    [...page.matchAll(/^\| `src\/([\w-]+)` \|.*\| ([^|]+) \|$/gm)].map((row) => [row[1] ?? "", row[2] ?? ""]),
  );
  const names = [...new Set([...Object.keys(rules), ...rows.keys()])];
  return names.flatMap((room) => {
    const written = rows.get(room);
    if (written === undefined) return [`ARCHITECTURE.md has no row \`src/${room}\`, test/shape/import-rules.ts has`];
    if (rules[room] === undefined) return [`test/shape/import-rules.ts has no row for ${room}, ARCHITECTURE.md has`];
    const ruled = mayImport(room, rules);
    return written === ruled ? [] : [`ARCHITECTURE.md lets ${room} import "${written}", the rules "${ruled}"`];
  });
}
