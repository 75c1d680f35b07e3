import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { errorMessage, silentLogger, type Clock } from "../../kernel/index.ts";
import { openApiCertificate, openCertificates, type Certificates } from "../certificates.ts";
import { createCleanup } from "../cleanup.ts";
import type { Config } from "../config/types.ts";
import type { SetupFinding } from "./finding.ts";

/** A certificate that holds no longer than this is told. */
const soonMs = 14 * 86_400_000;

/** Certificates, keys and authorities that cannot be read or do not fit, and those that have expired or will soon. */
export function checkCertificates(config: Config, clock: Clock): readonly SetupFinding[] {
  const { sip, api } = config;
  const own = [sip.tls.certificate, ...sip.tls.further.map(({ certificate }) => certificate), api.tls?.certificate];
  return [
    ...findingsOf("sip.tls", () => openSipCertificates(config, clock)),
    ...findingsOf("api.tls", () => openApiCertificate(api.tls, createCleanup(), withoutTimers(clock), silentLogger)),
    ...checkForOthers(config),
    ...[...new Set(own.filter((path) => path !== undefined))].flatMap((path) => checkDates(path, clock.now())),
  ];
}

/** The certificates of SIP as they are now. Throws `APP_BAD_CERTIFICATES`. */
export function openSipCertificates({ sip, trunks }: Config, clock: Clock): Certificates {
  const files = { ...sip.tls, ofTrunks: trunks.flatMap(({ authoritiesFile }) => authoritiesFile ?? []) };
  return openCertificates(files, { clock: withoutTimers(clock), log: silentLogger, authoritiesFile: () => undefined });
}

/** A clock that nothing waits for: files are read once. */
function withoutTimers(clock: Clock): Clock {
  const never = { cancel: () => undefined };
  return { now: () => clock.now(), monotonicMs: () => clock.monotonicMs(), startTimer: () => never };
}

function findingsOf(where: string, use: () => unknown): readonly SetupFinding[] {
  try {
    use();
    return [];
  } catch (error) {
    return [{ severity: "error", where, what: errorMessage(error) }];
  }
}

function checkDates(path: string, now: number): readonly SetupFinding[] {
  try {
    const { validFrom, validTo } = new X509Certificate(readFileSync(path));
    const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
    if (now < from)
      return [{ severity: "error", where: path, what: `the certificate holds from ${validFrom} on only` }];
    if (now > to) return [{ severity: "error", where: path, what: `the certificate has expired on ${validTo}` }];
    if (to - now > soonMs) return [];
    return [{ severity: "warning", where: path, what: `the certificate expires on ${validTo}` }];
  } catch {
    return []; // That it cannot be read is told already.
  }
}

/** Whether other servers on the database would take the certificate of the API for what `cluster.url` names. */
function checkForOthers({ api, cluster, postgres }: Config): readonly SetupFinding[] {
  const { protocol, hostname } = new URL(cluster.url ?? "http://localhost");
  if (postgres === undefined || api.tls === undefined || protocol !== "https:") return [];
  const host = hostname.replace(/^\[|\]$/g, "");
  const finding = (what: string): SetupFinding => ({ severity: "warning", where: "cluster.url", what });
  try {
    const chain = readChain(api.tls.certificate);
    const [own] = chain;
    const isNamed = (isIP(host) === 0 ? own?.checkHost(host) : own?.checkIP(host)) !== undefined;
    return [
      ...(isNamed
        ? []
        : [
            finding(`the certificate of api.tls is not for ${host}; right would be one that names it (subjectAltName)`),
          ]),
      ...(isKnown(chain.at(-1))
        ? []
        : [
            finding(
              "other servers do not know the authority of the certificate of api.tls; right would be NODE_EXTRA_CA_CERTS with its file in the environment of each, and of this command",
            ),
          ]),
    ];
  } catch {
    return []; // That it cannot be read is told already.
  }
}

function readChain(path: string): readonly X509Certificate[] {
  return readCertificates(readFileSync(path, "utf8")).map((text) => new X509Certificate(text));
}

function readCertificates(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** Whether an authority that this process knows stands for the last certificate of a chain. */
function isKnown(last: X509Certificate | undefined): boolean {
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  const known = [...rootCertificates, ...(extra === undefined ? [] : readCertificates(readFileSync(extra, "utf8")))];
  return known.some((text) => {
    const authority = new X509Certificate(text);
    return last !== undefined && last.checkIssued(authority) && last.verify(authority.publicKey);
  });
}
