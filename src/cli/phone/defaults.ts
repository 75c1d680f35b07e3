import { existsSync } from "node:fs";
import { join } from "node:path";
import { usualTransport, withBrackets } from "../../sip-syntax/index.ts";
import { loadConfig, type Config, type SipAddress } from "../../app/index.ts";
import { strangerTo } from "../stranger.ts";

/** What a phone takes from the `offhook.yaml` of its folder when it is not told otherwise. */
export interface PhoneDefaults {
  /** host:port of the server. */
  readonly server: string;
  readonly transport: SipAddress["transport"];
  /** The first number that a rule answers; undefined when there is none. */
  readonly number: string | undefined;
  /** A number that is none of the server's. */
  readonly from: string;
  /** Whom the phone registers as: the first of the configuration, else anybody, as a server of development takes them. */
  readonly account: { readonly username: string; readonly password?: string | undefined };
}

/** Reads the `offhook.yaml` in `folder`; undefined without one. Throws `APP_BAD_CONFIG`. */
export function findPhoneDefaults(folder: string): PhoneDefaults | undefined {
  if (!existsSync(join(folder, "offhook.yaml"))) return undefined;
  const config = loadConfig({ folder, mode: "development", environment: process.env });
  const { listeners } = config.sip;
  const { name, defaultPort } = usualTransport;
  const { host, port, transport } = listeners.find((one) => one.transport === name) ??
    listeners[0] ?? { host: "127.0.0.1", port: defaultPort, transport: name };
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return {
    server: `${withBrackets(reachable)}:${port}`,
    transport,
    number: config.rules.find(({ triggerType, disabled }) => triggerType === "ToPhoneNumber" && !disabled)
      ?.triggerValue,
    from: strangerTo(config),
    account: accountOf(config),
  };
}

function accountOf(config: Config): PhoneDefaults["account"] {
  const [phone] = config.phones;
  return phone === undefined ? { username: strangerTo(config) } : { username: phone.name, password: phone.password };
}
