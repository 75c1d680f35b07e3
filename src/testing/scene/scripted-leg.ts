import type { LegEnd } from "../../call/index.ts";
import type { LegId } from "../../kernel/index.ts";
import { watchForLoop } from "./loop-watch.ts";
import type { Playback } from "./performer.ts";
import { SceneError } from "./scene-error.ts";
import { isSound, nameSound, nameSource, type Sound } from "./sound.ts";
import type { SceneWorld } from "./scene-world.ts";

/** How long a step waits, milliseconds of virtual time. */
export interface Waiting {
  /** Default 60,000. */
  readonly withinMs?: number;
}

/** How keys are pressed, and how they come. */
export interface KeyTiming {
  /** Milliseconds before each key. Default 200. */
  readonly gapMs?: number;
  /** Further milliseconds before the first. */
  readonly lateMs?: number;
  /** Each key comes twice, as from a phone that sends it in two ways. */
  readonly doubled?: boolean;
  /** They come while the function is still at work on its next event: before what it will ask for. Resolves at once. */
  readonly early?: boolean;
}

export const usualWaitMs = 60_000;
const keyGapMs = 200;
const allKeys = /^[0-9*#A-D]+$/;

/** The far end of one leg: what it does, and what it must hear. */
export class ScriptedLeg {
  /** The number or SIP URI at this end. */
  readonly number: string;
  protected readonly world: SceneWorld;
  protected readonly legId: LegId;
  /** Playbacks before this one were heard, or passed over. */
  #heard = 0;

  constructor(world: SceneWorld, legId: LegId, number: string) {
    this.world = world;
    this.legId = legId;
    this.number = number;
  }

  /** The next that is heard must be this. Resolves when it begins, so that a key can interrupt it; `toTheEnd`: when it is over.
   * @throws SceneError when something else is heard, or nothing in time */
  async hears(
    sound: Sound,
    { withinMs = usualWaitMs, toTheEnd = false }: Waiting & { toTheEnd?: boolean } = {},
  ): Promise<void> {
    const expected = `${this.number} to hear ${nameSound(sound)}`;
    const next = await this.until(expected, () => this.#nextPlayback(), withinMs);
    if (!isSound(next.source, sound)) throw this.error(expected, `it heard ${nameSource(next.source)}`);
    if (toTheEnd) await this.until(`${expected} to the end`, () => next.endedAt, usualWaitMs);
  }

  /** Nothing begins to be heard for so long. */
  async hearsNothing(forMs: number): Promise<void> {
    const next = await this.world.until(() => this.#nextPlayback(), forMs);
    if (next !== undefined)
      throw this.error(`${this.number} to hear nothing for ${forMs} ms`, `it heard ${nameSource(next.source)}`);
  }

  /** Presses keys (0 to 9, *, #, A to D), one every 200 ms or as `how` says. */
  async presses(keys: string, how: KeyTiming = {}): Promise<void> {
    const { gapMs = keyGapMs, lateMs = 0, doubled = false, early = false } = how;
    if (!allKeys.test(keys))
      throw this.error("keys out of 0-9, *, # and A-D", `the scene presses ${JSON.stringify(keys)}`);
    const pressed = doubled ? [...keys].flatMap((key) => [key, key]) : [...keys];
    if (early) {
      this.world.planMeanwhile(() => pressed.forEach((digit) => this.#press(digit)));
      return;
    }
    await this.waits(lateMs);
    for (const [index, digit] of pressed.entries()) {
      if (!doubled || index % 2 === 0) await this.waits(gapMs);
      this.#press(digit);
    }
    await this.world.until(() => true, 0);
  }

  /** Speaks from now on for so long, which only recordings notice. Resolves at once. */
  speaks(ms: number): void {
    this.mustBeUp("speaks");
    this.world.speak(this.legId, ms);
  }

  /** Lets time pass. */
  async waits(ms: number): Promise<void> {
    await this.world.until(() => undefined, ms);
  }

  /** Hangs up; a caller whose call is not answered yet gives it up. */
  async hangsUp(): Promise<void> {
    const state = this.world.stateOf(this.legId);
    await this.end("hangs up", { type: state === "offered" || state === "answering" ? "cancelled" : "bye" });
  }

  /** Its audio stops without a word, as that of a phone whose network is gone. */
  async vanishes(): Promise<void> {
    await this.end("vanishes", { type: "no-media" });
  }

  /** The server hangs up this leg.
   * @returns the SIP status when the call was refused before it was answered */
  async isHungUp({ withinMs = usualWaitMs }: Waiting = {}): Promise<number | undefined> {
    const ended = await this.until(
      `the server to hang up ${this.number}`,
      () => this.world.performed.hungUp.get(this.legId),
      withinMs,
    );
    return ended.status;
  }

  /** Keys that the server sent here, by SendDigits. */
  get receivedKeys(): string {
    const mine = this.world.performed.sentKeys.filter(({ legId }) => legId === this.legId);
    return mine.map(({ keys }) => keys).join("");
  }

  /** Whether its audio is joined with another leg's now. */
  get isBridged(): boolean {
    return this.world.performed.joined.has(this.legId);
  }

  protected async end(does: string, end: LegEnd): Promise<void> {
    this.mustBeUp(does);
    this.world.give({ type: "leg-ended", legId: this.legId, end });
    await this.world.until(() => true, 0);
  }

  /** @throws SceneError when the leg is over */
  protected mustBeUp(does: string): void {
    const state = this.world.stateOf(this.legId);
    const isUp = this.world.endedBy === undefined && state !== undefined && state !== "ended";
    if (!isUp) throw this.error(`${this.number} to be in the call when it ${does}`, "it has left");
  }

  /** @param instead what came in its place, if anything did */
  protected async until<T>(
    expected: string,
    find: () => T | undefined,
    withinMs: number,
    instead: () => string | undefined = () => undefined,
  ): Promise<T> {
    const findLoop = watchForLoop(this.world);
    const looks = (): { readonly found: T } | { readonly loop: string } | undefined => {
      const found = find();
      if (found !== undefined) return { found };
      const loop = findLoop();
      return loop === undefined ? undefined : { loop };
    };
    const end = await this.world.until(looks, withinMs);
    if (end !== undefined && "found" in end) return end.found;
    if (end !== undefined) throw this.error(expected, end.loop);
    const { endedBy } = this.world;
    const late = endedBy === undefined ? `it did not come within ${withinMs} ms` : `the call is over: ${endedBy}`;
    throw this.error(expected, instead() ?? late);
  }

  protected error(expected: string, found: string): SceneError {
    return new SceneError(expected, found, this.world.timeline());
  }

  #press(digit: string): void {
    this.mustBeUp(`presses ${digit}`);
    this.world.press(this.legId, digit);
  }

  #nextPlayback(): Playback | undefined {
    const { playbacks } = this.world.performed;
    const at = playbacks.findIndex(({ legId }, index) => index >= this.#heard && legId === this.legId);
    if (at < 0) return undefined;
    this.#heard = at + 1;
    return playbacks[at];
  }
}

/** A far end that the server called. */
export class CalledParty extends ScriptedLeg {
  /** What the server showed it as the caller. */
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    world: SceneWorld,
    leg: { legId: LegId; to: string; from: string; headers: Readonly<Record<string, string>> },
  ) {
    super(world, leg.legId, leg.to);
    this.from = leg.from;
    this.headers = leg.headers;
  }

  /** It rings. */
  async rings(): Promise<void> {
    await this.#tell("rings", { type: "leg-ringing", legId: this.legId });
  }

  /** Its audio can be heard before it answers. */
  async startsEarlyAudio(): Promise<void> {
    await this.#tell("starts early audio", { type: "leg-early-media", legId: this.legId });
  }

  /** Somebody answers. */
  async answers(): Promise<void> {
    await this.#tell("answers", { type: "leg-answered", legId: this.legId });
  }

  /** It is busy: 486. */
  async isBusy(): Promise<void> {
    await this.refuses(486);
  }

  /** It refuses the call with a SIP status, 400 to 699. */
  async refuses(status: number): Promise<void> {
    if (!Number.isInteger(status) || status < 400 || status > 699)
      throw this.error("a SIP status of a refusal, 400 to 699", `the scene says ${status}`);
    await this.end(`refuses with ${status}`, { type: "rejected", status });
  }

  async #tell(does: string, input: Parameters<SceneWorld["give"]>[0]): Promise<void> {
    this.mustBeUp(does);
    this.world.give(input);
    await this.world.until(() => true, 0);
  }
}
