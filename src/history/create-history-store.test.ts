import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { newTransactionId, silentLogger, type Logger } from "../kernel/index.ts";
import { defaultCompatibility, documentedLimits, type CallState } from "../call/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { driveCall, type CallDriver } from "../testing/internal/call-driver.ts";
import { legAudio } from "../testing/internal/leg-audio.ts";
import { historyText } from "../testing/internal/recorded-history.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { hangup, speak } from "../testing/internal/wire-actions.ts";
import { createHistoryStore, type HistoryStore, type HistoryStoreOptions } from "./create-history-store.ts";
import { parseHistory } from "./read-history.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-histories-"));
after(() => rmSync(root, { recursive: true, force: true }));

const call = driveCall({ script: [respond([speak("Hello"), hangup()])] });
call.advance(3_000);

function optionsFor(name: string, warnings: string[] = []): HistoryStoreOptions {
  const log: Logger = { ...silentLogger, warn: (_facts, message) => void warnings.push(message) };
  const settings = { limits: documentedLimits, compatibility: defaultCompatibility };
  return {
    folder: join(root, name),
    redact: false,
    keep: 0,
    settings,
    actions: call.rules.actions,
    clock: createManualClock(),
    log,
  };
}

/** Keeps a driven call as if it were another one. */
function keep(store: HistoryStore, { initialState, steps }: CallDriver): string {
  const state: CallState = { ...initialState, transactionId: newTransactionId() };
  const history = store.open(state);
  for (const step of steps) history.add(step.before, step);
  history.close();
  return `${state.transactionId}.jsonl`;
}

