import { countryOf } from "../kernel/index.ts";
import type { EndedLeg } from "../journal/index.ts";

/** Such as `USE1-US-US-outbound-minutes`: region, countries of both numbers where they have one, direction. */
export function usageType(region: string, { from, to, direction }: EndedLeg["leg"]): string {
  const countries = [from, to].map((number) => countryOf(number) ?? "ZZ");
  return [shortRegion(region), ...countries, direction.toLowerCase(), "minutes"].join("-");
}

const areas: Readonly<Record<string, string>> = {
  ...{ us: "US", eu: "EU", ap: "AP", ca: "CA", sa: "SA", me: "ME", af: "AF", il: "IL" },
};
const sides: Readonly<Record<string, string>> = {
  ...{ east: "E", west: "W", north: "N", south: "S", central: "C", northeast: "NE", southeast: "SE", northwest: "NW" },
};

/** `us-east-1` is USE1 on bills. */
function shortRegion(region: string): string {
  const [area = "", side = "", number = ""] = region.split("-");
  return `${areas[area] ?? area.toUpperCase()}${sides[side] ?? side.toUpperCase()}${number}`;
}

/** What is begun counts. */
export function wholeSeconds(ms: number): number {
  return Math.ceil(Math.max(0, ms) / 1_000);
}
