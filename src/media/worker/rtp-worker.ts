import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../kernel/index.ts";
import { createDgramIo } from "../io/dgram.ts";
import type { RtpCommand, RtpWorkerSetting } from "./messages.ts";
import { createRtpHost } from "./rtp-host.ts";

// The entry of a media worker thread: joins the host to the thread's port.
const port = parentPort;
if (port === null) throw new Error("rtp-worker runs as a worker thread only");
const host = createRtpHost(createDgramIo(), systemClock, workerData as RtpWorkerSetting, (event) =>
  port.postMessage(event),
);
port.on("message", (command: RtpCommand) => host.handle(command));
