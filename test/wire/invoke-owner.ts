import { createInvoker } from "../../src/invoke/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";

// The body of a server process that another test kills: it opens the handler named by its argument, invokes it and writes
// each console line of the function to its own output.
const [, , file = ""] = process.argv;
const local = {
  kind: "file" as const,
  name: "fn",
  file,
  handler: "handler",
  inherited: {},
  environment: {},
  timeoutMs: 20_000,
  maxProcesses: 2,
  reload: true,
};
const invoker = await createInvoker({
  functions: [local],
  region: "us-east-1",
  accountId: "111122223333",
  clock: systemClock,
  log: silentLogger,
  onOutput: ({ line }) => void process.stdout.write(`${line}\n`),
});
setInterval(() => undefined, 1_000);
await Promise.all([invoker.invoke("fn", { index: 1 }, 20_000), invoker.invoke("fn", { index: 2 }, 20_000)]);
