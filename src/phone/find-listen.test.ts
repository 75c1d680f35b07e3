import assert from "node:assert/strict";
import { test } from "node:test";
import { findListen } from "./find-listen.ts";

for (const [dial, host] of [
  [undefined, "127.0.0.1"],
  ["sip:1@127.0.0.1:5070", "127.0.0.1"],
  ["sip:1@[::1]:5070", "::1"],
  ["sip:1@[::1];transport=tcp", "::1"],
  ["sip:1@no-such-host.invalid", "127.0.0.1"],
] as const) {
  test(`a phone that calls ${dial ?? "nobody"} listens at ${host} unless it is told otherwise`, async () => {
    assert.deepEqual(await findListen(dial), { transport: "udp", host, port: 0 });
  });
}
