import { parentPort, workerData } from "node:worker_threads";
import { systemClock, thisThreadMs } from "../../kernel/index.ts";
import { createDgramIo } from "../io/dgram.ts";
import type { RtpCommand, RtpEvent, RtpWorkerSetting } from "./messages.ts";
import { createRtpHost } from "./rtp-host.ts";

const tellLoadEveryMs = 250;

// The entry of a media worker thread: joins the host to the thread's port.
const port = parentPort;
if (port === null) throw new Error("rtp-worker runs as a worker thread only");
const emit = (event: RtpEvent) => port.postMessage(event);
const host = createRtpHost(createDgramIo(), systemClock, workerData as RtpWorkerSetting, emit);
port.on("message", (command: RtpCommand) => host.handle(command));

const before = { atMs: systemClock.monotonicMs(), usedMs: thisThreadMs(), sessions: 0 };
setInterval(() => {
  const [atMs, usedMs, sessions] = [systemClock.monotonicMs(), thisThreadMs(), host.sessionCount()];
  const used = usedMs === undefined || before.usedMs === undefined ? undefined : usedMs - before.usedMs;
  // The last report says that it is over.
  if (sessions + before.sessions > 0) {
    const share = used === undefined ? undefined : used / (atMs - before.atMs);
    emit({ type: "load", lateMs: host.takeLatenessMs(), share });
  }
  Object.assign(before, { atMs, usedMs, sessions });
}, tellLoadEveryMs).unref();
