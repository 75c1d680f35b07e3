import { readCryptoLine, type CryptoLine } from "./crypto-line.ts";
import type { MediaSection } from "./description.ts";
import type { SrtpPolicy } from "./types.ts";

/** What becomes of the keys that a section has. */
export type ChosenCrypto =
  | { readonly type: "clear" }
  /** This of its attributes is taken. */
  | { readonly type: "secure"; readonly line: CryptoLine };

/** Why audio that has to be encrypted is not: there are no keys, or it is meant to be in the clear. */
type NoCrypto =
  | { readonly type: "none"; readonly why: string }
  | { readonly type: "not-encrypted"; readonly why: string };

/** The first crypto attribute of a section that can be used: the far end prefers it (RFC 4568 §5.1.2). One whose profile is that of clear audio may
 * have some too, as what it would rather do (RFC 8643).
 * @returns `none`: it has to be encrypted, and cannot be */
export function chooseCrypto(
  { protocol, crypto }: Pick<MediaSection, "protocol" | "crypto">,
  policy: SrtpPolicy,
): ChosenCrypto | NoCrypto {
  if (policy === "never") return { type: "clear" };
  const lines = crypto.slice(0, MOST_LINES).map(readCryptoLine);
  const line = lines.find((one) => typeof one !== "string");
  if (line !== undefined) return { type: "secure", line };
  const first = lines.find((one) => typeof one === "string");
  const flaw = first === undefined ? "it has no a=crypto" : `of its a=crypto none can be used: ${first}`;
  if (/^RTP\/SAVPF?$/i.test(protocol)) return { type: "none", why: `the audio stream is ${protocol}, and ${flaw}` };
  if (policy === "optional") return { type: "clear" };
  return {
    type: "not-encrypted",
    why: `the audio stream is not encrypted, which is needed here: RTP/SAVP with a=crypto; ${flaw}`,
  };
}

/** More are not looked at. */
const MOST_LINES = 32;
