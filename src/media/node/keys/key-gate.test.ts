import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeyGate } from "./key-gate.ts";

/** "e1" is a press of key 1 in the stream, "i1" an INFO of it, "+500" that so many milliseconds pass. */
const rows: readonly (readonly [title: string, input: string, keys: string])[] = [
  ["events only", "e1 e1 e2", "112"],
  ["INFO only, though events are agreed", "i1 i1 +9000 i2 +40 i2", "1122"],
  ["each key as event and then by INFO", "e1 i1 +200 e2 i2 +200 e3 i3 +200 e4 i4", "1234"],
  ["each key by INFO and then as event", "i1 e1 +200 i2 e2 +200 i3 e3 +200 i4 e4", "1234"],
  ["each key by INFO at its end", "e1 +100 i1 +100 e2 +100 i2", "12"],
  ["the same key twice, event first", "e1 i1 +200 e1 i1", "11"],
  ["the same key twice, INFO first", "i1 e1 +200 i1 e1", "11"],
  ["the same key twice, INFOs behind both events", "e1 +150 e1 i1 +10 i1", "11"],
  ["the same key twice, INFOs before both events", "i1 +20 i1 e1 +150 e1", "11"],
  ["an INFO that is sent again for seconds", "e1 +200 e2 i2 +200 e3 i3 +4000 i1", "123"],
  ["an INFO that is late behind a second press", "e1 +200 e1 +200 i1 +3000 i1", "11"],
  ["an event that was lost, its INFO not", "e1 i1 +200 i2 +200 e3 i3", "123"],
  ["an INFO that was lost, its event not", "i1 e1 +200 e2 +200 i3 e3", "123"],
  ["a key by INFO, and much later one as event", "i1 +60000 e1", "11"],
  ["a key as event, and much later one by INFO", "e1 +60000 i1", "11"],
];

for (const [title, input, keys] of rows) {
  test(title, () => {
    const gate = createKeyGate();
    let atMs = 0;
    let reported = "";
    for (const [kind = "", ...rest] of input.split(" ")) {
      const value = rest.join("");
      if (kind === "+") atMs += Number(value);
      else if (kind === "e" ? gate.pressBegins(value, atMs) : gate.keySignalled(value, atMs)) reported += value;
    }
    assert.equal(reported, keys);
  });
}
