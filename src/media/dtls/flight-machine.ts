/** The flight that is out. RFC 6347 §4.2.4; times are of one monotonic clock. */
export type FlightState =
  /** Nothing to repeat. */
  | { readonly type: "none" }
  /** The far end's next flight is awaited. */
  | ({ readonly type: "waiting" } & SentFlight)
  /** Our last one: nothing answers it but that the far end uses the keys. */
  | ({ readonly type: "last" } & SentFlight);

interface SentFlight {
  readonly sends: number;
  /** Until it is sent again. */
  readonly delayMs: number;
  readonly sentAtMs: number;
}

export type FlightInput =
  | { readonly type: "flight"; readonly isLast: boolean }
  /** The timer that was started has run out. */
  | { readonly type: "timer" }
  /** The far end has sent its flight before ours again. */
  | { readonly type: "repeated" }
  /** The far end has got our last flight. */
  | { readonly type: "confirmed" };

export type FlightEffect =
  | { readonly type: "send" }
  | { readonly type: "start-timer"; readonly delayMs: number }
  | { readonly type: "stop-timer" };

/** RFC 6347 §4.2.4.1 has 1 s and 60 s for any network. Here a path was searched for just before, people wait for the first word, and the whole
 * handshake has a bound. */
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 1_000;
/** A far end that repeats itself sooner than this has not waited for our answer to the time before. */
const LEAST_BETWEEN_MS = 20;
/** Doubles with each answer to a repeated flight up to so many times. */
const MOST_DOUBLINGS = 10;
/** Times that a flight is sent, so that whoever repeats a datagram does not make us send without end. */
const MOST_SENDS = 40;
/** Times that the last flight is sent without being asked for. The RFC has 1: a far end that has not got it waits for its own timer, which may have
 * grown to many seconds. */
const MOST_LAST_SENDS = 8;

/** Decides when a flight is sent and sent again. */
export function stepFlight(
  state: FlightState,
  input: FlightInput,
  nowMs: number,
): readonly [FlightState, readonly FlightEffect[]] {
  switch (input.type) {
    case "flight":
      return send({ type: input.isLast ? "last" : "waiting", sends: 0 }, FIRST_DELAY_MS, nowMs);
    case "timer":
      if (state.type === "none" || state.sends >= (state.type === "last" ? MOST_LAST_SENDS : MOST_SENDS)) {
        return [state, []];
      }
      return send(state, Math.min(2 * state.delayMs, LONGEST_DELAY_MS), nowMs);
    case "repeated":
      if (state.type === "none" || state.sends >= MOST_SENDS || nowMs - state.sentAtMs < leastBetweenMs(state)) {
        return [state, []];
      }
      return send(state, state.delayMs, nowMs);
    case "confirmed":
      return state.type === "last" ? [{ type: "none" }, [{ type: "stop-timer" }]] : [state, []];
  }
}

/** Clients send their last flight again at 50 ms and twice as late each time while they wait. BoringSSL also sends it again for each `Finished` that it
 * gets beyond the first, and gives up the association after twelve: answers to those must come to an end. */
function leastBetweenMs(state: Exclude<FlightState, { type: "none" }>): number {
  return state.type === "last" ? LEAST_BETWEEN_MS * 2 ** Math.min(state.sends, MOST_DOUBLINGS) : LEAST_BETWEEN_MS;
}

function send(
  { type, sends }: { readonly type: "waiting" | "last"; readonly sends: number },
  delayMs: number,
  nowMs: number,
): readonly [FlightState, readonly FlightEffect[]] {
  return [{ type, sends: sends + 1, delayMs, sentAtMs: nowMs }, [{ type: "send" }, { type: "start-timer", delayMs }]];
}
