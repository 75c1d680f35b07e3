import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { chooseWorker } from "./choose-worker.ts";
import { startWorker } from "./worker-handle.ts";
import { createThreadStarter } from "./thread-starter.ts";
import type { RtpCommand } from "./messages.ts";

const aWorker = (share: number, sessions: number, lateMs = 20, expected = share) => ({
  load: () => ({ share, lateMs }),
  expectedShare: () => expected,
  sessionCount: () => sessions,
});

test("a worker is filled up to half a processor before another is begun, among those that have time", () => {
  const workers = [aWorker(0.3, 4), aWorker(0.2, 9), aWorker(0.71, 1, 20, 0.1), aWorker(0.55, 80)];

  assert.equal(chooseWorker(workers), workers[0]);
});

test("once all need half a processor, a session goes to the one that needs least", () => {
  const workers = [aWorker(0.6, 4), aWorker(0.52, 9), aWorker(0.65, 1)];

  assert.equal(chooseWorker(workers), workers[1]);
});

test("of workers that need the same, a session goes to the one with the most", () => {
  const workers = [aWorker(0, 2), aWorker(0, 3), aWorker(0, 1)];

  assert.equal(chooseWorker(workers), workers[1]);
});

test("a session is refused when every worker is busy or none runs", () => {
  assert.throws(() => chooseWorker([aWorker(0.8, 1), aWorker(0.84, 2)]), {
    code: "MEDIA_OVERLOADED",
    message:
      "the media workers have too much to do (80 % of a processor, ticks 20.0 ms late, 84 % of a processor, ticks 20.0 ms late)",
  });
  assert.throws(() => chooseWorker([]), { code: "MEDIA_OVERLOADED", message: /none runs/ });
});

test("a worker that works much and is on time (as while it warms up), or is late without working much, takes sessions", () => {
  assert.ok(chooseWorker([aWorker(0.99, 500, 2)]));
  assert.ok(chooseWorker([aWorker(0.1, 5, 300)]));
});

test("a worker without sessions never refuses, whatever it said last", () => {
  assert.ok(chooseWorker([aWorker(1, 0, 300)]));
});

test("a worker that ends by itself tells its sessions, its mixers, its owner, and whoever waits", async () => {
  const reported: string[] = [];
  const starter = createThreadStarter();
  const ended = new Promise<void>((resolve) => {
    const worker = startWorker(
      { rtpTimeoutMs: 0, holdTimeoutMs: 0 },
      silentLogger,
      {
        onFailed: () => {
          reported.push("owner");
          resolve();
        },
        onPackets: () => undefined,
      },
      starter.start,
    );
    worker.setDelegate(1, { onLost: () => reported.push("session") });
    worker.setDelegate(2, {});
    const ignore = { onLevels: () => undefined, onMediaFlows: () => undefined, onMediaLost: () => undefined };
    worker.setMixer(1, { ...ignore, onLost: () => reported.push("mixer") });
    // No command at all is the one thing that a worker cannot take.
    worker.tell(null as unknown as RtpCommand);
    worker
      .ask((request) => ({ type: "stats", request, session: 1 }))
      .catch((error: { code: string }) => void reported.push(error.code));
  });

  await ended;
  await Promise.resolve();

  await starter.close();
  assert.deepEqual(new Set(reported), new Set(["MEDIA_WORKER_FAILED", "session", "mixer", "owner"]));
});
