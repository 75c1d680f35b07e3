import type { FlowListener } from "../node/mixer/seat.ts";
import type { MixerNumber, RtpEvent, SessionNumber } from "./messages.ts";

/** Tells the main thread whether anything comes from a member's far end. */
export function flowListener(
  emit: (event: RtpEvent) => void,
  mixer: MixerNumber,
  session: SessionNumber,
): FlowListener {
  return {
    flows: () => emit({ type: "media-flows", mixer, session }),
    lost: () => emit({ type: "media-lost", mixer, session }),
  };
}
