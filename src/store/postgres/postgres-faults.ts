import { errorCode, errorMessage } from "../../kernel/index.ts";

/** What keeps a server from its database: what was tried, what came of it, and what would be right. */
export function describePostgresFault(url: string, error: unknown): string {
  const right = remedyOf(error);
  return `store.url of the configuration is ${withoutSecrets(url)}, and ${whyNot(error)}${right === undefined ? "" : `. ${right}`}`;
}

/** Whether it may go by itself, as of a database that starts at the same time. What PostgreSQL refuses with a reason does not. */
export function mayPass(error: unknown): boolean {
  const code = errorCode(error) ?? "";
  return isSilence(error) || Object.hasOwn(remediesOfNetwork, code) || passingStates.test(code);
}

/** Whether it takes nothing now, and may do so later: what may pass, and a lack of room or memory, a database that may only be read, a statement that took too long,
 * a disk that fails, and locks that others hold. */
export function isAway(error: unknown): boolean {
  const isTooSlow = errorMessage(error).startsWith("Query read timeout");
  const isUnusable = /connection error and is not queryable/.test(errorMessage(error));
  return isTooSlow || isUnusable || mayPass(error) || /^(53|58|40|25006|55P03|57014)/.test(errorCode(error) ?? "");
}

/** A URL as it may stand in a log. */
export function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return "no URL";
  const url = new URL(text);
  url.password = "";
  for (const name of ["password", "sslpassword"]) url.searchParams.delete(name);
  return url.href;
}

/** Starts up or shuts down, has no connection left, or lost this one. */
const passingStates = /^(57P0[123]|53300|08.{3})$/;

const elsewhere = "Right would be the host and the port of a PostgreSQL that runs and can be reached from here";
const remediesOfNetwork: Readonly<Record<string, string>> = {
  ECONNREFUSED: `${elsewhere} (its listen_addresses and port say where it listens)`,
  ECONNRESET: elsewhere,
  EPIPE: elsewhere,
  ETIMEDOUT: `${elsewhere}, and no firewall between that swallows what is sent`,
  EHOSTUNREACH: elsewhere,
  ENETUNREACH: elsewhere,
  ENOTFOUND: `${elsewhere}: no name server knows this one`,
  EAI_AGAIN: `${elsewhere}: no name server answers for this one`,
  ENOENT: "Right would be the folder that its socket is in, as ?host=/run/postgresql",
};

const account =
  "Right would be a user whom PostgreSQL lets in from here (pg_hba.conf), with its password in store.passwordFile";
const remediesOfStates: Readonly<Record<string, string>> = {
  "28P01": account,
  "28000": account,
  "3D000": "Right would be a database that exists: createdb --owner USER NAME makes it",
  "42501": "Right would be a user who may make tables there, as the owner of the database may",
  "53300": "Right would be a max_connections of PostgreSQL with 10 for each server",
};

function remedyOf(error: unknown): string | undefined {
  const message = errorMessage(error);
  if (isSilence(error)) return remediesOfNetwork.ETIMEDOUT;
  const code = errorCode(error) ?? "";
  if (Object.hasOwn(remediesOfNetwork, code)) return remediesOfNetwork[code];
  if (Object.hasOwn(remediesOfStates, code)) return remediesOfStates[code];
  if (/SASL|password/.test(message)) return account;
  if (/CERT|SSL|TLS/.test(`${code} ${message}`))
    return "Right would be an sslmode and an sslrootcert that go with the certificate of the server";
  return undefined;
}

/** What `pg` says when a connection did not come into being in time, or broke off before it was one. */
function isSilence(error: unknown): boolean {
  return /^timeout exceeded when trying to connect|^timeout expired|^Connection terminated/i.test(errorMessage(error));
}

function whyNot(error: unknown): string {
  if (isSilence(error)) return "nobody answered there in time";
  // Where no address answers, the error has a code and no message.
  return errorMessage(error) || errorCode(error) || "it cannot be used, for a reason that is not known";
}