describe("the store of histories", () => {
  it("writes a file for each call, for its owner only, and counts it while it is open", async () => {
    const options = optionsFor("new/folder");
    const store = await createHistoryStore(options);

    const history = store.open(call.initialState);
    for (const step of call.steps) history.add(step.before, step);
    assert.equal(store.openFiles(), 1);
    history.close();
    await store.close();

    const path = join(options.folder, `${call.initialState.transactionId}.jsonl`);
    assert.equal(store.openFiles(), 0);
    assert.equal(readFileSync(path, "utf8"), historyText(call));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(options.folder).mode & 0o777, 0o700);
  });

  it("ends the files of calls that are still up when it is closed", async () => {
    const options = optionsFor("early");
    const store = await createHistoryStore(options);
    const history = store.open(call.initialState);
    for (const step of call.steps.slice(0, 2)) history.add(step.before, step);

    await store.close();

    for (const step of call.steps) history.add(step.before, step);
    history.close();
    const [name = ""] = readdirSync(options.folder);
    assert.equal(parseHistory(readFileSync(join(options.folder, name), "utf8")).steps.length, 2);
  });

  it("redacts when it is told to", async () => {
    const options = { ...optionsFor("redacted"), redact: true };
    const store = await createHistoryStore(options);
    const name = keep(store, call);
    await store.close();

    const text = readFileSync(join(options.folder, name), "utf8");
    assert.ok(!text.includes("Hello") && !text.includes("12065550100"), text);
    assert.equal(parseHistory(text).redacted, true);
  });

  it("keeps how the audio of a leg was, beside the steps; redacted, without the words in which addresses are", async () => {
    const problem = {
      type: "one-way",
      direction: "incoming",
      cause: "no-packets",
      message: "none from 192.0.2.1:4",
    } as const;
    const audio = legAudio({ problems: [problem] });
    for (const redact of [false, true]) {
      const options = { ...optionsFor(`audio-${redact}`), redact };
      const store = await createHistoryStore(options);
      const history = store.open(call.initialState);
      for (const step of call.steps) history.add(step.before, step);
      history.addAudio({ at: 7, participantTag: "LEG-A", audio });
      history.close();
      await store.close();

      const text = readFileSync(join(options.folder, `${call.initialState.transactionId}.jsonl`), "utf8");
      const read = parseHistory(text);
      const { message, ...rest } = problem;
      const problems = redact ? [rest] : [{ ...rest, message }];
      const kept = JSON.parse(JSON.stringify({ ...audio, problems })) as object;
      assert.deepEqual(read.audio, [{ at: 7, participantTag: "LEG-A", audio: kept }]);
      assert.equal(read.steps.length, call.steps.length);
      assert.equal(text.includes("192.0.2.1"), !redact);
    }
  });

  it("makes one line of the log of a folder that cannot be written, and goes on", async () => {
    const warnings: string[] = [];
    const options = optionsFor("blocked/by/a/file", warnings);
    writeFileSync(join(root, "blocked"), "");
    const store = await createHistoryStore(options);

    for (let calls = 0; calls < 5; calls += 1) keep(store, call);
    await store.close();

    assert.equal(store.openFiles(), 0);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /folder for histories cannot be made: ENOTDIR/);
  });

  it("makes a line of the log of a folder that was taken away", async () => {
    const warnings: string[] = [];
    const options = optionsFor("gone", warnings);
    const store = await createHistoryStore(options);
    rmSync(options.folder, { recursive: true });

    keep(store, call);
    await store.close();

    assert.deepEqual([store.openFiles(), warnings.length], [0, 1]);
    assert.match(warnings[0] ?? "", /history of a call could not be written: ENOENT/);
  });

  it("does not write over a file that is there", async () => {
    const warnings: string[] = [];
    const options = optionsFor("twice", warnings);
    const store = await createHistoryStore(options);
    const path = join(options.folder, `${call.initialState.transactionId}.jsonl`);
    writeFileSync(path, "mine");

    store.open(call.initialState).close();
    await store.close();

    assert.equal(readFileSync(path, "utf8"), "mine");
    assert.match(warnings[0] ?? "", /EEXIST/);
  });

  it("gives up a file, and not the call, when something cannot be written as JSON", async () => {
    const warnings: string[] = [];
    const store = await createHistoryStore(optionsFor("odd", warnings));
    const history = store.open(call.initialState);
    const [step] = call.steps;
    assert.ok(step);

    history.add(step.before, {
      ...step,
      effects: [{ do: "end-call", endType: "bye", cause: 10n as unknown as string }],
    });
    history.add(step.before, step);
    history.close();
    await store.close();

    assert.deepEqual([store.openFiles(), warnings.length], [0, 1]);
  });

  it("gives up a file that the disk cannot take in time, so that it never holds much memory", async () => {
    const warnings: string[] = [];
    const store = await createHistoryStore(optionsFor("slow", warnings));
    const history = store.open(call.initialState);
    const [step] = call.steps;
    assert.ok(step);

    // All in one turn of the event loop: nothing can be written meanwhile.
    for (let megabytes = 0; megabytes < 8; megabytes += 1) {
      const input = { ...step.input, type: "update-requested", arguments: { text: "x".repeat(1_048_576) } } as const;
      history.add(step.before, { ...step, input });
    }
    history.close();
    await store.close();

    assert.deepEqual([store.openFiles(), warnings.length], [0, 1]);
    assert.match(warnings[0] ?? "", /the disk is too slow/);
  });

  // Contract: records-histories
  it("keeps the newest calls, and does not touch what is not its own", async () => {
    const options = { ...optionsFor("many"), keep: 3 };
    mkdirSync(options.folder, { recursive: true });
    const old = Array.from({ length: 6 }, (_, index) => {
      const name = `${newTransactionId()}.jsonl`;
      writeFileSync(join(options.folder, name), "");
      utimesSync(join(options.folder, name), index + 1, index + 1);
      return name;
    });
    writeFileSync(join(options.folder, "notes.jsonl"), "");
    utimesSync(join(options.folder, "notes.jsonl"), 0, 0);

    const store = await createHistoryStore(options);
    await store.close();
    assert.deepEqual(readdirSync(options.folder).toSorted(), [...old.slice(3), "notes.jsonl"].toSorted());

    const later = await createHistoryStore(options);
    const made = [keep(later, call), keep(later, call)];
    await later.close();
    const again = await createHistoryStore(options);
    await again.close();
    assert.deepEqual(readdirSync(options.folder).toSorted(), [...old.slice(5), ...made, "notes.jsonl"].toSorted());
  });
});
