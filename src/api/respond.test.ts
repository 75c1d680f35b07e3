import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { Logger } from "../kernel/index.ts";
import { createManualClock } from "../testing/index.ts";
import { createResponder } from "./respond.ts";

// Contract: api-error-form
test("bytes that are no request are refused by what is wrong with them, and the log has the cause", async () => {
  for (const [code, status, expected] of [
    [
      "HPE_HEADER_OVERFLOW",
      400,
      /^The headers of the request have more than 16384 bytes; all together must have less\.$/,
    ],
    ["HPE_INVALID_METHOD", 400, /^The bytes are not an HTTP request: it is wrong\.$/],
    ["ERR_HTTP_REQUEST_TIMEOUT", 408, /^The request did not come in whole in time\.$/],
  ] as const) {
    const lines: string[] = [];
    const log = { info: ({ why }: { why: string }) => void lines.push(why) } as unknown as Logger;
    const socket = new PassThrough();
    createResponder(log, createManualClock()).refuseSocket(Object.assign(new Error("it is wrong"), { code }), socket);
    const [head = "", body = "{}"] = (await text(socket)).split("\r\n\r\n");
    const { Message } = JSON.parse(body) as { readonly Message: string };

    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(Message, expected);
    assert.deepEqual(lines, [Message]);
  }
});
