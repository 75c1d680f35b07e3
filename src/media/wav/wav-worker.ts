import { parentPort } from "node:worker_threads";
import { decodeWavBytes } from "./decode-wav.ts";

// The entry of the decoding worker: one file in, one outcome out, in order.
const port = parentPort;
if (port === null) throw new Error("wav-worker runs as a worker thread only");
port.on("message", ({ request, bytes }: { request: number; bytes: Uint8Array }) => {
  port.postMessage({ request, outcome: decodeWavBytes(bytes) });
});
