import { errorMessage } from "../kernel/index.ts";
import { takeIn, type LegCore } from "../endpoint/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { readOffer } from "./look-up/read-offer.ts";
import type { CallPorts, CallSettings } from "./ports.ts";
import { callRefusalCauses } from "./refusal-causes.ts";

/** What a replacement is made with. */
interface ReplacementParts {
  readonly ports: CallPorts;
  readonly settings: CallSettings;
  /** The leg that is in place of the one that was. */
  readonly onTaken: (leg: LegCore) => void;
}

/** Lets another party that calls take the place of a leg's far end, of which the call's function hears nothing: it goes on with the leg's audio and all
 * that is done there. Gives why not. RFC 3891 Contract: sip-and-media-replaced */
export function replaceLeg(
  leg: LegCore,
  call: IncomingCall,
  parts: ReplacementParts,
): { readonly whyNot: string | undefined } {
  if (leg.isOver || leg.session === undefined) return { whyNot: "the leg that it is to replace has no audio" };
  if (leg.hasHeir) return { whyNot: "another party is to take the same place" };
  const state = { isGone: false };
  call.delegate = { onEnded: () => (state.isGone = true) };
  take(leg, call, parts, () => state.isGone).catch((error: unknown) => {
    const why = errorMessage(error);
    call.reject(callRefusalCauses["server-error"].status, { cause: "server-error", why, error });
  });
  return { whyNot: undefined };
}

async function take(leg: LegCore, call: IncomingCall, parts: ReplacementParts, isGone: () => boolean): Promise<void> {
  const { ports, settings, onTaken } = parts;
  const trunk = settings.trunkOf?.(call);
  call.credentials = trunk?.credentials;
  const offer = await readOffer(call, trunk, { ports, settings });
  if (isGone()) return;
  if (offer.type === "unusable") {
    const { cause, warning } = offer;
    return call.reject(callRefusalCauses[cause].status, { cause, why: warning.text, warning });
  }
  if (leg.isOver || leg.hasHeir) {
    const why = leg.isOver ? "the call that it is to replace is over" : "another party is to take the same place";
    return call.reject(603, { cause: "transfer-refused", why });
  }
  const { log } = ports;
  const heir = takeIn(leg, call, offer, {
    taken: () => {
      log.info({ source: call.source }, "another party took the place of a leg's far end");
      onTaken(heir);
    },
    failed: (_end, dialog) => log.info({ dialog }, "another party did not come into the place of a leg's far end"),
  });
  return heir.answer();
}
