import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemClock } from "../../src/kernel/index.ts";
import { createLocator } from "../../src/sip/locate/locate.ts";
import { createNodeResolver } from "../../src/sip/locate/node-resolver.ts";
import { startNameServer } from "./name-server.ts";

const server = await startNameServer({
  NAPTR: {
    "carrier.test": [
      [20, 1, "SIP+D2U", "udp.carrier.test"],
      [10, 1, "SIP+D2T", "tcp.carrier.test"],
    ],
  },
  SRV: {
    "udp.carrier.test": [[1, 1, 5070, "a.carrier.test"]],
    "tcp.carrier.test": [[1, 0, 5080, "b.carrier.test"]],
    "_sip._udp.plain.test": [
      [2, 1, 5061, "b.carrier.test"],
      [1, 1, 5062, "a.carrier.test"],
    ],
  },
  A: { "a.carrier.test": ["192.0.2.1", "192.0.2.2"], "b.carrier.test": ["192.0.2.3"] },
});
after(() => server.close());
const resolver = createNodeResolver([server.address]);
const locate = createLocator({ resolver, clock: systemClock, random: () => 0 });
const located = async (host: string, port?: number) =>
  (await locate({ host, port, transport: undefined })).map((one) => `${one.transport} ${one.host}:${one.port}`);

test("a name server's NAPTR, SRV and address records lead to the addresses of a domain", async () => {
  assert.deepEqual(await located("carrier.test"), ["tcp 192.0.2.3:5080", "udp 192.0.2.1:5070", "udp 192.0.2.2:5070"]);
  assert.deepEqual((await located("plain.test")).slice(-1), ["udp 192.0.2.3:5061"]);
  assert.deepEqual(await located("b.carrier.test", 5090), ["udp 192.0.2.3:5090"]);
});

test("a name that the name server does not know has no address", async () => {
  await assert.rejects(located("nobody.test"), { code: "SIP_NOT_LOCATED" });
});
