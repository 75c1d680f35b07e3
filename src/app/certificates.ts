import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import {
  AppError,
  errorCode,
  errorMessage,
  whyUnreadable,
  type Clock,
  type Logger,
  type Timer,
} from "../kernel/index.ts";
import type { OwnCertificate, SipAddress, SipCertificates } from "../sip/index.ts";
import type { Cleanup } from "./cleanup.ts";

/** A certificate and its key. */
interface OwnFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Absolute paths of files in PEM. */
export interface CertificateFiles {
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** More of ours, for far ends that ask for other names. */
  readonly further: readonly OwnFiles[];
  readonly authorities: string | undefined;
  readonly clients: NonNullable<SipCertificates["clients"]>;
  /** Authorities of single trunks. */
  readonly ofTrunks: readonly string[];
}

/** What TLS is spoken with now. */
export interface Certificates {
  /** The same object until a file has changed. */
  readonly current: () => SipCertificates;
  close(): Promise<void>;
}

interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  /** Which of the files of trunks has the authorities of a far end; undefined: none. */
  readonly authoritiesFile: (peer: Pick<SipAddress, "host" | "domain">) => string | undefined;
  /** Default: SIP. */
  readonly use?: CertificateUse;
}

/** What certificates are for, in messages. */
interface CertificateUse {
  /** Where the configuration names the files. */
  readonly setting: string;
  readonly what: string;
}

const ofSip: CertificateUse = { setting: "sip.tls", what: "SIP over TLS" };
const ofApi: CertificateUse = { setting: "api.tls", what: "the API" };

/** How often it is looked whether a file has changed. Files are named by links in some places, which watching does not follow. */
const lookEveryMs = 5_000;

/** Reads the files, and reads them again when they change: what can be used holds from then on; what cannot leaves the old in place, and the
 * log says why. Throws `APP_BAD_CERTIFICATES` when they cannot be used at the start. */
export function openCertificates(
  files: CertificateFiles,
  { clock, log, authoritiesFile, use = ofSip }: Surroundings,
): Certificates {
  const ofFurther = files.further.flatMap(({ certificate, key }) => [certificate, key]);
  const named = [files.certificate, files.key, ...ofFurther, files.authorities, ...files.ofTrunks];
  const paths = named.filter((path) => path !== undefined);
  const state: { mark: string; current: SipCertificates; timer: Timer | undefined } = {
    ...{ mark: markOf(paths), current: readCertificates(files, authoritiesFile, use), timer: undefined },
  };
  const look = () => {
    state.timer = clock.startTimer(lookEveryMs, look);
    const mark = markOf(paths);
    if (mark === state.mark) return;
    state.mark = mark;
    try {
      state.current = readCertificates(files, authoritiesFile, use);
      log.info({ files: paths }, `certificates of ${use.what} were read again`);
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

/** What the API speaks TLS with; undefined: it speaks none. Throws `APP_BAD_CERTIFICATES`. */
export function openApiCertificate(
  files: OwnFiles | undefined,
  cleanup: Cleanup,
  clock: Clock,
  log: Logger,
): (() => OwnCertificate) | undefined {
  if (files === undefined) return undefined;
  const all = { ...files, further: [], authorities: undefined, clients: "ignored", ofTrunks: [] } as const;
  const { current } = cleanup.add(openCertificates(all, { clock, log, authoritiesFile: () => undefined, use: ofApi }));
  return () => {
    const { own } = current();
    if (own === undefined) throw new Error("the files have a certificate");
    return own;
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

function readCertificates(
  { certificate, key, further, authorities, clients, ofTrunks }: CertificateFiles,
  authoritiesFile: Surroundings["authoritiesFile"],
  { setting }: CertificateUse,
): SipCertificates {
  const trunkTexts = new Map(ofTrunks.map((path) => [path, readAuthorities(`authorities of a trunk (${path})`, path)]));
  return {
    own: certificate === undefined || key === undefined ? undefined : readPair(setting, { certificate, key }),
    further: further.map((files, index) => readPair(`${setting}.further[${index}]`, files)),
    authorities:
      authorities === undefined ? undefined : readAuthorities(`${setting}.authorities (${authorities})`, authorities),
    clients,
    authoritiesOf: (peer) => trunkTexts.get(authoritiesFile(peer) ?? ""),
  };
}

/** @param setting where the two files are named */
function readPair(setting: string, { certificate, key }: CertificateFiles["further"][number]): OwnCertificate {
  const pair = { certificate: text(certificate), key: text(key) };
  check(`${setting}.certificate and ${setting}.key (${certificate}, ${key})`, () =>
    createSecureContext({ cert: pair.certificate, key: pair.key }),
  );
  return pair;
}

/** A text without a certificate is taken by OpenSSL, and means that nobody is trusted.
 * @param what what the file is, for people */
function readAuthorities(what: string, path: string): string {
  const authorities = text(path);
  check(what, () => {
    if (!authorities.includes("-----BEGIN CERTIFICATE-----")) throw new Error("there is no certificate in it");
    createSecureContext({ ca: authorities });
  });
  return authorities;
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
    throw new AppError("APP_BAD_CERTIFICATES", `${what} cannot be used: ${whyUnusable(cause)}`, { cause });
  }
}

/** What the reader of certificates says, in words of who can mend it. */
const reasons: Readonly<Record<string, string>> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH:
    "the key is that of another certificate; right would be the one that this was made with",
  ERR_OSSL_PEM_NO_START_LINE:
    "that is no PEM; right would be a file with -----BEGIN CERTIFICATE-----, and one with its PRIVATE KEY",
  ERR_OSSL_BAD_DECRYPT: "the key is encrypted; right would be one without a password, which only this user may read",
};

function whyUnusable(cause: unknown): string {
  return reasons[errorCode(cause) ?? ""] ?? whyUnreadable(cause);
}
