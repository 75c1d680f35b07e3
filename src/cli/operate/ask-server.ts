import { existsSync } from "node:fs";
import { isIP } from "node:net";
import type { Config } from "../../app/index.ts";
import { AppError, errorCode, errorMessage, isAuthorityUnknown } from "../../kernel/index.ts";
import { withBrackets } from "../../sip-syntax/index.ts";

/** Which server is asked. */
export interface ServerChoice {
  /** Its address; undefined: that of the configuration. */
  readonly url?: string;
  /** A configuration, or a folder with one; undefined: that of the working folder, if there is one. */
  readonly config?: string;
}

/** A running server, as its operator asks it. */
export interface AskedServer {
  readonly url: string;
  /** Gives the answer. Rejects with `CLI_NO_SERVER` when nobody answers, `CLI_NOT_FOUND`, and `CLI_REFUSED` with what the server says. */
  ask<Answer>(method: "GET" | "POST" | "DELETE", path: string, query?: Query): Promise<Answer>;
}

const keyWanted =
  "Right would be OFFHOOK_ACCESS_KEY_ID and OFFHOOK_SECRET_ACCESS_KEY in the environment, or -c with a configuration that has a key without roles.";

type Query = Readonly<Record<string, string | number | undefined>>;

const usualFile = "offhook.yaml";
const longestAnswerMs = 30_000;
const everywhere: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** Finds the server: by its address, else by the configuration. The key is that of `OFFHOOK_ACCESS_KEY_ID` and `OFFHOOK_SECRET_ACCESS_KEY`, else
 * one of the configuration that may do everything. Rejects with `APP_BAD_CONFIG`, and `CLI_REFUSED` for an address that would show a secret to others. */
export async function findServer(
  { url: named, config: file }: ServerChoice,
  environment = process.env,
): Promise<AskedServer> {
  const config = named === undefined || file !== undefined ? await readConfig(file) : undefined;
  const url = named === undefined ? urlOf(config) : readUrl(named);
  const key = keyOf(config, environment);
  if (key !== undefined && !isSafe(url)) {
    throw refused(`${url} is neither https nor this machine: the secret of ${key.id} would be read by others.`);
  }
  const authorization =
    key === undefined ? {} : { authorization: `Basic ${Buffer.from(`${key.id}:${key.secret}`).toString("base64")}` };
  return {
    url,
    async ask<Answer>(method: string, path: string, query: Query = {}) {
      const texts = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      );
      const search = texts.length === 0 ? "" : `?${new URLSearchParams(texts).toString()}`;
      return (await send(`${url}/offhook/v1${path}${search}`, method, authorization)) as Answer;
    },
  };
}

async function send(url: string, method: string, headers: Record<string, string>): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { method, headers, signal: AbortSignal.timeout(longestAnswerMs) });
  } catch (error) {
    const { cause } = error as Error;
    const why = errorMessage(cause ?? error);
    const { origin } = new URL(url);
    if (isAuthorityUnknown(cause)) {
      throw refused(
        `The certificate of ${origin} is not trusted here: ${why}. Right would be NODE_EXTRA_CA_CERTS with the file of its authority in the environment.`,
      );
    }
    if (errorCode(cause) === "ERR_TLS_CERT_ALTNAME_INVALID") {
      throw refused(`${why} Right would be --url with a name or an address that is in the certificate.`);
    }
    // A server of https closes a connection that begins in the clear.
    const hint = errorCode(cause) === "UND_ERR_SOCKET" && url.startsWith("http:") ? " It may speak https alone." : "";
    throw new AppError(
      "CLI_NO_SERVER",
      `No server answers at ${origin}: ${why}.${hint} Is it running? --url names another.`,
    );
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const said = readMessage(text);
  const code = response.status === 404 ? "CLI_NOT_FOUND" : "CLI_REFUSED";
  const isUnsigned = headers["authorization"] === undefined && (response.status === 401 || response.status === 403);
  if (isUnsigned) throw new AppError(code, `${said ?? ""} ${keyWanted}`.trimStart());
  throw new AppError(code, said ?? `${url} answered with ${response.status}, and not as a server of Offhook does.`);
}

function readMessage(text: string): string | undefined {
  try {
    const { Message: message } = JSON.parse(text) as { readonly Message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

async function readConfig(file: string | undefined): Promise<Config> {
  // Who names an address waits for none of it.
  const { loadConfig } = await import("../../app/index.ts");
  const written = file !== undefined || existsSync(usualFile) ? { file: file ?? usualFile } : { written: {} };
  return loadConfig({ ...written, mode: "production", environment: process.env });
}

/** The address of `--url`, without a slash at its end. */
function readUrl(named: string): string {
  if (/^https?:\/\//i.test(named) && URL.canParse(named)) return named.replace(/\/$/, "");
  throw refused(`--url is ${JSON.stringify(named)}: right would be a URL such as https://node-1.example.com:8443.`);
}

function urlOf(config: Config | undefined): string {
  const { address = "127.0.0.1", port = 8080, tls } = config?.api ?? {};
  return `${tls === undefined ? "http" : "https"}://${withBrackets(everywhere[address] ?? address)}:${port}`;
}

function keyOf(config: Config | undefined, environment: NodeJS.ProcessEnv) {
  const { OFFHOOK_ACCESS_KEY_ID: id, OFFHOOK_SECRET_ACCESS_KEY: secret } = environment;
  if (id !== undefined && secret !== undefined) return { id, secret };
  if (id !== undefined || secret !== undefined) throw refused(`One of two variables is missing. ${keyWanted}`);
  const known = config?.api.keys.find(({ roles }) => roles === undefined);
  const [first] = known?.secrets ?? [];
  return known === undefined || first === undefined ? undefined : { id: known.id, secret: first };
}

/** Whether nobody else reads what is sent there. */
function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isHere = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  return protocol === "https:" || isHere;
}

function refused(message: string): AppError {
  return new AppError("CLI_REFUSED", message);
}
