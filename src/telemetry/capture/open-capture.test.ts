import assert from "node:assert/strict";
import { it } from "node:test";
import type { Logger } from "../../kernel/index.ts";
import { silentLogger, systemClock } from "../../kernel/index.ts";
import { openCapture } from "./open-capture.ts";

const end = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;

for (const [transport, host] of [
  ["tcp", "127.0.0.1"],
  ["udp", "no-such-host.invalid"],
] as const) {
  it(`a capture server that is not at ${transport}://${host} is told of once, and nothing waits for it`, async () => {
    const warned: string[] = [];
    const heard = { tell: () => undefined as void };
    const warn = (_facts: object, text: string) => {
      warned.push(text);
      heard.tell();
    };
    const first = new Promise<void>((resolve) => (heard.tell = resolve));
    const log = { ...silentLogger, warn } as Logger;
    const agent = { id: 1, name: "a", key: undefined };
    const capture = openCapture({ address: { transport, host, port: 9 }, agent }, { clock: systemClock, log });
    for (let count = 0; count < 50; count++)
      capture.add({
        ...{ direction: "sent", peer: end("192.0.2.9"), local: () => end("192.0.2.1"), sipCallId: "a" },
        ...{ method: "OPTIONS", startLine: "OPTIONS", status: 0, isRetransmission: false, text: () => "OPTIONS" },
      });
    await first;
    await capture.close();

    assert.match(warned[0] ?? "", new RegExp(`capture server at ${transport}://${host}:9: `));
    assert.ok(warned.length <= 2, warned.join("\n"));
  });
}
