import { createCauseLog, type Clock, type Logger } from "../../kernel/index.ts";
import { Correlator } from "./correlator.ts";
import { printHep, type CaptureAgent } from "./print-hep.ts";
import { openSender, type CaptureAddress } from "./senders.ts";

/** Where messages of SIP are told, and by whom. */
export interface CaptureSettings {
  readonly address: CaptureAddress;
  readonly agent: CaptureAgent;
}

/** Tells a capture server of each message of SIP. */
export interface Capture extends Pick<Correlator, "add" | "claim"> {
  /** Sends what waits. Never rejects. */
  close(): Promise<void>;
}

/** Opens it. Whether the capture server is there makes no difference to calls. */
export function openCapture(
  { address, agent }: CaptureSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Capture {
  const lost = createCauseLog(clock, log);
  const where = `${address.transport}://${address.host}:${address.port}`;
  const onLost = (why: string) =>
    lost.note({
      ...{ cause: "capture-server-away", level: "warn", facts: { server: where } },
      text: `a message could not be told to the capture server at ${where}: ${why}`,
    });
  const sender = openSender(address, { clock, onLost });
  const correlator = new Correlator(clock, (message) => sender.send(printHep(message, agent)));
  return {
    add: correlator.add,
    claim: correlator.claim,
    async close() {
      correlator.close();
      await sender.close();
      lost.close();
    },
  };
}
