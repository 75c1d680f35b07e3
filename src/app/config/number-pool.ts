import type { NumberRange } from "../../api/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";

/** Most numbers of one range. */
const mostNumbers = 100_000;
/** Area codes of the North American plan, of which each has numbers that belong to nobody: 555-0100 to 555-0199. */
const areaCodes = { first: 201, last: 989 };

/** The numbers that can be ordered. In development, unless the configuration says: those that films use. */
export function resolveNumberPool(
  { numberPool }: RawConfig,
  mode: "development" | "production",
  report: Report,
): readonly NumberRange[] {
  if (numberPool === undefined) return mode === "development" ? fictionalNumbers() : [];
  return numberPool.flatMap((text, index) => {
    const [first = "", last = first] = text.split("-").map((number) => number.slice(1));
    const count = Number(last) - Number(first) + 1;
    if (first.length === last.length && count >= 1 && count <= mostNumbers)
      return [{ first: Number(first), last: Number(last) }];
    const rule = `it must end with a number that has as many digits as the first and is up to ${mostNumbers - 1} above it`;
    report(["numberPool", index], `found "${text}", but ${rule}`);
    return [];
  });
}

function fictionalNumbers(): readonly NumberRange[] {
  return Array.from({ length: areaCodes.last - areaCodes.first + 1 }, (_, index) => {
    const first = Number(`1${areaCodes.first + index}5550100`);
    return { first, last: first + 99 };
  });
}
