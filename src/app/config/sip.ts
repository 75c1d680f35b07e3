import { isIP, isIPv6 } from "node:net";
import { resolve } from "node:path";
import {
  isHostName,
  parseHostPort,
  parseNetwork,
  transports,
  transportWords,
  withBrackets,
} from "../../sip-syntax/index.ts";
import { isLoopback, parseHost, parseListenAddress } from "./address.ts";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";
import type { AdvertisedHost, Config, ConfiguredListener } from "./types.ts";
import type { RawConfig } from "../settings/configuration.ts";

interface SipOptions {
  readonly folder: string;
  /** In place of the port of every listener. */
  readonly port: number | undefined;
  readonly mode: "development" | "production";
  readonly report: Report;
}

/** Reads `sip`. */
export function resolveSip(raw: RawConfig, options: SipOptions): Config["sip"] {
  const { report } = options;
  const { sip } = raw;
  const everywhere = readAdvertised(sip.advertise, ["sip", "advertise"], report, "without");
  return {
    listeners: resolveListeners(raw, options, everywhere),
    tls: resolveTls(raw, options),
    largestDatagramBytes: sip.largestDatagram,
    symmetric: sip.symmetric,
    acceptRefer: sip.acceptRefer,
    srtp: sip.srtp,
    guard: resolveGuard(raw, options.mode),
    webSocket: { ...sip.webSocket, onApi: sip.webSocket.onApi ?? options.mode === "development" },
    localNetworks: sip.localNetworks.flatMap((text, index) => {
      const network = parseNetwork(text);
      if (network !== undefined) return [network];
      const rule = "it must be a network such as 10.0.0.0/8 or fd00::/8, or an IP address";
      report(["sip", "localNetworks", index], `found "${text}", but ${rule}`);
      return [];
    }),
  };
}

function resolveGuard(raw: RawConfig, mode: SipOptions["mode"]): Config["sip"]["guard"] {
  const { strangers, requestsPerSecond, banSeconds } = raw.sip;
  const usual = mode === "production" && knowsPeers(raw) ? "refuse" : "accept";
  return { strangers: strangers ?? usual, requestsPerSecond, banMs: banSeconds * 1_000 };
}

/** Whether the configuration names anybody who calls, so that others are strangers. */
function knowsPeers({ trunk, trunks, voiceConnectors, phones }: RawConfig): boolean {
  return trunk?.address !== undefined || [trunks, voiceConnectors, phones].some((all) => Object.keys(all).length > 0);
}

function resolveListeners(
  { sip }: RawConfig,
  { port, report }: SipOptions,
  everywhere: AdvertisedHost | undefined,
): readonly ConfiguredListener[] {
  const rule = `it must be ${transportWords("or", transports)} with an IP address, for example udp://127.0.0.1:5060`;
  const listeners = sip.listen.flatMap((written, index) => {
    const path = ["sip", "listen", index] as const;
    const { address: text, advertise } = entryOf(written);
    const address = parseListenAddress(text);
    if (address === undefined) report(path, `found "${text}", but ${rule}`);
    const outside = readAdvertised(advertise, [...path, "advertise"], report, "with") ?? everywhere;
    if (address === undefined) return [];
    if (address.transport === "ws" && !isLoopback(address.host) && !sip.webSocket.allowPlain)
      report(path, `found "${text}", which other machines reach without TLS: use wss, or sip.webSocket.allowPlain`);
    const why = advertise === undefined || outside === undefined ? undefined : whyOfNobody(address.host, outside.host);
    if (why !== undefined) report([...path, "advertise"], `found "${advertise}", ${why}`);
    return [{ ...address, port: port ?? address.port, ...(outside === undefined ? {} : { advertise: outside }) }];
  });
  reportTwice(listeners, report);
  return listeners;
}

/** Why nobody is told an address outside: the peers of a listener are of its own address family. */
function whyOfNobody(bound: string, outside: string): string | undefined {
  const isOther = isIP(outside) !== 0 && bound !== "::" && isIPv6(bound) !== isIPv6(outside);
  return isOther ? `but who reaches ${bound} has no address of that family, and would never be told it` : undefined;
}

/** A port that two of them want cannot be opened twice. */
function reportTwice(listeners: readonly ConfiguredListener[], report: Report): void {
  const names = listeners.map(({ transport, host, port }) => `${transport}://${withBrackets(host)}:${port}`);
  for (const [index, name] of names.entries()) {
    if (listeners[index]?.port !== 0 && names.indexOf(name) < index)
      report(["sip", "listen", index], `${name} is there twice`);
  }
}

type Entry = Exclude<RawConfig["sip"]["listen"][number], string>;

function entryOf(written: string | Entry): Entry {
  return typeof written === "string" ? { address: written } : written;
}

/** @param port whether the address may have a port */
function readAdvertised(
  text: string | undefined,
  path: ConfigPath,
  report: Report,
  port: "with" | "without",
): AdvertisedHost | undefined {
  if (text === undefined) return undefined;
  const whole = parseHost(text);
  const split = whole === undefined ? parseHostPort(text) : { host: whole, port: undefined };
  const host = split && (parseHost(split.host) ?? (isHostName(split.host) ? split.host.toLowerCase() : undefined));
  const isRight = split !== undefined && split.port !== 0 && (split.port === undefined || port === "with");
  if (host === undefined || !isRight) {
    report(
      path,
      `found "${text}", but it must be an IP address or a host name${port === "with" ? ", with or without a port" : ""}`,
    );
    return undefined;
  }
  if (host !== "0.0.0.0" && host !== "::") return { host, port: split.port };
  const rule = "it must be an address that others reach this server by";
  report(path, `found "${text}", which nobody can send to; ${rule}`);
  return undefined;
}

/** A file that is there and cannot be used is found at the start of the server, and so is one that is not there. */
function resolveTls({ sip }: RawConfig, { folder, report }: SipOptions): Config["sip"]["tls"] {
  const { certificate, key, authorities, further, clients } = sip.tls;
  const addresses = sip.listen.map((written) => entryOf(written).address);
  const secure = addresses.findIndex((text) => /^(?:tls|wss):/.test(text));
  if (certificate === undefined && secure >= 0) {
    report(["sip", "listen", secure], `found "${addresses[secure]}", which needs sip.tls.certificate and sip.tls.key`);
  }
  if (certificate !== undefined && key === undefined) report(["sip", "tls"], "sip.tls.certificate needs sip.tls.key");
  if (certificate === undefined && key !== undefined) report(["sip", "tls"], "sip.tls.key needs sip.tls.certificate");
  if (certificate === undefined && further.length > 0) {
    report(["sip", "tls", "further"], "sip.tls.further needs sip.tls.certificate, for far ends that ask for no name");
  }
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(folder, file));
  return {
    ...{ certificate: path(certificate), key: path(key), authorities: path(authorities), clients },
    further: further.map((one) => ({ certificate: resolve(folder, one.certificate), key: resolve(folder, one.key) })),
  };
}
