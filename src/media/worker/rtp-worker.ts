import { workerData, type MessagePort } from "node:worker_threads";
import { systemClock, thisThreadMs } from "../../kernel/index.ts";
import { createDgramIo } from "../io/dgram.ts";
import type { RtpCommand, RtpEvent, RtpWorkerSetting } from "./messages.ts";
import { runInRealTime } from "./real-time.ts";
import { createRtpHost } from "./rtp-host.ts";

const tellLoadEveryMs = 250;

// The entry of a media worker thread: joins the host to its port of the main thread, and ends when that is closed.
await runInRealTime();
const { setting, port } = workerData as { readonly setting: RtpWorkerSetting; readonly port: MessagePort };
const emit = (event: RtpEvent) => port.postMessage(event);
const host = createRtpHost(createDgramIo(), systemClock, setting, emit);
port.on("message", (command: RtpCommand) => host.handle(command));
port.on("close", () => process.exit());

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
