import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../kernel/index.ts";
import { createPendingRecordings } from "./pending-recordings.ts";

test("each recording gets its own beginning and outcome; when the worker ends, the others are told where their part lies", async () => {
  const pending = createPendingRecordings();
  const [one, other] = [pending.expect("/r/one.wav"), pending.expect("/r/other.wav")];
  const outcome = { type: "failed", systemCode: "EIO", why: "broken", path: undefined, samples: 0 } as const;
  pending.begin(one.number, true);
  pending.begin(99, true);
  pending.settle(one.number, outcome);
  pending.settle(99, outcome);
  pending.failAll((path) => new AppError("MEDIA_WORKER_FAILED", "ended", { details: { path } }));

  assert.equal(await one.begun, true);
  assert.deepEqual(await one.outcome, outcome);
  await assert.rejects(other.outcome, { code: "MEDIA_WORKER_FAILED", details: { path: "/r/other.wav.part" } });
});
