import type { Json } from "../api/types.ts";
import { words } from "../words.ts";
import { Copy } from "./copy.tsx";

/** So deep it is open from the beginning. */
const openDepth = 3;
/** Members of one value that are shown; the rest is in what is copied. */
const mostMembers = 200;
/** Longest text that is shown. */
const longestText = 4_000;

/** A value of JSON, whose parts open and close, with what copies it. */
export function JsonView({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  return (
    <section class="json" aria-label={label}>
      <header class="json-head">
        <h4>{label}</h4>
        <Copy text={() => JSON.stringify(value, null, 2)} label={words.copyJson} />
      </header>
      <div class="json-body" tabIndex={0} role="group" aria-label={label}>
        <Value value={value} depth={0} />
      </div>
    </section>
  );
}

function Value({
  value,
  name,
  depth,
}: {
  readonly value: Json | undefined;
  readonly name?: string;
  readonly depth: number;
}) {
  const key = name === undefined ? undefined : <span class="json-key">{name}</span>;
  if (value === undefined || value === null || typeof value !== "object")
    return (
      <div class="json-line">
        {key}
        <Plain value={value} />
      </div>
    );
  const members: readonly (readonly [string, Json])[] = Array.isArray(value)
    ? value.map((one: Json, index) => [String(index), one] as const)
    : Object.entries(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (members.length === 0)
    return (
      <div class="json-line">
        {key}
        <span class="json-mark">{`${open}${close}`}</span>
      </div>
    );
  return (
    <details class="json-group" open={depth < openDepth}>
      <summary>
        {key}
        <span class="json-mark">{open}</span>
        <span class="json-count">{words.members(members.length)}</span>
      </summary>
      <div class="json-inner">
        {members.slice(0, mostMembers).map(([inner, one]) => (
          <Value key={inner} name={inner} value={one} depth={depth + 1} />
        ))}
        {members.length > mostMembers ? (
          <div class="json-count">{words.moreMembers(members.length - mostMembers)}</div>
        ) : undefined}
      </div>
    </details>
  );
}

function Plain({ value }: { readonly value: Json | undefined }) {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  const kind = value === null || value === undefined ? "null" : typeof value;
  return <span class={`json-${kind}`}>{text.length > longestText ? `${text.slice(0, longestText)}…` : text}</span>;
}
