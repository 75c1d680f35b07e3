import { parentPort, Worker, type MessagePort } from "node:worker_threads";
import type { RtpWorkerSetting } from "./messages.ts";
import type { ThreadReport } from "./thread-starter.ts";
import { workerUrl } from "../worker-url.ts";

interface Order {
  readonly id: number;
  readonly setting: RtpWorkerSetting;
  readonly port: MessagePort;
}

// The entry of the starter thread: starts the media workers, which talk to the main thread by ports of their own.
parentPort?.on("message", ({ id, setting, port }: Order) => {
  const url = workerUrl("./rtp-worker", import.meta.url);
  const worker = new Worker(url, { workerData: { setting, port }, transferList: [port], name: "offhook-media" });
  const report = (words: ThreadReport) => parentPort?.postMessage(words);
  worker.on("error", (error) => report({ type: "failed", id, why: String(error) }));
  worker.on("exit", () => report({ type: "ended", id }));
});
