import { extname } from "node:path";

/** The address of a worker's entry file beside `moduleUrl`, in whichever form (source or compiled) this code runs.
 * @param name path without ending, for example `./rtp-worker` */
export function workerUrl(name: string, moduleUrl: string): URL {
  return new URL(name + extname(new URL(moduleUrl).pathname), moduleUrl);
}
