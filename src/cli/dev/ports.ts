import type { Config } from "../../app/index.ts";
import { freePort } from "./free-port.ts";

/** The configuration with the next free port wherever one is taken, so that two servers can run side by side; each change is told.
 * RTP ports are looked for call by call, and need no choice before. */
export async function withFreePorts(config: Config, print: (line: string) => void): Promise<Config> {
  const { listeners } = config.sip;
  const chosen = new Map<string, number>();
  for (const { host, port } of listeners) {
    const bound = `${host} ${port}`;
    if (chosen.has(bound)) continue;
    // A phone may come by either.
    const free = await freePort(host, port, ["datagram", "stream"]);
    chosen.set(bound, free);
    if (free !== port) print(describe("SIP", port, free, "sip.listen, OFFHOOK_SIP_PORT"));
  }
  const { address, port } = config.api;
  const apiPort = await freePort(address, port, ["stream"]);
  if (apiPort !== port) print(describe("The API", port, apiPort, "api.listen, OFFHOOK_API_PORT"));
  const moved = listeners.map((one) => ({ ...one, port: chosen.get(`${one.host} ${one.port}`) ?? one.port }));
  return { ...config, sip: { ...config.sip, listeners: moved }, api: { ...config.api, port: apiPort } };
}

function describe(what: string, taken: number, free: number, setting: string): string {
  const where = free === 0 ? "at a port that the system chose" : `at port ${free}`;
  return `Port ${taken} is taken, perhaps by another Offhook: ${what} is ${where} (setting: ${setting}).`;
}
