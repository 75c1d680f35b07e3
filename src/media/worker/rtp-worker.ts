import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { systemClock, thisThreadId, thisThreadMs } from "../../kernel/index.ts";
import { chooseIo } from "../io/choose-io.ts";
import { createDiskFiles } from "../node/recorder/disk-thread.ts";
import type { RtpCommand, RtpEvent, WorkerStart } from "./messages.ts";
import { createInbox } from "./inbox.ts";
import { createOutbox } from "./outbox.ts";
import { createRtpHost } from "./rtp-host.ts";

const tellLoadEveryMs = 250;

// The entry of a media worker thread: joins the host to its port of the main thread, and ends when that is closed.
const { setting, port, gate } = workerData as WorkerStart;
const outbox = createOutbox<RtpEvent>((events) => port.postMessage(events));
const emit = (event: RtpEvent) => outbox.add(event);
// What was told before it ends by a fault.
process.once("exit", outbox.flush);
const { io, clock, bell, setPatient, setMail, chosen } = await chooseIo(setting.packets ?? "auto", gate);
emit({ type: "packets", chosen });
const files = createDiskFiles(setting.diskTurns ?? 1);
const workMs = () => systemClock.monotonicMs();
const host = createRtpHost(io, clock, setting, emit, { files, workMs, ...(setPatient && { setPatient }) });
emit({ type: "started", threadId: thisThreadId(), bell });
const startsWork = (command: RtpCommand) =>
  command.type === "open-browser" || (command.type === "open" && command.descriptors === undefined);
const inbox = createInbox<RtpCommand>(host.handle.bind(host), startsWork);
// By Node's loop where nothing is open.
port.on("message", inbox.take);
setMail?.(() => {
  for (let mail = receiveMessageOnPort(port); mail !== undefined; mail = receiveMessageOnPort(port)) {
    inbox.take(mail.message as readonly RtpCommand[]);
  }
});
port.on("close", () => process.exit());

const look = () => ({ atMs: systemClock.monotonicMs(), usedMs: thisThreadMs(), sessions: host.sessionCount() });
tellLoad(look());

/** Tells again and again what the thread used since `before`. */
function tellLoad(before: ReturnType<typeof look>): void {
  setTimeout(() => {
    const now = look();
    const used = now.usedMs === undefined || before.usedMs === undefined ? undefined : now.usedMs - before.usedMs;
    // The last report says that it is over.
    if (now.sessions + before.sessions > 0) {
      const share = used === undefined ? undefined : used / (now.atMs - before.atMs);
      if (share !== undefined) host.noteShare(share);
      emit({ type: "load", lateMs: host.takeLatenessMs(), share });
    }
    tellLoad(now);
  }, tellLoadEveryMs).unref();
}
