import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import { createMessageLogs, type MessageLogs } from "../message-logs/index.ts";
import type { Store } from "../store/index.ts";
import type { Config } from "./config/config.ts";
import type { OwnedNumbers } from "./owned-numbers.ts";

/** What the logs of messages are opened with. */
interface Parts {
  readonly config: Pick<Config, "messageLogs" | "region" | "postgres">;
  readonly store: Pick<Store, "applications" | "connectors">;
  readonly ownedNumbers: Pick<OwnedNumbers, "voiceConnectorOf">;
  /** The id of the Voice Connector that a trunk is. */
  readonly connectorOfTrunk: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The logs of messages as the API has switched them. */
export interface SwitchedLogs extends Omit<MessageLogs, "switch"> {
  /** Reads the switches anew; rejects never. */
  refresh(): Promise<void>;
}

/** Between reads of the switches, which another server may have changed. */
const readMs = 5_000;
const pageSize = 1_000;

/** Opens them. */
export async function openMessageLogs(parts: Parts): Promise<SwitchedLogs> {
  const { config, store, ownedNumbers, connectorOfTrunk, clock, log } = parts;
  const { messageLogs, region, postgres } = config;
  const logs = createMessageLogs({
    ...{ ...messageLogs, region, clock, log },
    connectorOf: (number) => ownedNumbers.voiceConnectorOf(number),
    connectorOfTrunk,
  });
  const timers: { next?: Timer } = {};
  const refresh = async () => {
    try {
      logs.switch({ applications: await loggedApplications(store), ...(await loggedConnectors(store)) });
    } catch (error) {
      log.warn({ err: error }, `whose messages are logged stays as it was: ${errorMessage(error)}`);
    }
  };
  const follow = () => {
    timers.next = clock.startTimer(readMs, () => void refresh().then(follow));
  };
  await refresh();
  if (postgres !== undefined) follow();
  return {
    message: (entry) => logs.message(entry),
    observe: (observation) => logs.observe(observation),
    audio: (leg, session) => logs.audio(leg, session),
    refresh,
    close() {
      timers.next?.cancel();
      return logs.close();
    },
  };
}

async function loggedApplications({ applications }: Pick<Store, "applications">): Promise<ReadonlySet<string>> {
  const logged = new Set<string>();
  let token: string | undefined;
  do {
    const page = await applications.list({ limit: pageSize, token });
    for (const { id, messageLogs } of page.rows) if (messageLogs === true) logged.add(id);
    token = page.nextToken;
  } while (token !== undefined);
  return logged;
}

async function loggedConnectors({ connectors }: Pick<Store, "connectors">) {
  const all = await connectors.all();
  const having = (what: "sip" | "media") => new Set(all.filter(({ logging }) => logging[what]).map(({ id }) => id));
  return { connectors: having("sip"), audioOfConnectors: having("media") };
}
