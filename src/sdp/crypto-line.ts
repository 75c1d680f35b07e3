import { cryptoSuites, findSuite, type CryptoSuite } from "./crypto-suites.ts";

/** A crypto attribute that can be used. */
export interface CryptoLine {
  /** Which of several it is: the answer to an offer repeats that of the one it takes. */
  readonly tag: string;
  readonly suite: CryptoSuite;
  /** The suite as it was written. */
  readonly name: string;
  /** Master key and behind it the salt, of whoever wrote the description, for what it sends. */
  readonly key: Uint8Array;
  /** What each of those packets has behind its content (MKI); absent: nothing. */
  readonly identifier?: Uint8Array;
}

/** Reads the value of a crypto attribute. What is asked for and cannot be given makes it one that is not to be used.
 * @returns the attribute, or why it cannot be used, which has nothing of the key in it. RFC 4568 §9.1 */
export function readCryptoLine(value: string): CryptoLine | string {
  const [tag = "", name = "", keys = "", ...parameters] = value.trim().split(/[ \t]+/);
  if (!/^(?:0|[1-9]\d{0,8})$/.test(tag)) return "it has no tag of 1 to 9 digits";
  const suite = findSuite(name);
  if (suite === undefined) return `its suite ${SUITE_NAME.test(name) ? `${name} ` : ""}is not spoken here`;
  const asked = parameters.map(whyNotGiven).find((why) => why !== undefined);
  if (asked !== undefined) return asked;
  const key = readKey(keys, cryptoSuites[suite]);
  return typeof key === "string" ? key : { tag, suite, name, ...key };
}

/** Prints the value of a crypto attribute. */
export function printCryptoKey(key: Uint8Array): string {
  return `inline:${Buffer.from(key).toString("base64")}`;
}

/* What is shown of a line that is refused: a key in the wrong place has no such form. */
const SUITE_NAME = /^[A-Z0-9]{2,9}(?:_[A-Z0-9]{2,9}){1,5}$/i;
const PARAMETER_NAME = /^[A-Z_]{2,24}$/;

/** RFC 3711 §9.2 */
const MOST_PACKETS = 2 ** 48;

/** A master key with its salt. */
interface WrittenKey {
  readonly key: Uint8Array;
  /** What each packet has to say by which key it is protected (MKI). RFC 3711 §3.1 */
  readonly identifier?: Uint8Array;
}

/** RFC 4568 §6.1. Several keys would have one identifier each, by which they take turns; that is not done here. */
function readKey(written: string, bytes: number): WrittenKey | string {
  if (written.includes(";")) return "it has more than one key";
  const [, inline, more = ""] = /^inline:([^|]*)((?:\|.*)?)$/i.exec(written) ?? [];
  if (inline === undefined) return "its key is not inline";
  const parts = more.split("|").slice(1);
  const last = parts.at(-1) ?? "";
  const identifier = last.includes(":") ? identifierOf(last) : undefined;
  if (typeof identifier === "string") return identifier;
  const lifetimes = identifier === undefined ? parts : parts.slice(0, -1);
  if (lifetimes.length > 1 || !lifetimes.every(isLifetime))
    return "the lifetime of its key is no number of packets up to 2^48";
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(inline) ? Buffer.from(inline, "base64") : new Uint8Array(0);
  if (key.length !== bytes) return `its key and salt are not ${bytes} bytes in base64`;
  return { key: new Uint8Array(key), ...(identifier === undefined ? {} : { identifier }) };
}

const MOST_IDENTIFIER_BYTES = 128;

/** The identifier of a key as it stands in packets, or why there can be none. RFC 4568 §6.1 */
function identifierOf(written: string): Uint8Array | string {
  const [, value = "", length = ""] = /^(\d{1,40}):(\d{1,3})$/.exec(written) ?? [];
  const bytes = Number(length);
  const hex = value === "" ? "" : BigInt(value).toString(16);
  if (hex === "" || bytes < 1 || bytes > MOST_IDENTIFIER_BYTES || hex.length > bytes * 2)
    return "the identifier of its key (MKI) is no number with its length in bytes, up to 128";
  return new Uint8Array(Buffer.from(hex.padStart(bytes * 2, "0"), "hex"));
}

function isLifetime(written: string): boolean {
  const packets = lifetimeOf(written);
  return packets !== undefined && packets >= 1 && packets <= MOST_PACKETS;
}

/** How many packets the key is good for; whoever sends by it renews it before. */
function lifetimeOf(written: string): number | undefined {
  const [, power, packets] = /^(?:2\^(\d{1,2})|(\d{1,15}))$/.exec(written) ?? [];
  if (power !== undefined) return 2 ** Number(power);
  return packets === undefined ? undefined : Number(packets);
}

/** Why a session parameter keeps the attribute from being used; undefined: it does not. RFC 4568 §6.3 */
function whyNotGiven(parameter: string): string | undefined {
  const name = parameter.split("=", 1)[0]?.toUpperCase() ?? "";
  // What may be passed over, hints, and what concerns error correction, which is not sent.
  if (name.startsWith("-") || ["WSH", "FEC_ORDER"].includes(name)) return undefined;
  return `it asks for ${PARAMETER_NAME.test(name) ? name : "something"}, which is not done here`;
}
