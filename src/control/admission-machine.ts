/** The load of about the last tenth of a second. */
export interface Load {
  /** How long a call that comes now has to wait for this server: the delay of the main thread's event loop, and the queue of events for
   * functions. Milliseconds. */
  readonly waitMs: number;
  /** Admitted calls whose function has not answered yet. */
  readonly settingUp: number;
  /** Calls whose function answered for the first time, per second. */
  readonly settledPerSecond: number;
  /** Processor time of the main thread as a share of one processor, 0 to 1. */
  readonly mainShare: number;
  /** Lateness of the media workers' ticks, p99, and the worst worker's share of one processor. */
  readonly lateMs: number;
  readonly mediaShare: number;
}

/** open: every call is taken. limited: so many per second. Contract: sip-and-media-overload */
export type AdmissionState =
  | { readonly type: "open"; readonly strained: number; readonly settledPerSecond: number }
  | {
      readonly type: "limited";
      /** Calls per second that the server can set up: the best of the last seconds. */
      readonly capacity: number;
      /** Calls admitted per second. */
      readonly rate: number;
      /** Calls that may be admitted now; below 1: none. */
      readonly tokens: number;
      readonly refused: number;
      /** Measurements in a row without overload in which no call was refused. */
      readonly calm: number;
    };

export type AdmissionInput =
  | { readonly type: "measured"; readonly elapsedMs: number; readonly load: Load }
  | { readonly type: "admitted" }
  | { readonly type: "refused" };

export type AdmissionEffect =
  | { readonly do: "say-limited"; readonly rate: number; readonly load: Load }
  | { readonly do: "say-open" };

/** The highest acceptable wait and lateness of ticks: at these the server admits as many calls as it completes. */
const rightWaitMs = 80;
const rightLateMs = 4;
/** With fewer calls being set up than this limits do not begin, and those that are there may end, however slow the machine is. They are no floor
 * of the limits themselves: where 60 calls a second can be set up, 32 of them wait for half a second. */
const fewSettingUp = 32;
/** Below these shares of a processor something else delays the server, so that refusing calls would not help. */
const idleMain = 0.2;
const idleMedia = 0.5;
/** An answer after such a wait helps nobody, whatever causes it. */
const hopelessWaitMs = 3_000;
/** Fewer new calls per second than this do not delay audio. */
const fewPerSecond = 30;
/** The lowest rate: who calls no faster is not refused, and a refused caller gets through at a later try. */
const leastRate = 20;
/** The strain at which limits begin when two measurements in a row show it, and at which they begin at once. A shorter rush is admitted
 * completely, and so are calls that wait while garbage is collected, as long as they are answered before their INVITE is sent again, after T1 of 500 ms.
 * RFC 3261 §17.1.1.2 */
const hurting = { waitMs: 300, lateMs: 6 };
const hurtingBadly = { waitMs: 400, lateMs: 16 };
/** Measurements without overload after which limits end. */
const calmMeasures = 40;
/** The estimate of what is possible grows by this factor per second while calls are refused without strain, and shrinks by it at twice the right
 * strain and more. */
const learnPerSecond = 2;

/** The estimate decays over about a minute, because the first calls of a rush say little of what is possible. */
const keptPerMeasure = 0.999;

/** Without limits. */
export const startAdmission: AdmissionState = { type: "open", strained: 0, settledPerSecond: 0 };

/** Decides how many calls are admitted, by how long callers wait and how late audio is. The rate follows what the server completes: a little more
 * without strain and a little less with it, in proportion, so that the wait settles near `rightWaitMs` and the rate near the best. */
export function stepAdmission(
  state: AdmissionState,
  input: AdmissionInput,
): readonly [AdmissionState, readonly AdmissionEffect[]] {
  switch (state.type) {
    case "open":
      return input.type === "measured" ? measureOpen(state, input.load) : [state, []];
    case "limited":
      return stepLimited(state, input);
    default:
      return state satisfies never;
  }
}

/** Whether a call would be admitted. */
export function wouldAdmit(state: AdmissionState): boolean {
  return state.type === "open" || state.tokens >= 1;
}

