import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { SipAddress, SipCertificates, SipNetwork, UserAgentOptions } from "../../sip/index.ts";
import { createManualClock } from "../manual-clock.ts";
import { createMemoryNetwork } from "../memory-network.ts";
import { openTestAgent } from "./sip-testbed.ts";
import type { TestCertificate } from "./tls-certificate.ts";

/** Where the server of the scene listens. */
export const tlsListener: SipAddress = { transport: "tls", host: "192.0.2.1", port: 5061 };

/** A server with this certificate alone. */
export const ownOnly = (own: TestCertificate): SipCertificates => ({ own, authorities: undefined });

/** A user agent that listens for TLS on a network in memory, and what connects to it. */
export async function openTlsScene(own: TestCertificate, isTrunk?: UserAgentOptions["isTrunk"]) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const held: { certificates: SipCertificates } = { certificates: ownOnly(own) };
  const server = await openTestAgent({
    ...{ network, clock, listeners: [tlsListener], certificates: () => held.certificates },
    ...(isTrunk === undefined ? {} : { isTrunk }),
  });
  /** Lets packets and handshakes go on until `isTrue`; they need turns of the event loop, and a few milliseconds of the clock. */
  const until = async (isTrue: () => boolean, turns = 2_000) => {
    for (let count = 0; count < turns && !isTrue(); count += 1) {
      if (count % 10 === 0) clock.advance(1);
      await turn();
    }
    assert.ok(isTrue(), `never came true: ${isTrue.toString()}`);
  };
  const openCaller = (authorities: string | undefined, its: SipNetwork = network, host = "192.0.2.7") =>
    openTestAgent({
      ...{ network: its, clock, listeners: [{ transport: "udp", host, port: 5060 }] },
      certificates: () => ({ own: undefined, authorities }),
    });
  const plain = () => {
    const stream = network.connectStream(tlsListener.host, tlsListener.port);
    const state = { isOpen: true };
    stream.start({ onBytes: () => undefined, onClosed: () => (state.isOpen = false) });
    return { state, send: (bytes: Uint8Array | string) => stream.write(Buffer.from(bytes)) };
  };
  const isIdle = () => {
    const { sockets, timers, transactions, dialogs } = server.agent.ledger();
    return sockets === 1 && timers + transactions + dialogs === 0;
  };
  return { clock, network, held, server, until, openCaller, plain, isIdle };
}
