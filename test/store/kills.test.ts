import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { killOften } from "./kill-load.ts";

// Contract: events-after-a-loss, records-details-kept
it("a server that is killed loses nothing that its calls owed, dials nobody twice and leaves no process (npm run kills does it a hundred times)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-kills-"));
  const seed = Math.floor(Math.random() * 1e6);
  const account = await killOften({ times: 1, seed, folder });
  const { lost, unmarked, dialledTwice, undelivered, unrecorded, recordedTwice, orphans, answered, created } = account;

  assert.deepEqual(
    { lost, unmarked, dialledTwice, undelivered, unrecorded, recordedTwice, orphans },
    {
      ...{ lost: [], unmarked: [], dialledTwice: [], undelivered: [], unrecorded: [], recordedTwice: [], orphans: [] },
    },
    `seed ${seed}`,
  );
  assert.ok(answered + created > 0, "no call was answered");
  rmSync(folder, { recursive: true });
});
