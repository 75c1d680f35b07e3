import { readFileSync } from "node:fs";

/** Datagrams that the system dropped at sockets bound to these ports since they were opened, for want of room; undefined where it does not tell. */
export function readDrops(ports: ReadonlySet<number>): number | undefined {
  try {
    return dropsIn(readFileSync("/proc/net/udp", "utf8"), ports);
  } catch {
    return undefined;
  }
}

/** The same, from the text of /proc/net/udp. proc(5) */
export function dropsIn(text: string, ports: ReadonlySet<number>): number {
  let sum = 0;
  for (const line of text.split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[1]?.split(":")[1] ?? "", 16);
    if (ports.has(port)) sum += Number(fields[12] ?? 0);
  }
  return sum;
}
