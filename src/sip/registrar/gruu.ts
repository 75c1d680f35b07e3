import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { printSipUri, uriParameter, type ParsedUri } from "../../sip-syntax/index.ts";
import type { SipAddress } from "../types.ts";
import type { Binding } from "./bindings-machine.ts";

const temporaryPrefix = "tgruu.";
const ivBytes = 12;
const tagBytes = 16;
const longestToken = 1_024;

/** Makes and reads the URIs that call one device of an account. Temporary ones hide whose it is, and hold what they mean: nothing is kept for
 * them. RFC 5627 §3.1, §5 */
export class Gruus {
  readonly #key = randomBytes(32);
  /** Hosts in the URIs so far: those that this server has towards its phones. */
  readonly #hosts = new Set<string>();

  /** The two URIs of a device, as parameters of its Contact. */
  parametersOf(account: string, binding: Binding, here: SipAddress): string {
    const { instance } = binding;
    if (!binding.wantsGruu || instance === undefined) return "";
    const at = { host: here.host, port: here.port };
    this.expect(here.host);
    const lasting = `${printSipUri({ ...at, user: account })};gr=${nameOf(instance)}`;
    const temporary = `${printSipUri({ ...at, user: this.#seal(account, binding) })};gr`;
    return `;pub-gruu="${lasting}";temp-gruu="${temporary}"`;
  }

  /** Takes this host of ours too in such URIs, which were given before. */
  expect(host: string): void {
    this.#hosts.add(host.toLowerCase());
  }

  /** Whose device a URI calls. undefined: it is none of these URIs, or no longer. */
  read(uri: ParsedUri): { readonly account: string; isDevice(binding: Binding): boolean } | undefined {
    const name = uriParameter(uri, "gr");
    if (name === undefined || !this.#hosts.has(uri.host)) return undefined;
    if (name !== "")
      return { account: uri.user, isDevice: ({ instance }) => instance !== undefined && nameOf(instance) === name };
    const opened = uri.user.startsWith(temporaryPrefix)
      ? this.#open(uri.user.slice(temporaryPrefix.length))
      : undefined;
    if (opened === undefined) return undefined;
    return { account: opened.account, isDevice: (binding) => deviceOf(binding) === opened.device };
  }

  #seal(account: string, binding: Binding): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const sealed = [cipher.update(JSON.stringify([account, deviceOf(binding)])), cipher.final()];
    return `${temporaryPrefix}${Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString("base64url")}`;
  }

  #open(token: string): { readonly account: string; readonly device: string } | undefined {
    const bytes = token.length > longestToken ? Buffer.alloc(0) : Buffer.from(token, "base64url");
    if (bytes.length <= ivBytes + tagBytes) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, ivBytes));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString();
      const [account = "", device = ""] = JSON.parse(text) as readonly string[];
      return { account, device };
    } catch {
      return undefined;
    }
  }
}

/** The device, and the run of it: a temporary URI ends with that. RFC 5627 §5.3 */
function deviceOf({ instance = "", callId }: Binding): string {
  return createHash("sha256").update(`${instance} ${callId}`).digest("base64url").slice(0, 16);
}

/** The name of a device without its brackets. */
function nameOf(instance: string): string {
  return instance.slice(1, -1);
}
