import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { driveCall, type CallDriver } from "../../testing/internal/call-driver.ts";
import { historyText } from "../../testing/internal/recorded-history.ts";
import { respond } from "../../testing/internal/scripted-reply.ts";
import { hangup, speak } from "../../testing/internal/wire-actions.ts";
import { createPastCalls } from "./past-calls.ts";
import type { PastQuery } from "./types.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-past-"));
after(() => rmSync(root, { recursive: true, force: true }));

const byFunction = driveCall({ script: [respond([speak("Hello"), hangup()])] });
byFunction.advance(3_000);
const byCaller = driveCall({ script: [respond([speak("Hello")])] });
byCaller.end();
const unfinished = driveCall({ script: [respond([speak("Hello")])] });

const idOf = (index: number) => `${String(index).padStart(8, "0")}-0000-4000-8000-000000000000`;

/** A folder with the histories of calls; the one with the highest number is the latest. */
function folderOf(name: string, calls: readonly CallDriver[], redact = false): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [index, call] of calls.entries()) {
    const path = join(folder, `${idOf(index)}.jsonl`);
    writeFileSync(path, historyText(call, redact).replaceAll(call.initialState.transactionId, idOf(index)));
    utimesSync(path, 1_000 + index, 1_000 + index);
  }
  return folder;
}

const ended = (more: Partial<PastQuery> = {}): PastQuery => ({ state: "ended", limit: 100, ...more });
const nobody = () => false;

describe("past calls of a folder of histories", () => {
  it("are found by how they ended, when, by number and by id, the latest first; live ones are none", async () => {
    const folder = folderOf("search", [byFunction, byCaller, byCaller, unfinished]);
    writeFileSync(join(folder, "notes.txt"), "none of ours");
    const past = createPastCalls(folder, (id) => id === idOf(2));
    const find = async (more: Partial<PastQuery>) =>
      (await past.search(ended(more))).calls.map(({ id }) => Number(id.slice(0, 8)));

    assert.deepEqual(await find({}), [3, 1, 0]);
    assert.deepEqual(await find({ cause: "bye" }), [1]);
    assert.deepEqual(await find({ cause: "BY THE APPLICATION" }), [0]);
    assert.deepEqual(await find({ id: "00000001" }), [1]);
    const [call] = (await past.search(ended({ limit: 1 }))).calls;
    assert.deepEqual(await find({ number: call?.from?.slice(2, 9) ?? "" }), [3, 1, 0]);
    assert.deepEqual(await find({ number: "99999999" }), []);
    assert.deepEqual(await find({ until: (call?.startedAt ?? 0) - 1 }), []);
    assert.equal(call?.endedAt, undefined, "what is kept of it breaks off");
  });

  it("come in pages that go on where they ended, also when files have come and gone", async () => {
    const folder = folderOf(
      "pages",
      Array.from({ length: 7 }, () => byCaller),
    );
    const past = createPastCalls(folder, nobody);
    const first = await past.search(ended({ limit: 3 }));
    rmSync(join(folder, `${idOf(4)}.jsonl`));
    const second = await past.search(ended({ limit: 3, after: first.next }));
    const third = await past.search(ended({ limit: 3, after: second.next }));
    const ids = [first, second, third].map(({ calls }) => calls.map(({ id }) => Number(id.slice(0, 8))));
    assert.deepEqual(ids, [[6, 5, 4], [3, 2, 1], [0]]);
    assert.equal(third.next, undefined);
    await assert.rejects(past.search(ended({ after: "../x" })), { code: "HISTORY_BAD_CURSOR" });
  });

  it("have their end in redacted histories too, and are found by it", async () => {
    const past = createPastCalls(folderOf("redacted", [byCaller, byFunction], true), nobody);
    const { calls } = await past.search(ended());
    assert.deepEqual(
      calls.map(({ endType, cause, isRedacted }) => [endType, cause, isRedacted]),
      [
        ["hung-up", undefined, true],
        ["bye", undefined, true],
      ],
    );
  });

  it("that are no histories, empty or cut within their first line are passed over", async () => {
    const folder = folderOf("broken", [byCaller]);
    const whole = historyText(byCaller);
    for (const [index, text] of ["", "{}\n", "nonsense\n", whole.slice(0, 50), `${whole.split("\n")[0]}\n`].entries())
      writeFileSync(join(folder, `${idOf(10 + index)}.jsonl`), text);
    const { calls } = await createPastCalls(folder, nobody).search(ended());
    assert.deepEqual(
      calls.map(({ id }) => id),
      [idOf(0)],
      "one whose first line has another id is none either",
    );
    assert.deepEqual(await createPastCalls(join(root, "nowhere"), nobody).search(ended()), { calls: [] });
  });

  it("are read with invocations and legs; an id that is none, or a path, finds nothing", async () => {
    const past = createPastCalls(folderOf("one", [byFunction]), nobody);
    const record = await past.get(idOf(0));
    assert.equal(record?.invocations[0]?.eventType, "NEW_INBOUND_CALL");
    assert.equal(record?.invocations.at(-1)?.eventType, "HANGUP");
    assert.equal(
      record?.invocations.every(({ reply, tookMs }) => reply !== undefined && tookMs !== undefined),
      true,
    );
    assert.equal(record?.call.endType, "hung-up");
    assert.equal(record?.legs.length, 1);
    assert.equal(await past.get(idOf(1)), undefined);
    assert.equal(await past.get(`../one/${idOf(0)}`), undefined);
  });
});
