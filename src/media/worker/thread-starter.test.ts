import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { test } from "node:test";
import type { RtpCommand, RtpEvent } from "./messages.ts";
import type { RtpThread } from "./rtp-thread.ts";
import { createThreadStarter } from "./thread-starter.ts";

const tasks = () => readdirSync("/proc/self/task");
const nicenessOf = (task: string) =>
  Number(
    readFileSync(`/proc/self/task/${task}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ")[16],
  );

test(
  "a media worker that takes the place of a dead one has the priority of the first, though the main thread's was lowered",
  { skip: process.platform === "linux" ? false : "priorities are those of threads on Linux only" },
  async (t) => {
    const started = getPriority();
    t.after(() => setPriority(process.pid, started));
    const starter = createThreadStarter();
    const setting = { rtpTimeoutMs: 0, holdTimeoutMs: 0 };
    t.after(() => starter.close());
    let tell: (error: string) => void = () => undefined;
    const failure = new Promise<string>((resolve) => {
      tell = resolve;
    });
    /** Starts a thread and resolves when it works. */
    const start = () => {
      const holder: { exited?: Promise<void>; thread?: RtpThread } = {};
      const works = new Promise<void>((resolve) => {
        holder.exited = new Promise((onExit) => {
          const owner = { onEvent: () => resolve(), onError: (error: unknown) => tell(String(error)), onExit };
          holder.thread = starter.start(setting, owner);
        });
      });
      // Of an address that nobody has, so that nothing is opened.
      const open = { request: 1, session: 1, address: "192.0.2.1", port: 2 } as const;
      holder.thread?.post({ type: "open", ...open });
      return works.then(() => holder);
    };

    const first = await start();
    setPriority(process.pid, Math.min(19, started + 5));
    // No command at all is the one thing that a worker cannot take.
    first.thread?.post(null as unknown as RtpCommand);
    await first.exited;
    const before = new Set(tasks());
    const second = await start();
    const added = tasks().filter((task) => !before.has(task));

    assert.match(await failure, /TypeError/);
    assert.ok(added.map(nicenessOf).includes(started));
    await second.thread?.close();
  },
);

test("a media worker on batched packets that is closed at once has loaded its native code before it ends", async () => {
  const starter = createThreadStarter();
  const reported: string[] = [];
  const owner = {
    onEvent: ({ type }: RtpEvent) => void reported.push(type),
    onError: (error: unknown) => void reported.push(String(error)),
    onExit: () => void reported.push("exit"),
  };

  await starter.start({ rtpTimeoutMs: 0, holdTimeoutMs: 0, packets: "batched" }, owner).close();
  await starter.close();

  assert.equal(reported[0], "packets");
  assert.equal(reported.at(-1), "exit");
});
