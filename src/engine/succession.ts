import { errorMessage } from "../kernel/index.ts";
import type { Leg } from "../call/index.ts";
import type { LegCore, LegEvents } from "../endpoint/index.ts";
import type { CallPorts, CallSettings } from "./ports.ts";
import { replaceLeg } from "./replace-leg.ts";
import { transferLeg } from "./transfer-leg.ts";

/** What another party comes into the place of a leg's far end with. */
export interface SuccessionParts {
  readonly ports: CallPorts;
  readonly settings: CallSettings;
  /** The leg as it is now. */
  readonly leg: () => LegCore | undefined;
  /** The same as the machine of its call knows it. */
  readonly known: () => Pick<Leg, "direction" | "from" | "to"> | undefined;
  /** Max-Forwards for a call that results; undefined: the default. */
  readonly forwardsLeft: () => number | undefined;
  /** The leg that is in place of the one that was. */
  readonly onTaken: (leg: LegCore) => void;
}

/** What a leg is told by its far end, and by who is to take its place. */
export interface Succession {
  readonly transfer: NonNullable<LegEvents["transfer"]>;
  readonly replace: NonNullable<LegEvents["replace"]>;
}

/** How another party takes the place of a leg's far end: called for it, or by a call of its own. */
export function successionOf(parts: SuccessionParts): Succession {
  const { ports, settings, onTaken } = parts;
  return {
    transfer(request, reply) {
      const [leg, known] = [parts.leg(), parts.known()];
      if (leg?.isUp !== true || known === undefined) return reply.refuse("the leg is not up");
      if (leg.hasHeir) return reply.refuse("another party is to take the same place");
      const forwardsLeft = parts.forwardsLeft();
      transferLeg(leg, request, reply, { ports, settings, onTaken, known, forwardsLeft }).catch((error: unknown) => {
        ports.log.error({ err: error }, "a transfer failed");
        reply.refuse(errorMessage(error));
      });
      return undefined;
    },
    replace(call) {
      const leg = parts.leg();
      return leg === undefined
        ? { whyNot: "the leg is not here" }
        : replaceLeg(leg, call, { ports, settings, onTaken });
    },
  };
}
