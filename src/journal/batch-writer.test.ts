import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AppError, createLogger } from "../kernel/index.ts";
import type { CallChange } from "../store/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { BatchWriter, collectMs, type Changing } from "./batch-writer.ts";

/** What is written is told by name and version. */
class Entry implements Changing {
  version = 0;
  written = 0;
  isBegun = false;
  isEnded = false;
  isLost = false;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  beginning(): CallChange {
    return this.takeChange();
  }

  takeChange(): CallChange {
    return { call: { transactionId: `${this.name}${this.version}` } } as CallChange;
  }

  giveBack(): void {}

  lose(): void {
    this.isLost = true;
  }
}

/** A writer over a database that does as it is told. */
function open() {
  const clock = createManualClock();
  const batches: string[][] = [];
  const asked: string[][] = [];
  const lines: string[] = [];
  const database = {
    why: undefined as string | undefined,
    poison: undefined as string | undefined,
    hold: undefined as Promise<void> | undefined,
    /** Of another process. */
    taken: undefined as string | undefined,
    /** What becomes of a beginning that is kept beside it; undefined: none is. */
    begin: undefined as ((name: string) => Promise<void>) | undefined,
  };
  const writer = new BatchWriter({
    records: {
      begin: ({ call }) => database.begin?.(call.transactionId),
      write: async (changes) => {
        asked.push(changes.map(({ call }) => call.transactionId));
        await database.hold;
        const names = changes.map(({ call }) => call.transactionId);
        if (database.why !== undefined) throw new Error(database.why);
        if (names.some((name) => database.poison !== undefined && name.startsWith(database.poison)))
          throw new AppError("STORE_REFUSED", "poison");
        batches.push(names);
        return names.filter((name) => database.taken !== undefined && name.startsWith(database.taken));
      },
    },
    nodeId: "n",
    clock,
    log: createLogger({ level: "warn", write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg) }),
  });
  const entries = new Map<string, Entry>();
  const entryOf = (name: string) => {
    const entry = entries.get(name) ?? new Entry(name);
    entries.set(name, entry);
    return entry;
  };
  const change = (name: string, withinMs: number = collectMs.told) => {
    const entry = entryOf(name);
    entry.version += 1;
    writer.note(entry, withinMs);
    return entry;
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const pass = async (ms: number) => {
    clock.advance(ms);
    await turn();
  };
  return { clock, batches, asked, lines, database, writer, change, turn, pass };
}

