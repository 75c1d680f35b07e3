import { isIP } from "node:net";
import { resolve } from "node:path";
import { nearestWord } from "../../kernel/index.ts";
import { isHostName, parseNetwork } from "../../sip-syntax/index.ts";
import { plainTrunk, type ConnectorGroup, type Trunk, type TrunkAddress } from "../../trunks/index.ts";
import { parseHost, parseTarget, whyNotSymmetric } from "./address.ts";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";
import { resolveTrunkAccount } from "./trunk-account.ts";
import { defaultWeight, targetRule } from "../settings/routes.ts";
import type { RawConfig, RawTrunk } from "../settings/configuration.ts";

interface Place {
  readonly folder: string;
  readonly report: Report;
}

/** Trunks, and what the ARNs of Voice Connectors lead to. */
export interface ResolvedTrunks {
  readonly trunks: readonly Trunk[];
  readonly connectors: readonly ConnectorGroup[];
}

/** Parses `trunks`, or `trunk` in their place, and `voiceConnectors`, whose addresses become trunks as well. */
export function resolveTrunks(raw: RawConfig, place: Place): ResolvedTrunks {
  const written = Object.entries(raw.trunks).map(([name, trunk]) => resolveTrunk(name, trunk, raw, place));
  if (raw.trunk !== undefined && written.length > 0)
    place.report(["trunk"], "there are trunks too; write it as one of them, under a name");
  const named = written.length > 0 ? written : resolveShortForm(raw, place);
  const found = resolveConnectors(raw, named, place.report);
  return { trunks: [...named, ...found.trunks], connectors: found.connectors };
}

/** `trunk`: one that takes all numbers. */
function resolveShortForm({ trunk, sip }: RawConfig, { folder, report }: Place): readonly Trunk[] {
  if (trunk === undefined) return [];
  const target = trunk.address === undefined ? undefined : readTarget(trunk.address, ["trunk", "address"], report);
  const why = whyNotSymmetric(target, trunk.symmetric);
  if (why !== undefined) report(["trunk", "symmetric"], why);
  return [
    {
      ...plainTrunk,
      name: "trunk",
      addresses: target === undefined ? [] : [{ target, priority: 1, weight: defaultWeight }],
      account: resolveTrunkAccount(trunk, { at: ["trunk"], variable: "OFFHOOK_TRUNK_PASSWORD", folder, report }),
      prefixes: [""],
      symmetric: trunk.symmetric ?? sip.symmetric,
      shortNumbers: trunk.shortNumbers ?? false,
    },
  ];
}

function resolveTrunk(name: string, written: RawTrunk, { sip }: RawConfig, { folder, report }: Place): Trunk {
  const at = ["trunks", name];
  const account = resolveTrunkAccount(written, { at, folder, report });
  checkCaller(written, at, report);
  if (written.register && written.username === undefined)
    report([...at, "register"], `we register under a user name, and ${at.join(".")}.username is not there`);
  const addresses = resolveAddresses(written.address, [...at, "address"], report);
  for (const { target } of addresses) {
    const why = whyNotSymmetric(target, written.symmetric);
    if (why !== undefined) report([...at, "symmetric"], why);
  }
  const { codecs, country, nationalPrefix, internationalPrefix, callerId } = written;
  return {
    ...{ name, addresses, account, codecs },
    domain: readDomain(written.domain, [...at, "domain"], report),
    registration: written.register ? { expiresS: written.registerSeconds } : undefined,
    sources: written.sources.flatMap((text, index) => {
      const network = parseNetwork(text);
      if (network !== undefined) return [network];
      const rule = "it must be a network such as 192.0.2.0/24 or 2001:db8::/32, or an IP address";
      report([...at, "sources", index], `found "${text}", but ${rule}`);
      return [];
    }),
    callers: written.callers.flatMap(
      (caller, index) => resolveTrunkAccount(caller, { at: [...at, "callers", index], folder, report }) ?? [],
    ),
    ...{ numbers: written.numbers, prefixes: written.prefixes, priority: written.priority, weight: written.weight },
    symmetric: written.symmetric ?? sip.symmetric,
    ...{ shortNumbers: written.shortNumbers, numberForm: written.numberForm },
    dialling: { country, nationalPrefix, internationalPrefix },
    callerId: { ...callerId, fallback: callerId.fallback },
    ...{
      srtp: written.srtp,
      authoritiesFile: written.authorities === undefined ? undefined : resolve(folder, written.authorities),
      callsPerSecond: written.callsPerSecond,
      maxCalls: written.maxCalls,
      maxForwards: written.maxForwards,
    },
    responseMs: written.responseSeconds * 1_000,
    probeMs: written.probeSeconds === undefined ? undefined : written.probeSeconds * 1_000,
  };
}

