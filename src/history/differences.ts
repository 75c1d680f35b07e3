import { redactionOfLeaf, redactionOfMember, type LeafRedaction, type Redaction } from "../contract/index.ts";

/** A place where two values differ. `path` is empty for the whole; undefined: nothing is there. */
export interface Difference {
  readonly path: string;
  readonly recorded: unknown;
  readonly now: unknown;
}

/** When two values without members are the same. */
export interface Sameness {
  /** The recorded value has stand-ins. */
  readonly isRedacted: boolean;
  of(recorded: unknown, now: unknown, redaction: LeafRedaction): boolean;
}

/** Plain equality. */
export const equality: Sameness = { isRedacted: false, of: Object.is };

interface Where {
  readonly path: string;
  readonly redaction: Redaction;
}

/** Every place where `now` differs from `recorded`; both are JSON values. */
export function findDifferences(recorded: unknown, now: unknown, where: Where, same: Sameness): readonly Difference[] {
  if (Array.isArray(recorded) && Array.isArray(now)) {
    const length = Math.max(recorded.length, now.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      findDifferences(recorded[index], now[index], { ...where, path: `${where.path}[${index}]` }, same),
    );
  }
  if (isObject(recorded) && isObject(now)) {
    return [...new Set([...Object.keys(recorded), ...Object.keys(now)])].flatMap((member) =>
      findDifferences(own(recorded, member), own(now, member), inside(where, recorded, member), same),
    );
  }
  const isLeaf = (value: unknown) => typeof value !== "object" || value === null;
  if (isLeaf(recorded) && isLeaf(now) && same.of(recorded, now, redactionOfLeaf(where.redaction))) return [];
  return [{ path: where.path, recorded, now }];
}

function inside({ path, redaction }: Where, recorded: unknown, member: string): Where {
  return {
    path: path === "" ? member : `${path}.${member}`,
    redaction: redactionOfMember(redaction, recorded, member),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, member: string): unknown {
  return Object.hasOwn(value, member) ? value[member] : undefined;
}
