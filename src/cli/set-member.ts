/** A member of an event, and what it shall be. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Reads `ActionData.ReceivedDigits=2` or `CallDetails.Participants[0].From=+12065550199`. What is JSON and no number is taken as such, all else as text.
 * @returns undefined when it has another form */
export function readOverride(written: string): Override | undefined {
  const equals = written.indexOf("=");
  const path = written
    .slice(0, Math.max(0, equals))
    .split(/[.[\]]+/)
    .filter((name) => name !== "");
  return path.length === 0 ? undefined : { path, value: valueOf(written.slice(equals + 1)) };
}

/** A copy of a value with one member set; what leads there is made where it is missing. */
export function setMember(value: unknown, { path, value: wanted }: Override): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return wanted;
  const inner = (container: Readonly<Record<string, unknown>>) =>
    setMember(Object.hasOwn(container, name) ? container[name] : undefined, { path: rest, value: wanted });
  if (Array.isArray(value) || (value === undefined && /^\d+$/.test(name))) {
    const list = [...((value as readonly unknown[] | undefined) ?? [])];
    list[Number(name)] = inner(list as unknown as Record<string, unknown>);
    return list;
  }
  const object = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return { ...object, [name]: inner(object) };
}

/** Keys and telephone numbers are texts in events. */
function valueOf(text: string): unknown {
  if (/^[+-]?\d+$/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
