import type { Invariant } from "../watch.ts";
import { bridge } from "./bridge.ts";
import { contract } from "./contract.ts";
import { digits } from "./digits.ts";
import { end } from "./end.ts";
import { eventShape } from "./event-shape.ts";
import { facts } from "./facts.ts";
import { failures } from "./failures.ts";
import { getDigits } from "./get-digits.ts";
import { hangups } from "./hangups.ts";
import { inputs } from "./inputs.ts";
import { invocations } from "./invocations.ts";
import { meetings } from "./meetings.ts";
import { openings } from "./openings.ts";
import { outcomes } from "./outcomes.ts";
import { recordings } from "./recordings.ts";
import { requests } from "./requests.ts";
import { stateShape } from "./state-shape.ts";
import { timers } from "./timers.ts";

/** Everything that holds in every call. A new one is one file and one line here. */
export const invariants: readonly Invariant[] = [
  hangups,
  invocations,
  openings,
  bridge,
  meetings,
  timers,
  end,
  eventShape,
  facts,
  outcomes,
  digits,
  getDigits,
  recordings,
  failures,
  requests,
  inputs,
  stateShape,
  contract,
];
