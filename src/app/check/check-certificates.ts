import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
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