/** What cannot be written without something else. */
function checkCaller({ callerId, numberForm, country, username }: RawTrunk, at: ConfigPath, report: Report): void {
  const { form, from } = callerId;
  if (country === undefined && numberForm === "national")
    report([...at, "numberForm"], "national numbers are those of a country, and there is no country");
  if (country === undefined && form === "national")
    report([...at, "callerId", "form"], "national numbers are those of a country, and there is no country");
  if (username === undefined && from === "username")
    report([...at, "callerId", "from"], "there is no username that From could have");
}

function resolveAddresses(written: RawTrunk["address"], at: ConfigPath, report: Report): readonly TrunkAddress[] {
  const list = typeof written === "string" ? [written] : written;
  return list.flatMap((entry, index) => {
    const place = typeof written === "string" ? at : [...at, index];
    const {
      address,
      priority = index + 1,
      weight,
    } = typeof entry === "string" ? { address: entry, weight: defaultWeight } : entry;
    const target = readTarget(address, typeof entry === "string" ? place : [...place, "address"], report);
    return target === undefined ? [] : [{ target, priority, weight }];
  });
}

function readTarget(text: string, at: ConfigPath, report: Report): TrunkAddress["target"] | undefined {
  const target = parseTarget(text);
  if (target === undefined) report(at, `found "${text}", but it must be ${targetRule}`);
  return target;
}

function readDomain(text: string | undefined, at: ConfigPath, report: Report): string | undefined {
  if (text === undefined) return undefined;
  const address = parseHost(text);
  if (address !== undefined || (isHostName(text) && isIP(text) === 0)) return address ?? text.toLowerCase();
  report(at, `found "${text}", but it must be a host name or an IP address, without port`);
  return undefined;
}

/** Each address is a trunk of its own, that takes no numbers. */
function resolveConnectors(
  { voiceConnectors, sip }: RawConfig,
  named: readonly Trunk[],
  report: Report,
): ResolvedTrunks {
  const names = named.map(({ name }) => name);
  const trunks: Trunk[] = [];
  const connectors = Object.entries(voiceConnectors).map(([key, value]): ConnectorGroup => {
    const list = typeof value === "string" ? [value] : value;
    const members = list.flatMap((entry, index) => {
      const at = ["voiceConnectors", key, ...(typeof value === "string" ? [] : [index])];
      const written = typeof entry === "string" ? { address: entry, weight: defaultWeight } : entry;
      const { address, priority = index + 1, weight, symmetric } = { symmetric: undefined, ...written };
      const place = typeof entry === "string" ? at : [...at, "address"];
      if (!address.includes(":")) {
        if (!names.includes(address)) report(place, unknownTrunk(address, names));
        if (symmetric !== undefined) report([...at, "symmetric"], `trunks.${address}.symmetric is where that is said`);
        return [{ trunk: address, priority, weight }];
      }
      const target = readTarget(address, place, report);
      if (target === undefined) return [];
      const why = whyNotSymmetric(target, symmetric);
      if (why !== undefined) report([...at, "symmetric"], why);
      const name = list.length === 1 ? key : `${key}#${index + 1}`;
      if (names.includes(name)) report(at, `there is a trunk of this name, trunks.${name}; write "${name}" to call it`);
      const addresses = [{ target, priority: 1, weight: defaultWeight }];
      trunks.push({ ...plainTrunk, name, addresses, symmetric: symmetric ?? sip.symmetric });
      return [{ trunk: name, priority, weight }];
    });
    return { key, members };
  });
  return { trunks, connectors };
}

function unknownTrunk(name: string, names: readonly string[]): string {
  if (names.length === 0)
    return `found "${name}", but it must be ${targetRule}; the name of a trunk needs trunks, and there are none`;
  const nearest = nearestWord(name, names);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `there is no trunk "${name}"${question} (trunks: ${names.join(", ")}); an address would begin with sip:`;
}
