import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { answerOffer } from "../../src/sdp/index.ts";
import { createUserAgent, type SipAddress } from "../../src/sip/index.ts";
import { readCpu } from "../cpu.ts";
import { serveCommands } from "../peer.ts";

serveCommands({
  async start(): Promise<SipAddress> {
    const agent = await createUserAgent({
      listeners: [{ transport: "udp", host: "127.0.0.1", port: 0 }],
      userAgent: "offhook-bench",
      clock: systemClock,
      log: silentLogger,
      onInvite(call) {
        call.delegate = { onEnded: () => undefined };
        const outcome = answerOffer(call.offer ?? "", {
          address: "127.0.0.1",
          port: 40_000,
          codecs: ["PCMU", "PCMA"],
          sessionId: "1",
          sessionVersion: 1,
        });
        if (outcome.type === "agreed") call.answer(outcome.answer);
        else call.reject(488);
      },
    });
    const [address] = agent.listeners;
    if (address === undefined) throw new Error("no listener");
    return address;
  },
  cpu: readCpu,
});
