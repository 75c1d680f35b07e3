import { errorMessage, newId, silentLogger, type Clock } from "../../kernel/index.ts";
import { createUserAgent } from "../../sip/index.ts";
import { createTrunks } from "../../trunks/index.ts";
import { createCleanup } from "../cleanup.ts";
import type { Config } from "../config/types.ts";
import { openSipCertificates } from "./check-certificates.ts";
import type { SetupFinding } from "./finding.ts";

/** How long trunks have to answer an OPTIONS, which is repeated meanwhile. */
export const probeMs = 8_000;
const lookEveryMs = 50;
const rightWouldBe = "right would be an address, port and transport at which it takes SIP from here";

/** Addresses of trunks that do not answer an OPTIONS. It is sent from other ports than those of the server, which may run. */
export async function checkTrunks(config: Config, clock: Clock): Promise<readonly SetupFinding[]> {
  const trunks = config.trunks.filter(({ addresses }) => addresses.length > 0);
  if (trunks.length === 0) return [];
  const cleanup = createCleanup();
  try {
    const userAgent = cleanup.add(
      await createUserAgent({
        listeners: config.sip.listeners.map(({ transport, host }) => ({ transport, host, port: 0 })),
        ...{ userAgent: "Offhook check", clock, log: silentLogger },
        certificates: openSipCertificates(config, clock).current,
        onInvite: (call) => call.reject(503),
      }),
    );
    // None registers: the registrar would send calls here.
    const asked = trunks.map((trunk) => ({ ...trunk, registration: undefined, probeMs: 2 * probeMs }));
    const running = cleanup.add(
      createTrunks({
        ...{ userAgent, clock, log: silentLogger, random: Math.random, newId, trunks: asked, connectors: [] },
        standIn: () => undefined,
      }),
    );
    running.open();
    await untilProbed(() => running.describe(), clock);
    return running.describe().flatMap(({ name, addresses }) =>
      addresses.flatMap(({ address, probe }): readonly SetupFinding[] => {
        const why = probe === undefined ? `no answer to OPTIONS within ${probeMs / 1_000} s` : inWords(probe.failure);
        return why === undefined
          ? []
          : [{ severity: "error", where: `trunks.${name}`, what: `${address}: ${why}; ${rightWouldBe}` }];
      }),
    );
  } catch (error) {
    return [{ severity: "error", where: "trunks", what: errorMessage(error) }];
  } finally {
    await cleanup.run();
  }
}

/** A failure of a probe with what its code of the system means. */
function inWords(failure: string | undefined): string | undefined {
  const [, meaning] = Object.entries(meanings).find(([code]) => failure?.includes(code)) ?? [];
  return meaning === undefined ? failure : `${failure} (${meaning})`;
}

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "that host is there, and nothing listens at that port",
  ENETUNREACH: "no route leads there from the address of sip.listen",
  EHOSTUNREACH: "no route leads there, or that host is off",
  EINVAL: "no route leads there from the address of sip.listen",
};

type Described = readonly { readonly addresses: readonly { readonly probe?: unknown }[] }[];

/** Resolves when each address has answered or failed, or their time is over. */
function untilProbed(describe: () => Described, clock: Clock): Promise<void> {
  const untilMs = clock.monotonicMs() + probeMs;
  return new Promise((resolve) => {
    const look = () => {
      const isDone = describe().every(({ addresses }) => addresses.every(({ probe }) => probe !== undefined));
      if (isDone || clock.monotonicMs() >= untilMs) resolve();
      else clock.startTimer(lookEveryMs, look);
    };
    look();
  });
}
