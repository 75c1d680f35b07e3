import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { AppError, errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { OwnCertificate, SipCertificates } from "../sip/index.ts";

/** Absolute paths of files in PEM. */
export interface CertificateFiles {
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** More of ours, for far ends that ask for other names. */
  readonly further: readonly { readonly certificate: string; readonly key: string }[];
  readonly authorities: string | undefined;
  readonly clients: NonNullable<SipCertificates["clients"]>;
}

/** What TLS is spoken with now. */
export interface Certificates {
  /** The same object until a file has changed. */
  readonly current: () => SipCertificates;
  close(): Promise<void>;
}

/** How often it is looked whether a file has changed. Files are named by links in some places, which watching does not follow. */
const lookEveryMs = 5_000;

/** Reads the files, and reads them again when they change: what can be used holds from then on; what cannot leaves the old in place, and the
 * log says why. Throws `APP_BAD_CERTIFICATES` when they cannot be used at the start. */
export function openCertificates(files: CertificateFiles, clock: Clock, log: Logger): Certificates {
  const ofFurther = files.further.flatMap(({ certificate, key }) => [certificate, key]);
  const paths = [files.certificate, files.key, ...ofFurther, files.authorities].filter((path) => path !== undefined);
  const state: { mark: string; current: SipCertificates; timer: Timer | undefined } = {
    ...{ mark: markOf(paths), current: readCertificates(files), timer: undefined },
  };
  const look = () => {
    state.timer = clock.startTimer(lookEveryMs, look);
    const mark = markOf(paths);
    if (mark === state.mark) return;
    state.mark = mark;
    try {
      state.current = readCertificates(files);
      log.info({ files: paths }, "certificates of SIP over TLS were read again");
    } catch (error) {
      log.warn({ files: paths }, `${errorMessage(error)}; those that were read before are kept`);
    }
  };
  if (paths.length > 0) state.timer = clock.startTimer(lookEveryMs, look);
  return {
    current: () => state.current,
    async close() {
      state.timer?.cancel();
    },
  };
}

/** What differs as soon as one of the files is another. */
function markOf(paths: readonly string[]): string {
  const marks = paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? "none" : `${found.ino} ${found.size} ${found.mtimeMs}`;
  });
  return marks.join();
}

function readCertificates({ certificate, key, further, authorities, clients }: CertificateFiles): SipCertificates {
  const read: SipCertificates = {
    own: certificate === undefined || key === undefined ? undefined : readPair("sip.tls", { certificate, key }),
    further: further.map((files, index) => readPair(`sip.tls.further[${index}]`, files)),
    authorities: authorities === undefined ? undefined : text(authorities),
    clients,
  };
  if (read.authorities !== undefined) check(`sip.tls.authorities (${authorities})`, () => checkAuthorities(read));
  return read;
}

/** @param setting where the two files are named */
function readPair(setting: string, { certificate, key }: CertificateFiles["further"][number]): OwnCertificate {
  const pair = { certificate: text(certificate), key: text(key) };
  check(`${setting}.certificate and ${setting}.key (${certificate}, ${key})`, () =>
    createSecureContext({ cert: pair.certificate, key: pair.key }),
  );
  return pair;
}

/** A text without a certificate is taken by OpenSSL, and means that nobody is trusted. */
function checkAuthorities({ authorities = "" }: SipCertificates): void {
  if (!authorities.includes("-----BEGIN CERTIFICATE-----")) throw new Error("there is no certificate in it");
  createSecureContext({ ca: authorities });
}

function text(path: string): string {
  let found = "";
  check(path, () => (found = readFileSync(path, "utf8")));
  return found;
}

function check(what: string, use: () => unknown): void {
  try {
    use();
  } catch (cause) {
    throw new AppError("APP_BAD_CERTIFICATES", `${what} cannot be used: ${errorMessage(cause)}`, { cause });
  }
}
