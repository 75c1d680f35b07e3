import { isIP } from "node:net";
import { errorMessage } from "../../kernel/index.ts";
import { askedTransport, parseSipUri } from "../../sip-syntax/index.ts";
import type { SipAddress, SipTarget } from "../types.ts";
import type { AgentCore } from "./core.ts";

/** The address of the next hop of a dialog whose Contact or Record-Route names a host. It is looked for as soon as the name is known, so that no request
 * waits for it: until it is found, and where it is not, they go to where the far end's messages come from. RFC 3263 §4 */
export class NamedHop {
  readonly #core: Pick<AgentCore, "locate" | "log">;
  #uri = "";
  #address: SipAddress | undefined;

  constructor(core: Pick<AgentCore, "locate" | "log">) {
    this.#core = core;
  }

  /** undefined: the next hop is an address already, or it is not found. */
  get address(): SipAddress | undefined {
    return this.#address;
  }

  /** Looks for the next hop with this URI, once.
   * @param peer where the far end's messages come from, which of several addresses is taken */
  follow(uri: string, peer: SipAddress): void {
    if (uri === this.#uri) return;
    this.#uri = uri;
    this.#address = undefined;
    const target = namedTarget(uri);
    if (target !== undefined) void this.#find(uri, target, peer);
  }

  async #find(uri: string, target: SipTarget, peer: SipAddress): Promise<void> {
    try {
      const found = await this.#core.locate(target);
      if (this.#uri === uri) this.#address = found.find(({ host }) => host === peer.host) ?? found[0];
    } catch (error) {
      this.#core.log.debug({ host: target.host, why: errorMessage(error) }, "the next hop of a dialog is not found");
    }
  }
}

/** The host that a URI names; undefined: it has an address, or is no URI. */
function namedTarget(text: string): SipTarget | undefined {
  const uri = parseSipUri(text);
  if (uri === undefined || uri.host === "" || isIP(uri.host) !== 0) return undefined;
  const asked = askedTransport(uri);
  if (asked === "unknown" || (asked !== "none" && asked.records === undefined)) return undefined;
  return { host: uri.host, port: uri.port, transport: asked === "none" ? undefined : asked.name };
}