describe("what is kept of calls", () => {
  it("begins in its turn, and not behind another call that is being written", async () => {
    const { asked, database, change } = open();
    database.hold = new Promise(() => undefined);
    change("a");
    assert.deepEqual(asked, [["a1"]]);
    change("b");

    assert.deepEqual(asked, [["a1"], ["b1"]]);
  });

  it("begins beside the database where that has a quicker way, and is written to it with what is for the record", async () => {
    const { asked, database, writer, change, turn, pass } = open();
    const beside: string[] = [];
    database.begin = async (name) => void beside.push(name);
    let hasGoneOn = false;
    writer.whenWritten(change("a"), 1, 0, () => (hasGoneOn = true));
    assert.deepEqual([beside, hasGoneOn], [["a1"], false]);
    await turn();
    assert.deepEqual([hasGoneOn, asked], [true, []]);
    change("a", collectMs.noted);
    await pass(250);

    assert.deepEqual(asked, [["a2"]]);
    assert.equal(writer.counts().late, 0);
  });

  it("that began beside the database is written when somebody waits for more, and before that time with what its function is told", async () => {
    const { asked, database, writer, change, turn, pass } = open();
    database.begin = async () => undefined;
    const waited = change("a");
    change("b");
    await turn();
    change("b", collectMs.told);
    await pass(50);
    assert.deepEqual(asked, [["b2"]]);
    waited.version += 1;
    writer.note(waited, collectMs.noted);
    writer.whenWritten(waited, 2, 0, () => undefined);

    assert.deepEqual(asked.slice(1), [["a2"]]);
  });

  it("begins in the database where it cannot be kept beside it", async () => {
    const { asked, database, writer, change, turn } = open();
    database.begin = async () => {
      throw new Error("no room");
    };
    let hasGoneOn = false;
    writer.whenWritten(change("a"), 1, 0, () => (hasGoneOn = true));
    await turn();

    assert.deepEqual([asked, hasGoneOn], [[["a1"]], true]);
  });

  it("begins beside a database that takes nothing, without being late; where neither takes it, nobody waits", async () => {
    const { asked, database, writer, change, turn } = open();
    database.why = "away";
    change("a");
    await turn();
    const gone: string[] = [];
    database.begin = async () => undefined;
    writer.whenWritten(change("b"), 1, 0, () => gone.push("b"));
    await turn();
    assert.deepEqual([gone, writer.counts().late, asked.length], [["b"], 0, 1]);
    database.begin = () => Promise.reject(new Error("no room"));
    writer.whenWritten(change("c"), 1, 0, () => gone.push("c"));
    await turn();

    assert.deepEqual([gone, writer.counts().late, asked.length], [["b", "c"], 1, 1]);
  });

  it("takes along what else has changed, but no call that is being written", async () => {
    const { asked, database, change, turn, pass } = open();
    let goOn: () => void = () => undefined;
    change("a");
    await turn();
    database.hold = new Promise<void>((resolve) => (goOn = resolve));
    change("a", collectMs.told);
    change("b");
    change("a");
    change("c");
    assert.deepEqual(asked, [["a1"], ["b1", "a2"], ["c1"]]);
    goOn();
    await turn();
    await pass(50);
    assert.deepEqual(asked.slice(3), [["a3"]]);
  });

  it("is written in a few batches at one time, and the next ones together when one of them is done", async () => {
    const { asked, database, change, turn } = open();
    let goOn: () => void = () => undefined;
    database.hold = new Promise<void>((resolve) => (goOn = resolve));
    for (const name of ["a", "b", "c", "d", "e"]) change(name);
    assert.equal(asked.length, 2);
    goOn();
    await turn();

    assert.deepEqual(asked.slice(2), [["c1", "d1", "e1"]]);
  });

  it("is collected longer where it is for the record only", async () => {
    const { batches, change, turn, pass } = open();
    change("a");
    await turn();
    change("a", collectMs.noted);
    await pass(collectMs.noted - 1);
    assert.equal(batches.length, 1);
    await pass(1);

    assert.deepEqual(batches.slice(1), [["a2"]]);
  });

  it("is not taken along while it is for the record only, but with others that are, and by whoever waits for it", async () => {
    const { batches, writer, change, turn, pass } = open();
    for (const name of ["a", "b", "c"]) change(name);
    await turn();
    change("a", collectMs.noted);
    await pass(200);
    change("b", collectMs.noted);
    const waited = change("c", collectMs.noted);
    change("d");
    await turn();
    assert.deepEqual(batches.slice(3), [["d1"]]);
    writer.whenWritten(waited, 2, 0, () => undefined);
    await turn();
    assert.deepEqual(batches.slice(4), [["c2"]]);
    await pass(50);

    assert.deepEqual(batches.slice(5), [["a2", "b2"]]);
    assert.equal(writer.counts().waiting, 0);
  });

  it("that is for the record only is written at the end, and once a database is back, as the rest", async () => {
    const { batches, database, writer, change, turn, pass } = open();
    for (const name of ["a", "b"]) change(name);
    await turn();
    change("a", collectMs.noted);
    database.why = "away";
    change("c");
    await turn();
    database.why = undefined;
    await pass(250);
    assert.deepEqual(batches.slice(2).flat().sort(), ["a2", "c1"]);
    change("b", collectMs.noted);
    await writer.close();

    assert.deepEqual(batches.at(-1), ["b2"]);
  });

  it("is not collected longer because something else may be", async () => {
    const { batches, change, turn, pass } = open();
    change("a");
    await turn();
    change("a", collectMs.noted);
    change("a", collectMs.told);
    await pass(50);

    assert.deepEqual(batches.slice(1), [["a3"]]);
  });

  it("is collected for a moment where nobody waits, and written as it is then", async () => {
    const { batches, change, turn, pass } = open();
    change("a");
    await turn();
    change("a");
    change("a");
    await pass(49);
    assert.equal(batches.length, 1);
    await pass(1);

    assert.deepEqual(batches.slice(1), [["a3"]]);
  });

  it("writes what may wait with what comes before its time, else then", async () => {
    const { batches, writer, change, turn, pass } = open();
    const events: string[] = [];
    const wait = (name: string) => {
      change(name);
      writer.whenWritten(change(name), 3, collectMs.owed, () => void events.push(name));
    };
    change("a");
    change("b");
    await turn();
    wait("a");
    await pass(collectMs.owed - 1);
    assert.deepEqual(events, []);
    change("c");
    await turn();
    assert.deepEqual([events, batches.at(-1)], [["a"], ["c1", "a3"]]);
    wait("b");
    await pass(collectMs.owed - 1);
    assert.deepEqual(events, ["a"]);
    await pass(1);

    assert.deepEqual([events, batches.at(-1)], [["a", "b"], ["b3"]]);
  });

  it("lets who waits go on at once when it is written already, else when it is", async () => {
    const { batches, database, writer, change, turn } = open();
    const events: string[] = [];
    let goOn: () => void = () => undefined;
    database.hold = new Promise<void>((resolve) => (goOn = resolve));
    const entry = change("a");
    writer.whenWritten(entry, 1, 0, () => void events.push("first"));
    await turn();
    assert.equal(events.length, 0);
    goOn();
    await turn();
    assert.deepEqual(events, ["first"]);
    writer.whenWritten(entry, 1, 0, () => void events.push("known"));
    assert.deepEqual(events, ["first", "known"]);
    change("a");
    writer.whenWritten(entry, 2, 0, () => void events.push("second"));
    await turn();

    assert.deepEqual(
      [events, batches],
      [
        ["first", "known", "second"],
        [["a1"], ["a2"]],
      ],
    );
    assert.deepEqual(writer.counts(), { waiting: 0, late: 0, lost: 0 });
  });

  it("lets nobody wait long for a database that says nothing, and counts it", async () => {
    const { database, writer, change, pass } = open();
    database.hold = new Promise(() => undefined);
    let isOn = false;
    writer.whenWritten(change("a"), 1, 0, () => (isOn = true));
    await pass(4_999);
    assert.equal(isOn, false);
    await pass(1);
    assert.deepEqual([isOn, writer.counts().late], [true, 1]);
    writer.whenWritten(change("b"), 1, 0, () => (isOn = false));

    assert.deepEqual([isOn, writer.counts().late], [false, 2]);
  });

  it("waits for a database that fails, lets calls go on, says so once, and is written when it is back", async () => {
    const { batches, lines, database, writer, change, turn, pass } = open();
    database.why = "the disk is full";
    let onward = 0;
    writer.whenWritten(change("a"), 1, 0, () => onward++);
    await turn();
    writer.whenWritten(change("b"), 1, 0, () => onward++);
    change("a");
    for (const ms of [250, 1_000, 2_000, 5_000, 5_000]) await pass(ms);
    assert.deepEqual([onward, batches.length], [2, 0]);
    assert.deepEqual(writer.counts(), { waiting: 2, late: 2, lost: 0 });
    assert.deepEqual(lines, [
      "calls cannot be written to the database, and go on: the disk is full; it is tried again",
    ]);

    database.why = undefined;
    for (const ms of [5_000, 50, 50]) await pass(ms);
    assert.deepEqual(batches.flat().sort(), ["a2", "b1"]);
    assert.equal(lines[1], "calls are written to the database again");
    assert.deepEqual(writer.counts(), { waiting: 0, late: 2, lost: 0 });
  });

  it("gives up one that the database refuses, says so, and writes the others at once", async () => {
    const { batches, lines, database, writer, change, turn, pass } = open();
    for (const name of ["a", "bad", "b", "c"]) change(name);
    await turn();
    database.poison = "bad";
    for (const name of ["a", "bad", "b", "c"]) change(name);
    await pass(50);
    for (let turns = 0; turns < 10; turns++) await turn();

    assert.deepEqual(
      batches.flat().filter((name) => name.endsWith("2")),
      ["a2", "b2", "c2"],
    );
    assert.deepEqual(writer.counts(), { waiting: 0, late: 0, lost: 1 });
    assert.deepEqual(lines, ["the database does not take a call: poison"]);
  });

  it("lets who waits for one that the database refuses go on at once", async () => {
    const { database, writer, change, turn } = open();
    database.poison = "bad";
    let onward = 0;
    const entry = change("bad");
    writer.whenWritten(entry, 1, 0, () => onward++);
    await turn();
    assert.equal(onward, 1);
    writer.whenWritten(entry, 1, 0, () => onward++);

    assert.deepEqual([onward, writer.counts()], [2, { waiting: 0, late: 2, lost: 1 }]);
  });

  it("is not told by who waited for it, nor written again, once another process has it", async () => {
    const { batches, database, writer, change, turn, pass } = open();
    for (const name of ["mine", "theirs"]) change(name);
    await turn();
    database.taken = "theirs";
    const [mine, theirs] = ["mine", "theirs"].map((name) => change(name));
    let told = "";
    writer.whenWritten(mine as Entry, 2, 0, () => (told += "mine"));
    writer.whenWritten(theirs as Entry, 2, 0, () => (told += "theirs"));
    await pass(50);
    await turn();
    writer.whenWritten(theirs as Entry, 2, 0, () => (told += "theirs"));
    await pass(10_000);
    assert.deepEqual([told, theirs?.isLost, writer.counts()], ["mine", true, { waiting: 0, late: 0, lost: 0 }]);
    assert.deepEqual(batches.flat(), ["mine1", "theirs1", "mine2", "theirs2"]);
  });

  it("keeps no more than a number of those that have ended for a database that is away", async () => {
    const { database, writer, change, turn, pass } = open();
    database.why = "away";
    for (let index = 0; index < 5_200; index++) change(`call${index}-`).isEnded = true;
    await turn();
    await pass(250);

    assert.deepEqual(writer.counts(), { waiting: 5_000, late: 0, lost: 200 });
  });

  it("is written at the end, and what is not is told", async () => {
    const { batches, change, writer, turn } = open();
    change("a");
    await turn();
    change("a");
    await writer.close();
    assert.deepEqual(batches, [["a1"], ["a2"]]);

    const other = open();
    other.database.why = "away";
    other.change("a");
    await other.writer.close();
    assert.deepEqual(other.lines.at(-1), "what became of 1 calls could not be written");
    assert.equal(other.writer.counts().lost, 1);
  });
});
