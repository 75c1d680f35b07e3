import assert from "node:assert/strict";
import { it } from "node:test";
import { createLogger } from "./log.ts";

// Contract: records-log-keeps-tokens
it("a log line has nothing of a token to join a meeting, wherever in a call it stands", () => {
  const lines: string[] = [];
  const log = createLogger({ level: "debug", write: (line) => void lines.push(line) });
  const secret = "s3cr3t";
  const action = { Type: "JoinChimeMeeting", Parameters: { JoinToken: secret, MeetingId: "m" } };
  const headers = { "X-Chime-Join-Token": secret, "X-Account": "42" };

  log.debug({ fact: { type: "replied", response: { Actions: [action] } } }, "replied");
  log.debug({ fact: { type: "invoked", event: { Participants: [{ SipHeaders: headers }] } } }, "invoked");
  log.error({ input: { type: "start" }, state: { list: { running: { value: { joinToken: secret } } } } }, "broke");

  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(!line.includes(secret), line);
  assert.match(lines[0] ?? "", /"JoinToken":"\(hidden\)","MeetingId":"m"/);
  assert.match(lines[1] ?? "", /"X-Account":"42"/);
});
