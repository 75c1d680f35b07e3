import type { LegMedia, MediaAddress } from "../endpoint/index.ts";
import type { BrowserDelegate, MediaSession } from "../media/index.ts";
import type { CallPorts } from "./ports.ts";

/** Opens the RTP session of a leg: on ports of its own, or on that which browsers share. Rejects as `Media.openSession`.
 * @param near a session of a leg that it may be joined with */
export async function openLegMedia(
  media: Pick<CallPorts["media"], "openSession" | "openBrowserSession">,
  delegate: BrowserDelegate,
  {
    own,
    isBrowser,
    near,
  }: { readonly own: MediaAddress; readonly isBrowser: boolean; readonly near?: MediaSession | undefined },
): Promise<LegMedia> {
  const beside = near === undefined ? {} : { near };
  if (!isBrowser) {
    const session = await media.openSession(delegate, { address: own.bound, ...beside });
    return { session, address: own.advertised };
  }
  const session = await media.openBrowserSession(delegate, undefined, beside);
  const { transport } = session;
  return { session, address: () => transport.address, browser: transport, newNames: () => session.newNames() };
}
