import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { driveCall } from "../../testing/internal/call-driver.ts";
import { historyText } from "../../testing/internal/recorded-history.ts";
import { respond } from "../../testing/internal/scripted-reply.ts";
import { hangup, speak } from "../../testing/internal/wire-actions.ts";
import { findText, hasText } from "./find-text.ts";

const call = driveCall({ script: [respond([speak('Your "parcel" is in Zürich'), hangup()])] });
call.advance(3_000);
const whole = historyText(call, false);

describe("a text in a history", () => {
  it("is found in what the function replied and was told, without regard to case, with quotes and umlauts", () => {
    for (const text of ["parcel", 'YOUR "PARCEL"', "zürich", "NEW_INBOUND_CALL", "hangup"])
      assert.equal(hasText(whole, text), true, text);
  });

  it("is not found in names of members, in settings, or where it is not", () => {
    for (const text of ["Actions", "functionDeadlineMs", "play-audio", "Geneva", ""].slice(0, 4))
      assert.equal(hasText(whole, text), false, text);
  });

  it("is not found where the history is redacted, since stand-ins are kept in its place", () => {
    const redacted = historyText(call, true);
    assert.equal(hasText(redacted, "parcel"), false);
    assert.equal(hasText(redacted, "NEW_INBOUND_CALL"), true);
  });

  it("is found before a last line that was not written to its end, and in no file that is not there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "offhook-text-"));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const id = call.initialState.transactionId;
    writeFileSync(join(folder, `${id}.jsonl`), `${whole}{"input":{"type":"function-replied","reply":"cut sh`);
    const { isFound, readBytes } = await findText(folder, id, "parcel");
    assert.equal(isFound && readBytes >= whole.length, true);
    assert.deepEqual(await findText(folder, id, "cut sh"), { isFound: false, readBytes });
    for (const other of ["00000000-0000-4000-8000-000000000000", "../etc/passwd"])
      assert.deepEqual(await findText(folder, other, "parcel"), { isFound: false, readBytes: 0 });
  });
});
