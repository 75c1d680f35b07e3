/** Callers by script of a server that runs. */
export { runCaller } from "./run-caller.ts";
