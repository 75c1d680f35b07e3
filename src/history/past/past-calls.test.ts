import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { driveCall, type CallDriver } from "../../testing/internal/call-driver.ts";
import { historyText } from "../../testing/internal/recorded-history.ts";
import { respond } from "../../testing/internal/scripted-reply.ts";
import { hangup, speak } from "../../testing/internal/wire-actions.ts";
import { refusedFormat } from "../ladder/refused-calls.ts";
import { createPastCalls } from "./past-calls.ts";
import type { RefusedQuery } from "./types.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-past-"));
after(() => rmSync(root, { recursive: true, force: true }));

const idOf = (index: number) => `${String(index).padStart(8, "0")}-0000-4000-8000-000000000000`;
const at = 1_700_000_000_000;

/** The ladder of a call that was refused. */
function refusedText(id: string, cause: string, from: string): string {
  const startLine = "INVITE sip:+12065550100@offhook";
  const text = `${startLine} SIP/2.0\r\nFrom: <sip:${from}@trunk>;tag=1\r\n\r\n`;
  const sip = { direction: "received", transport: "udp", peer: "192.0.2.9:5060", method: "INVITE", startLine, text };
  const lines = [
    { ...refusedFormat, id, redacted: false },
    { at, sip },
    { at: at + 5, refused: { cause, status: 404, method: "INVITE", why: "Nobody has it" } },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A folder of histories with refused calls; the one with the highest number is the latest. */
function folderOf(name: string, causes: readonly string[]): string {
  const folder = join(root, name);
  mkdirSync(join(folder, "refused"), { recursive: true });
  for (const [index, cause] of causes.entries()) {
    const path = join(folder, "refused", `${idOf(index)}.jsonl`);
    writeFileSync(path, refusedText(idOf(index), cause, `+1510555010${index}`));
    utimesSync(path, 1_000 + index, 1_000 + index);
  }
  return folder;
}

const numberOf = ({ id }: { readonly id: string }) => Number(id.slice(0, 8));

describe("refused calls of a folder of histories", () => {
  it("are found by their cause, when, by number, text and id, the latest first", async () => {
    const folder = folderOf("search", ["no-rule", "no-rule", "overload"]);
    writeFileSync(join(folder, "refused", "notes.txt"), "none of ours");
    const past = createPastCalls(folder);
    const find = async (more: Partial<RefusedQuery>) =>
      (await past.searchRefused({ limit: 100, ...more })).calls.map(numberOf);

    assert.deepEqual(await find({}), [2, 1, 0]);
    assert.deepEqual(await find({ cause: "no-rule" }), [1, 0]);
    assert.deepEqual(await find({ cause: "NOBODY HAS" }), [2, 1, 0]);
    assert.deepEqual(await find({ id: "00000001" }), [1]);
    assert.deepEqual(await find({ number: "5550101" }), [1]);
    assert.deepEqual(await find({ text: "5550102" }), [2]);
    assert.deepEqual(await find({ text: "OVERLOAD" }), [2]);
    assert.deepEqual(await find({ number: "99999999" }), []);
    assert.deepEqual(await find({ until: at - 1 }), []);
  });

  it("come in pages that go on where they ended, also when files have come and gone", async () => {
    const folder = folderOf(
      "pages",
      Array.from({ length: 7 }, () => "no-rule"),
    );
    const past = createPastCalls(folder);
    const first = await past.searchRefused({ limit: 3 });
    rmSync(join(folder, "refused", `${idOf(4)}.jsonl`));
    const second = await past.searchRefused({ limit: 3, after: first.next });
    const third = await past.searchRefused({ limit: 3, after: second.next });
    const ids = [first, second, third].map(({ calls }) => calls.map(numberOf));
    assert.deepEqual(ids, [[6, 5, 4], [3, 2, 1], [0]]);
    assert.equal(third.next, undefined);
    await assert.rejects(past.searchRefused({ limit: 3, after: "../x" }), { code: "HISTORY_BAD_CURSOR" });
  });

  it("that are none, empty or cut within their first line are passed over", async () => {
    const folder = folderOf("broken", ["no-rule"]);
    const whole = refusedText(idOf(0), "no-rule", "+1");
    for (const [index, text] of ["", "{}\n", "nonsense\n", whole.slice(0, 50), whole].entries())
      writeFileSync(join(folder, "refused", `${idOf(10 + index)}.jsonl`), text);
    const { calls } = await createPastCalls(folder).searchRefused({ limit: 100 });
    assert.deepEqual(calls.map(numberOf), [0], "one whose first line has another id is none either");
    assert.deepEqual(await createPastCalls(join(root, "nowhere")).searchRefused({ limit: 9 }), { calls: [] });
  });
});

describe("the history of a past call", () => {
  const byFunction = driveCall({ script: [respond([speak("Hello"), hangup()])] });
  byFunction.advance(3_000);
  const write = (folder: string, call: CallDriver, index: number) => {
    const text = historyText(call, false).replaceAll(call.initialState.transactionId, idOf(index));
    writeFileSync(join(folder, `${idOf(index)}.jsonl`), text);
  };

  it("is read with invocations and legs; an id that is none, or a path, finds nothing", async () => {
    const folder = folderOf("one", []);
    write(folder, byFunction, 0);
    const past = createPastCalls(folder);
    const record = await past.get(idOf(0));
    assert.equal(record?.invocations[0]?.eventType, "NEW_INBOUND_CALL");
    assert.equal(record?.invocations.at(-1)?.eventType, "HANGUP");
    assert.equal(
      record?.invocations.every(({ reply, tookMs }) => reply !== undefined && tookMs !== undefined),
      true,
    );
    assert.deepEqual([record?.call.endType, record?.legs.length], ["hung-up", 1]);
    assert.equal(await past.get(idOf(1)), undefined);
    assert.equal(await past.get(`../one/${idOf(0)}`), undefined);
  });

  it("is deleted by its id, once, and no other file is", async () => {
    const folder = folderOf("deleted", ["no-rule"]);
    for (const index of [0, 1]) write(folder, byFunction, index);
    const past = createPastCalls(folder);
    assert.deepEqual([await past.delete(idOf(0)), await past.delete(idOf(0))], [true, false]);
    assert.equal(await past.delete(`refused/${idOf(0)}`), false);
    assert.deepEqual([await past.get(idOf(0)), (await past.get(idOf(1)))?.legs.length], [undefined, 1]);
    assert.equal((await past.searchRefused({ limit: 9 })).calls.length, 1);
  });
});