/** Whether calls are being refused; asking changes nothing. */
export function isOverloaded(state: AdmissionState): boolean {
  return state.type === "limited" && state.calm === 0;
}

/** 1: the highest acceptable strain; 0: none.
 * @param few with fewer calls being set up it is none */
export function strainOf(load: Load, few = fewSettingUp): number {
  const { waitMs, lateMs } = ownPart(load, few);
  return Math.max(waitMs / rightWaitMs, lateMs / rightLateMs);
}

/** Wait and lateness as far as they come from this server's own work. */
function ownPart(load: Load, few = fewSettingUp): Pain {
  const { waitMs, settingUp, settledPerSecond, mainShare, lateMs, mediaShare } = load;
  const isWaitOurs = settingUp >= few && (mainShare >= idleMain || waitMs >= hopelessWaitMs);
  const isLateOurs = mediaShare >= idleMedia || (mainShare >= idleMain && settledPerSecond >= fewPerSecond);
  return { waitMs: isWaitOurs ? waitMs : 0, lateMs: isLateOurs ? lateMs : 0 };
}

type Pain = Pick<Load, "waitMs" | "lateMs">;
const reaches = (load: Pain, bound: Pain) => load.waitMs >= bound.waitMs || load.lateMs >= bound.lateMs;

type Open = Extract<AdmissionState, { type: "open" }>;
type Limited = Extract<AdmissionState, { type: "limited" }>;

function measureOpen(state: Open, load: Load): readonly [AdmissionState, readonly AdmissionEffect[]] {
  const own = ownPart(load);
  const strained = reaches(own, hurting) ? state.strained + 1 : 0;
  const settledPerSecond = Math.max(load.settledPerSecond, keptPerMeasure * state.settledPerSecond);
  if (strained < 2 && !reaches(own, hurtingBadly)) return [{ type: "open", strained, settledPerSecond }, []];
  const capacity = Math.max(leastRate, settledPerSecond);
  const rate = rateFor(capacity, strainOf(load));
  const tokens = mostTokens(rate);
  return [{ type: "limited", capacity, rate, tokens, refused: 0, calm: 0 }, [{ do: "say-limited", rate, load }]];
}

function stepLimited(state: Limited, input: AdmissionInput): readonly [AdmissionState, readonly AdmissionEffect[]] {
  switch (input.type) {
    case "admitted":
      return [{ ...state, tokens: state.tokens - 1 }, []];
    case "refused":
      return [{ ...state, refused: state.refused + 1 }, []];
    case "measured":
      return measureLimited(state, input.load, input.elapsedMs / 1_000);
    default:
      return input satisfies never;
  }
}

function measureLimited(
  state: Limited,
  load: Load,
  seconds: number,
): readonly [AdmissionState, readonly AdmissionEffect[]] {
  const strain = strainOf(load, 0);
  const isCalm = strainOf(load) < 1 && state.refused === 0;
  const calm = isCalm ? state.calm + 1 : 0;
  if (calm >= calmMeasures) {
    return [{ type: "open", strained: 0, settledPerSecond: state.capacity }, [{ do: "say-open" }]];
  }
  // Without refusals there is nothing to learn: fewer calls come than would be admitted.
  const room = strain > 1 || state.refused > 0 ? Math.max(-1, 1 - strain) : 0;
  const learnt = state.capacity * learnPerSecond ** (room * seconds);
  const capacity = Math.max(leastRate, strain < 2 ? load.settledPerSecond : 0, learnt);
  const rate = rateFor(capacity, strain);
  const tokens = Math.min(state.tokens + rate * seconds, mostTokens(rate));
  return [{ type: "limited", capacity, rate, tokens, refused: 0, calm }, []];
}

/** A tenth of a second's worth may come at once, and a few calls in any case. */
function mostTokens(rate: number): number {
  return Math.max(4, rate / 10);
}

/** Without strain a tenth more calls than the server completes, at the right strain as many, at four times that and more a tenth. */
function rateFor(capacity: number, strain: number): number {
  const share = strain <= 1 ? 1.1 - 0.1 * strain : Math.max(0.1, 1 - 0.3 * (strain - 1));
  return Math.max(leastRate, capacity * share);
}
