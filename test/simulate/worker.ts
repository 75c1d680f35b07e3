/** A worker thread that simulates the calls it is told to and posts what they showed. */
import { parentPort } from "node:worker_threads";
import { simulateCalls, type RunOptions } from "./run.ts";

parentPort?.on("message", (options: RunOptions) => parentPort?.postMessage(simulateCalls(options)));
